/** The load of an arm: what is sent, how often, how it is spoken, and what answers must be like. Units as in the scenario. */
import { z } from "zod";
import { type Infer, number, orNull, text, textMap, texts, whole } from "./schema-parts.ts";

/**
 * What an answer must be like. Texts, but for regular expressions, may hold references as the request does. A code is `200`, or `2xx`
 * for the whole class; one of them must hold. A path is a JSON Pointer (RFC 6901). A name is unique within its request; it says what is
 * looked at, never the value.
 */
const check = z.discriminatedUnion("kind", [
  z.object({ name: text, kind: z.literal("status"), codes: texts }),
  z.object({ name: text, kind: z.literal("header"), header: text, is: text }),
  z.object({ name: text, kind: z.literal("header-matches"), header: text, pattern: text, flags: text }),
  z.object({ name: text, kind: z.literal("contains"), text }),
  z.object({ name: text, kind: z.literal("matches"), pattern: text }),
  z.object({ name: text, kind: z.literal("json"), path: text, is: z.union([text, number, z.boolean(), z.null()]) }),
]);
export type CheckSpec = Infer<typeof check>;

/** Where a value is found in an answer: at a JSON Pointer, in a header, or by a pattern's first group (or all that it matches). */
const extract = z.discriminatedUnion("kind", [
  z.object({ name: text, kind: z.literal("json"), path: text }),
  z.object({ name: text, kind: z.literal("header"), header: text }),
  z.object({ name: text, kind: z.literal("regex"), pattern: text }),
]);
export type ExtractSpec = Infer<typeof extract>;

const request = z.object({
  name: text,
  method: text,
  /** It, the headers' values and the body may hold `${feed.NAME.COLUMN}`, filled in when the request is sent. */
  path: text,
  headers: textMap,
  body: orNull(text),
  /** Of a step 0: it comes when its flow comes. */
  weight: number,
  /** Looked at in this order. Left out: none. */
  check: z.array(check).optional(),
  /** Values for the steps that follow, as `${vars.NAME}`. Left out: none. */
  extract: z.array(extract).optional(),
});
export type RequestSpec = Infer<typeof request>;

/** uniform: anything between, or constant. exponential: most are short, a few long. */
const think = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("uniform"), fromMs: number, toMs: number }),
  z.object({ kind: z.literal("exponential"), meanMs: number }),
]);
export type ThinkSpec = Infer<typeof think>;

/** Steps that one user takes in turn. */
const flow = z.object({
  name: text,
  weight: number,
  /** Requests by their names; each step belongs to one flow. */
  steps: z.array(z.union([z.object({ request: text }), z.object({ think })])),
});
export type FlowSpec = Infer<typeof flow>;

/** Rows of a file that fill in `${feed.NAME.COLUMN}` of requests. */
const feed = z.object({
  name: text,
  /** Absolute. */
  file: text,
  order: z.enum(["sequential", "random", "perWorker"]),
  rows: whole,
  /** Of the file's content, hexadecimal. */
  sha256: text,
});
export type FeedSpec = Infer<typeof feed>;

const tls = z.object({
  /** Absolute path of a PEM file with the authorities to trust; null: those of the system. */
  ca: orNull(text),
  /** sha256 of that file, hexadecimal; no part of the arm's hash: an authority that was renewed measures the same. */
  caHash: text.optional(),
  /** What the certificate must be for: a host name, sent as SNI, or an address. */
  serverName: text,
  /** The certificate is not looked at. */
  insecure: z.boolean(),
  /** What the load shows of itself (mutual TLS): absolute paths of PEM files. Left out: nothing. */
  client: z
    .object({
      /** The certificate, and those between it and its authority. */
      cert: text,
      /** sha256 of that file, hexadecimal; no part of the arm's hash, as that of the CA. */
      certHash: text.optional(),
      /** Of its private key nothing else is kept. */
      key: text,
    })
    .optional(),
});
export type TlsSpec = Infer<typeof tls>;

const model = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("open"), rate: number, spacing: z.enum(["poisson", "even"]) }),
  z.object({ kind: z.literal("closed"), connections: whole }),
  /** The script's own scenarios rule. */
  z.object({ kind: z.literal("script") }),
]);
export type LoadModel = Infer<typeof model>;

const script = z.object({
  /** Absolute. */
  file: text,
  /** Of the file's content, hexadecimal. */
  sha256: text,
  /** What it imports and opens: by address, or relative to its folder. Left out: nothing, or an archive, which holds it. */
  needs: z.array(z.object({ file: text, sha256: text })).optional(),
});
export type ScriptSpec = Infer<typeof script>;

export const load = z.object({
  target: text,
  engine: z.enum(["native", "autocannon", "k6"]),
  workers: whole,
  model,
  timeoutMs: number.positive(),
  /** Requests in flight over all workers; beyond it a due request is dropped and counted. */
  maxInFlight: whole,
  keepAlive: z.object({ maxRequests: orNull(whole), maxAgeMs: orNull(number) }),
  /** Left out: plain TCP. */
  tls: tls.optional(),
  /** Left out: HTTP/1.1. `connections` are over all workers, more when all of them are full; null: one for each virtual user of k6. */
  http2: z.object({ connections: orNull(whole) }).optional(),
  /** Steps of flows included; none where a script sends its own. */
  requests: z.array(request),
  /** Left out: none. */
  flows: z.array(flow).optional(),
  /** Of a closed model: after each request or flow. Left out: none. */
  think: think.optional(),
  /** Left out: none. */
  feeds: z.array(feed).optional(),
  /** Of the k6 engine. Left out: one is made of the requests. */
  script: script.optional(),
  /** Of the k6 engine: every request is told by itself instead of in histograms. Left out: false. */
  exact: z.boolean().optional(),
});
export type LoadSpec = Infer<typeof load>;
