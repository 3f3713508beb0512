/** The journal: one line per event, append-only, valid by itself. `t` is ms on the run's monotonic clock (0 at run.start). */
import type { Confinement } from "../shared/confinement.ts";
import type { LostWorker } from "./lost-worker.ts";
import type { ScriptThreshold } from "./script-threshold.ts";
import type { Point, SearchEnd } from "./search.ts";

/** Where an event belongs. Trials are numbered from 1 over the whole run; blocks from 1. */
interface InTrial {
  readonly trial: number;
}
interface OfInstance extends InTrial {
  readonly target: string;
  readonly instance: string;
}
/** `instance` is the instance's id, or "link" when the fault is on the router of its target. */
interface OfFault extends InTrial {
  readonly fault: string;
  readonly target: string;
  readonly instance: string;
}

export type Event =
  | { readonly type: "run.start"; readonly run: string; readonly at: string }
  | { readonly type: "run.resume"; readonly run: string; readonly at: string; readonly zero: number }
  | { readonly type: "run.end"; readonly status: RunStatus; readonly reason: string | null }
  | { readonly type: "block.start"; readonly block: number; readonly order: readonly string[] }
  | { readonly type: "block.end"; readonly block: number }
  // A registered look at what there is; no verdict is told between looks.
  | { readonly type: "look"; readonly look: number; readonly blocks: number; readonly decision: "more" | "stop" }
  // What a trial of a search tries, and why a search ended.
  | ({ readonly type: "search.point" } & Point & InTrial)
  | { readonly type: "search.end"; readonly end: SearchEnd; readonly text: string }
  | ({ readonly type: "trial.start"; readonly block: number; readonly arm: string; readonly dir: string } & InTrial)
  | ({ readonly type: "trial.end"; readonly outcome: TrialOutcome; readonly reason: string | null } & InTrial)
  | ({
      readonly type: "hook";
      readonly when: "before" | "after";
      readonly command: readonly string[];
      readonly exit: number | null;
    } & InTrial)
  // Phase times are the schedule the workers follow: `start` is when load of this phase was due, ms on the run clock.
  | ({
      readonly type: "phase";
      readonly phase: string;
      readonly start: number;
      readonly end: number;
      // Of a search: the declared phase that it stands for, that it is not judged, its rate, and which window of a soak it is of.
      readonly of?: string;
      readonly warmup?: true;
      readonly rate?: number;
      readonly window?: number;
    } & InTrial)
  | ({
      readonly type: "target.ready";
      readonly target: string;
      readonly host: string;
      readonly port: number;
      readonly instances: number;
      readonly confinement: Confinement;
    } & InTrial)
  | ({
      readonly type: "instance.start";
      readonly pid: number;
      readonly port: number;
      readonly again: boolean;
    } & OfInstance)
  | ({ readonly type: "instance.ready" } & OfInstance)
  | ({ readonly type: "instance.unready" } & OfInstance)
  | ({
      readonly type: "instance.exit";
      readonly pid: number;
      readonly code: number | null;
      readonly signal: string | null;
      readonly output: string;
    } & OfInstance)
  | ({ readonly type: "instance.gave-up"; readonly reason: string } & OfInstance)
  // The router: which client ports (of a worker or another target) went to which instances since it last told.
  | ({
      readonly type: "connections";
      readonly target: string;
      readonly list: readonly { readonly client: number; readonly instance: string }[];
    } & InTrial)
  | ({ readonly type: "fault.skipped"; readonly fault: string; readonly reason: string } & InTrial)
  | ({ readonly type: "fault.slow"; readonly fault: string; readonly slowUs: number } & InTrial)
  | ({ readonly type: "fault.intent"; readonly does: string; readonly undo: string } & OfFault)
  | ({ readonly type: "fault.leased"; readonly lease: string } & OfFault)
  | ({ readonly type: "fault.applied" } & OfFault)
  | ({ readonly type: "fault.acknowledged"; readonly evidence: Evidence } & OfFault)
  | ({ readonly type: "fault.not-landed"; readonly reason: string } & OfFault)
  | ({ readonly type: "fault.reverting" } & OfFault)
  | ({ readonly type: "fault.reverted" } & OfFault)
  | ({ readonly type: "fault.unreverted"; readonly reason: string; readonly mend: string } & OfFault)
  | ({ readonly type: "fault.released" } & OfFault)
  | ({
      readonly type: "load.ready";
      readonly workers: number;
      readonly stamp: Stamp;
      readonly binMs: number;
      readonly histogramError: number;
      readonly cores?: number;
      readonly lacks: readonly string[];
    } & InTrial)
  | ({ readonly type: "load.lost" } & LostWorker & InTrial)
  // The service does not speak as the load does (a certificate, a protocol); once for each reason, at first sight.
  | ({ readonly type: "load.trouble"; readonly target: string; readonly reason: string } & InTrial)
  // `lacks` as in load.ready, for what was only known at the end; the skew between workers that do not begin by the clock.
  | ({
      readonly type: "load.done";
      readonly totals: Readonly<Record<string, number>>;
      readonly lacks?: readonly string[];
      readonly startSkewMs?: number;
      /** What load.trouble told, and how often it kept a connection or a request from the service. */
      readonly troubles?: readonly { readonly reason: string; readonly count: number }[];
      readonly thresholds?: readonly ScriptThreshold[];
    } & InTrial)
  | ({ readonly type: "abort"; readonly metric: string; readonly value: number; readonly limit: number } & InTrial)
  | { readonly type: "sampler.off"; readonly trial: number | null; readonly sampler: string; readonly reason: string }
  | { readonly type: "warning"; readonly trial: number | null; readonly text: string };

export type RunStatus = "completed" | "interrupted" | "failed";
/** failed: the arm could not do its job (never ready, crash loop, aborted). broken: the harness could not (worker died, fault not revertible). */
export type TrialOutcome = "ok" | "failed" | "broken" | "interrupted";
export type Stamp = "intended" | "sent" | "end";
/** Proof at the mechanism that a fault landed. Grades as in the OOM evidence: A the kernel's own word, B a status, C circumstantial. */
export interface Evidence {
  readonly grade: "A" | "B" | "C";
  readonly text: string;
}

/** An event as it stands in journal.ndjson. */
export type JournalLine = { readonly v: 1; readonly seq: number; readonly t: number } & Event;
