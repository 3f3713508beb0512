/** The load of an arm: what is sent, how often, how it is spoken, and what answers must be like. Units as in the scenario. */

export interface LoadSpec {
  readonly target: string;
  readonly engine: "native" | "autocannon" | "k6";
  readonly workers: number;
  readonly model: LoadModel;
  readonly timeoutMs: number;
  /** Requests in flight over all workers; beyond it a due request is dropped and counted. */
  readonly maxInFlight: number;
  readonly keepAlive: { readonly maxRequests: number | null; readonly maxAgeMs: number | null };
  /** Left out: plain TCP. */
  readonly tls?: TlsSpec | undefined;
  /** Left out: HTTP/1.1. `connections` are over all workers, more when all of them are full; null: one for each virtual user of k6. */
  readonly http2?: { readonly connections: number | null } | undefined;
  /** Steps of flows included; none where a script sends its own. */
  readonly requests: readonly RequestSpec[];
  /** Left out: none. */
  readonly flows?: readonly FlowSpec[] | undefined;
  /** Of a closed model: after each request or flow. Left out: none. */
  readonly think?: ThinkSpec | undefined;
  /** Left out: none. */
  readonly feeds?: readonly FeedSpec[] | undefined;
  /** Of the k6 engine. Left out: one is made of the requests. */
  readonly script?: ScriptSpec | undefined;
  /** Of the k6 engine: every request is told by itself instead of in histograms. Left out: false. */
  readonly exact?: boolean | undefined;
}

export interface ScriptSpec {
  /** Absolute. */
  readonly file: string;
  /** Of the file's content, hexadecimal. */
  readonly sha256: string;
}

/** Rows of a file that fill in `${feed.NAME.COLUMN}` of requests. */
export interface FeedSpec {
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  readonly order: "sequential" | "random" | "perWorker";
  readonly rows: number;
  /** Of the file's content, hexadecimal. */
  readonly sha256: string;
}

export interface TlsSpec {
  /** Absolute path of a PEM file with the authorities to trust; null: those of the system. */
  readonly ca: string | null;
  /** sha256 of that file, hexadecimal; no part of the arm's hash: an authority that was renewed measures the same. */
  readonly caHash?: string | undefined;
  /** What the certificate must be for: a host name, sent as SNI, or an address. */
  readonly serverName: string;
  /** The certificate is not looked at. */
  readonly insecure: boolean;
  /** What the load shows of itself (mutual TLS). Left out: nothing. */
  readonly client?: ClientCertificate | undefined;
}

/** Absolute paths of PEM files. */
interface ClientCertificate {
  /** The certificate, and those between it and its authority. */
  readonly cert: string;
  /** sha256 of that file, hexadecimal; no part of the arm's hash, as that of the CA. */
  readonly certHash?: string | undefined;
  /** Of its private key nothing else is kept. */
  readonly key: string;
}

export type LoadModel =
  | { readonly kind: "open"; readonly rate: number; readonly spacing: "poisson" | "even" }
  | { readonly kind: "closed"; readonly connections: number }
  /** The script's own scenarios rule. */
  | { readonly kind: "script" };

export interface RequestSpec {
  readonly name: string;
  readonly method: string;
  /** It, the headers' values and the body may hold `${feed.NAME.COLUMN}`, filled in when the request is sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Of a step 0: it comes when its flow comes. */
  readonly weight: number;
  /** Looked at in this order. Left out: none. */
  readonly check?: readonly CheckSpec[] | undefined;
  /** Values for the steps that follow, as `${vars.NAME}`. Left out: none. */
  readonly extract?: readonly ExtractSpec[] | undefined;
}

/** Where a value is found in an answer: at a JSON Pointer, in a header, or by a pattern's first group (or all that it matches). */
export type ExtractSpec = { readonly name: string } & (
  | { readonly kind: "json"; readonly path: string }
  | { readonly kind: "header"; readonly header: string }
  | { readonly kind: "regex"; readonly pattern: string }
);

/** Steps that one user takes in turn. */
export interface FlowSpec {
  readonly name: string;
  readonly weight: number;
  /** Requests by their names; each step belongs to one flow. */
  readonly steps: readonly ({ readonly request: string } | { readonly think: ThinkSpec })[];
}

/** uniform: anything between, or constant. exponential: most are short, a few long. */
export type ThinkSpec =
  | { readonly kind: "uniform"; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: "exponential"; readonly meanMs: number };

/**
 * What an answer must be like. Texts, but for regular expressions, may hold references as the request does. A code is `200`, or `2xx`
 * for the whole class; one of them must hold. A path is a JSON Pointer (RFC 6901).
 */
export type CheckSpec = {
  /** Unique within its request; says what is looked at, never the value. */
  readonly name: string;
} & (
  | { readonly kind: "status"; readonly codes: readonly string[] }
  | { readonly kind: "header"; readonly header: string; readonly is: string }
  | { readonly kind: "header-matches"; readonly header: string; readonly pattern: string; readonly flags: string }
  | { readonly kind: "contains"; readonly text: string }
  | { readonly kind: "matches"; readonly pattern: string }
  | { readonly kind: "json"; readonly path: string; readonly is: string | number | boolean | null }
);
