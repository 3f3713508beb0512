/** The resolved scenario: what a YAML file means after defaults, interpolation and `--set`. Stored in run.json; reports read it. */
import type { Condition, Margin } from "./condition.ts";
import type { LoadSpec } from "./load-spec.ts";
import type { SearchSpec } from "./search.ts";

export type {
  CheckSpec,
  ExtractSpec,
  FeedSpec,
  FlowSpec,
  LoadModel,
  LoadSpec,
  RequestSpec,
  ScriptSpec,
  ThinkSpec,
  TlsSpec,
} from "./load-spec.ts";
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
