/** The resolved scenario: what a YAML file means after defaults, interpolation and `--set`. Stored in run.json; reports read it. */
import type { Condition, Margin } from "./condition.ts";
import type { SearchSpec } from "./search.ts";

export type { Condition, Margin };

/** Lengths are milliseconds, sizes bytes, CPU in cores, rates per second, shares 0..1: units are gone once a scenario is resolved. */
export interface Scenario {
  readonly apiVersion: "shakedown/v1";
  readonly name: string;
  readonly description: string;
  /** Absolute path of the file it came from. */
  readonly file: string;
  /** In declared order. `resolved` of an arm has its own copy with the patch applied. */
  readonly arms: readonly Arm[];
  readonly phases: readonly Phase[];
  readonly faults: readonly FaultSpec[];
  readonly trials: Trials;
  /** Left out: trials are repeated, nothing is searched. */
  readonly search?: SearchSpec | undefined;
  readonly gates: readonly Condition[];
  readonly claims: readonly Condition[];
  readonly abort: readonly AbortRule[];
  readonly safety: Safety;
  readonly samplers: { readonly everyMs: number; readonly off: readonly string[] };
  readonly before: readonly Hook[];
  readonly after: readonly Hook[];
}

/** `looks`: blocks after which the run may end early, the last of them `count`. */
export interface Trials {
  readonly count: number;
  readonly seed: number;
  readonly looks?: readonly number[] | undefined;
}

export interface Arm {
  readonly name: string;
  /** In start order: dependencies first. */
  readonly targets: readonly TargetSpec[];
  readonly load: LoadSpec;
  /** sha256 over what the arm measures (targets, load, phases, faults, abort, hooks); never over gates, claims, trials or texts. */
  readonly hash: string;
  /** Left out by records of versions that did not know it. */
  readonly setup?: Setup | undefined;
}

/**
 * What an arm is measured under, apart from its targets: two sessions are comparable when these are alike, and may well differ in the
 * targets, which is what is compared. The first 12 hexadecimal digits of a sha256 each.
 */
export interface Setup {
  /** Values of secret headers are no part of it: a token that was renewed measures the same. */
  readonly load: string;
  readonly phases: string;
  readonly faults: string;
  readonly abort: string;
  readonly hooks: string;
}

export type TargetSpec = ProcessTargetSpec | HttpTargetSpec;

export interface ProcessTargetSpec {
  readonly kind: "process";
  readonly name: string;
  /** argv; `node` as argv[0] is already the harness's own Node, paths are absolute. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** Values may still hold `${targets.NAME.address|host|port}`, known only when that target is up. */
  readonly env: Readonly<Record<string, string>>;
  readonly build: readonly string[] | null;
  readonly instances: number;
  readonly ready: ReadySpec;
  readonly restart: { readonly delayMs: number; readonly maxInARow: number };
  /** Bytes and cores; null is unlimited. */
  readonly limits: { readonly memory: number | null; readonly cpu: number | null };
  /** Names of targets that its env refers to. */
  readonly needs: readonly string[];
}

export interface HttpTargetSpec {
  readonly kind: "http";
  readonly name: string;
  readonly url: string;
  readonly ready: ReadySpec;
  readonly needs: readonly string[];
}

/** `path` null: ready when a connection is accepted. */
export interface ReadySpec {
  readonly path: string | null;
  readonly withinMs: number;
  /** Left out: without TLS. */
  readonly scheme?: "https" | undefined;
}

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

export interface Phase {
  readonly name: string;
  readonly durationMs: number;
  readonly warmup: boolean;
  /** Null: as the arm's load says. `from` equals `to` when constant. */
  readonly load: PhaseLoad | null;
  /** Names of faults, applied relative to the start of this phase. */
  readonly faults: readonly string[];
}
export type PhaseLoad =
  | { readonly kind: "open"; readonly from: number; readonly to: number }
  | { readonly kind: "closed"; readonly connections: number };

export interface FaultSpec {
  readonly name: string;
  readonly kind: string;
  /** As the fault's file says; where a record lacks it, `natureOf` knows. */
  readonly nature?: "one-shot" | "lasting";
  readonly target: string;
  readonly phase: string;
  /** Offset from the start of its phase. */
  readonly atMs: number;
  /** Null: until its phase ends. */
  readonly forMs: number | null;
  /** What makes a bin recovered; null is the default of the design's section 6. */
  readonly recovered: Condition | null;
  /** As the fault's own schema parsed them (units resolved). */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface AbortRule {
  readonly metric: string;
  readonly max: number | null;
  readonly min: number | null;
  readonly forMs: number;
}

interface Safety {
  /** Share of a target's instances that may be killed, paused or squeezed at one time. */
  readonly maxTargets: number;
  readonly allow: { readonly hosts: readonly string[] };
}

export interface Hook {
  readonly command: readonly string[];
  readonly timeoutMs: number;
}
