/** Load: a worker is a child process that speaks the protocol below; any engine, any number of them. */
import type { Declaration, LoadLine } from "../record/load-lines.ts";
import type { LostWorker } from "../record/lost-worker.ts";
import type { Outcome } from "../record/outcomes.ts";
import type { LoadSpec, Phase } from "../record/scenario.ts";
import type { ScriptThreshold } from "../record/script-threshold.ts";
import type { Address } from "../shared/address.ts";

/**
 * The one JSON line that a worker reads first. Then lines: `go <ms>` (start, on the shared monotonic clock, host.clock.now),
 * `slow <µs>` (requests slower than this count as slow from now on), `share <JSON>` (before `go`: what another worker shared in its
 * `ready`). A worker ends by itself after the last phase and what was
 * in flight (at most the timeout), and at once when its stdin closes. It prints something each second until then: one that is silent
 * for long hangs, and is killed.
 */
export interface Job {
  readonly load: LoadSpec;
  /** `load` of a phase already merged over the scenario's: never null. */
  readonly phases: readonly JobPhase[];
  readonly address: Address;
  readonly worker: number;
  readonly workers: number;
  readonly seed: number;
}
export type JobPhase = Pick<Phase, "name" | "durationMs"> & { readonly load: JobLoad };
/** `script`: whatever the script's own scenarios ask for. */
type JobLoad = NonNullable<Phase["load"]> | { readonly kind: "script" };

/** What a worker prints: NDJSON with its own sequence numbers; a gap means lost lines and breaks the trial. */
export type WorkerLine = { readonly seq: number } & (
  | ({ readonly type: "ready"; readonly share?: unknown } & Declaration)
  | LoadLine
  | TroubleLine
  | ({ readonly type: "done"; readonly totals: Readonly<Record<Outcome | "due" | "sent", number>> } & Closing)
);

/** What a worker only knows at the end. */
export interface Closing {
  /** As in its declaration, for this load alone. */
  readonly lacks?: Readonly<Record<string, string>>;
  /** What somebody who reads the report should know of the load, in words. */
  readonly remarks?: readonly string[];
  /** Of a script, each as this worker's share of the load has it. */
  readonly thresholds?: readonly ScriptThreshold[];
  /** Its load began so long after the time it was told, where it can't begin at that time by itself. */
  readonly startedLateMs?: number;
}

/** Connections that failed because of how the server speaks (a certificate, a protocol), since the last line of that reason. */
export interface TroubleLine {
  readonly type: "trouble";
  readonly reason: string;
  readonly count: number;
}

export interface Engine {
  readonly name: LoadSpec["engine"];
  readonly models: readonly LoadSpec["model"]["kind"][];
  /** Absolute path of the worker's entry file. */
  readonly entry: string;
  /** Programs or limits that keep a load from running with it; empty when fine. Asked at validation. */
  readonly problems: (load: LoadSpec, env: Readonly<Record<string, string | undefined>>) => readonly string[];
  /** Relative width of the histograms of such a load, where it is more than 0.1 %; what makes it narrower. */
  readonly coarse?: (load: Pick<LoadSpec, "exact">) => { readonly width: number; readonly hint: string } | null;
  /** It can't send for less, ms. */
  readonly shortestPhaseMs?: number;
  /** Its workers get the harness's environment: they look for a program, and scripts may ask for more. */
  readonly inheritsEnv?: boolean;
  /** Where a worker may need longer than usual to be ready, and to tell its last lines after the last request. */
  readonly patience?: { readonly readyMs: number; readonly doneMs: number };
}

/** A started set of workers, merged. */
export interface LoadSession {
  /** Resolves when all workers are ready. Rejects with what the first that failed said. */
  readonly ready: Promise<Declaration>;
  readonly go: (atMs: number) => void;
  /** Sets the slow threshold in all workers. */
  readonly slow: (us: number) => void;
  /** p99 of response times (ok) in a phase so far, merged, in µs; null when there are none. */
  readonly p99: (phase: string) => number | null;
  /**
   * For progress and abort rules: merged over the last `ms` that are complete. Counts go by due time. Latencies (ms) go by the time
   * at which they were told: ok responses, and timed-out, lost and dropped requests at the timeout.
   */
  readonly recent: (ms: number) => {
    /** How much of the window was heard of: 0 before the first word of every worker, `ms` once all of it is known. */
    readonly heardMs: number;
    readonly due: number;
    readonly counts: Readonly<Partial<Record<Outcome, number>>>;
    readonly p50: number | null;
    readonly p99: number | null;
  };
  /** Resolves when every worker is done; never rejects. */
  readonly done: Promise<LoadEnd>;
  /** Ends the load at once. */
  readonly stop: () => Promise<void>;
}
export interface LoadEnd {
  readonly totals: Readonly<Record<Outcome | "due" | "sent", number>>;
  /** Workers that died, hung or lost lines: evidence against the harness. */
  readonly lost: readonly LostWorker[];
  readonly lacks: Readonly<Record<string, string>>;
  readonly remarks: readonly string[];
  /** Of a script, each as each worker has it. */
  readonly thresholds: readonly ScriptThreshold[];
  /** Between the first and the last worker's beginning; null where they begin by the clock. */
  readonly startSkewMs: number | null;
  /** Why connections or requests failed, over all workers, where the server's way of speaking was the cause; the first reason first. */
  readonly troubles: readonly Pick<TroubleLine, "reason" | "count">[];
}
