/** Zod schema of a resolved scenario. */
import { z } from "zod";
import type { Scenario } from "./scenario.ts";
import { exactly, number, orNull, text, textMap, texts, whole } from "./schema-parts.ts";
import { condition, search } from "./search-schema.ts";

const ready = z.object({ path: orNull(text), withinMs: number, scheme: z.literal("https").optional() });

const target = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("process"),
    name: text,
    command: texts,
    cwd: text,
    env: textMap,
    build: orNull(texts),
    instances: whole,
    ready,
    restart: z.object({ delayMs: number, maxInARow: whole }),
    limits: z.object({ memory: orNull(number), cpu: orNull(number) }),
    needs: texts,
  }),
  z.object({ kind: z.literal("http"), name: text, url: text, ready, needs: texts }),
]);

const check = z.discriminatedUnion("kind", [
  z.object({ name: text, kind: z.literal("status"), codes: texts }),
  z.object({ name: text, kind: z.literal("header"), header: text, is: text }),
  z.object({ name: text, kind: z.literal("header-matches"), header: text, pattern: text, flags: text }),
  z.object({ name: text, kind: z.literal("contains"), text }),
  z.object({ name: text, kind: z.literal("matches"), pattern: text }),
  z.object({ name: text, kind: z.literal("json"), path: text, is: z.union([text, number, z.boolean(), z.null()]) }),
]);

const extract = z.discriminatedUnion("kind", [
  z.object({ name: text, kind: z.literal("json"), path: text }),
  z.object({ name: text, kind: z.literal("header"), header: text }),
  z.object({ name: text, kind: z.literal("regex"), pattern: text }),
]);

const think = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("uniform"), fromMs: number, toMs: number }),
  z.object({ kind: z.literal("exponential"), meanMs: number }),
]);

const load = z.object({
  target: text,
  engine: z.enum(["native", "autocannon", "k6"]),
  workers: whole,
  model: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("open"), rate: number, spacing: z.enum(["poisson", "even"]) }),
    z.object({ kind: z.literal("closed"), connections: whole }),
    z.object({ kind: z.literal("script") }),
  ]),
  timeoutMs: number.positive(),
  maxInFlight: whole,
  keepAlive: z.object({ maxRequests: orNull(whole), maxAgeMs: orNull(number) }),
  tls: z
    .object({
      ca: orNull(text),
      caHash: text.optional(),
      serverName: text,
      insecure: z.boolean(),
      client: z.object({ cert: text, certHash: text.optional(), key: text }).optional(),
    })
    .optional(),
  http2: z.object({ connections: orNull(whole) }).optional(),
  requests: z.array(
    z.object({
      name: text,
      method: text,
      path: text,
      headers: textMap,
      body: orNull(text),
      weight: number,
      check: z.array(check).optional(),
      extract: z.array(extract).optional(),
    }),
  ),
  flows: z
    .array(
      z.object({
        name: text,
        weight: number,
        steps: z.array(z.union([z.object({ request: text }), z.object({ think })])),
      }),
    )
    .optional(),
  think: think.optional(),
  feeds: z
    .array(
      z.object({
        name: text,
        file: text,
        order: z.enum(["sequential", "random", "perWorker"]),
        rows: whole,
        sha256: text,
      }),
    )
    .optional(),
  script: z.object({ file: text, sha256: text }).optional(),
  exact: z.boolean().optional(),
});

const hook = z.object({ command: texts, timeoutMs: number });

const setup = z.object({ load: text, phases: text, faults: text, abort: text, hooks: text });

export const scenario = exactly<Scenario>()(
  z.object({
    apiVersion: z.literal("shakedown/v1"),
    name: text,
    description: text,
    file: text,
    arms: z.array(z.object({ name: text, targets: z.array(target), load, hash: text, setup: setup.optional() })),
    phases: z.array(
      z.object({
        name: text,
        durationMs: number.positive(),
        warmup: z.boolean(),
        load: orNull(
          z.discriminatedUnion("kind", [
            z.object({ kind: z.literal("open"), from: number, to: number }),
            z.object({ kind: z.literal("closed"), connections: whole }),
          ]),
        ),
        faults: texts,
      }),
    ),
    faults: z.array(
      z.object({
        name: text,
        kind: text,
        nature: z.enum(["one-shot", "lasting"]).exactOptional(),
        target: text,
        phase: text,
        atMs: number,
        forMs: orNull(number),
        recovered: orNull(condition),
        options: z.record(text, z.unknown()),
      }),
    ),
    trials: z.object({ count: whole, seed: whole, looks: z.array(whole).optional() }),
    search: search.optional(),
    gates: z.array(condition),
    claims: z.array(condition),
    abort: z.array(z.object({ metric: text, max: orNull(number), min: orNull(number), forMs: number })),
    safety: z.object({ maxTargets: number, allow: z.object({ hosts: texts }) }),
    samplers: z.object({ everyMs: number, off: texts }),
    before: z.array(hook),
    after: z.array(hook),
  }),
);
