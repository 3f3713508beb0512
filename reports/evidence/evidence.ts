/** A record as the analyses see it: trials with aligned series, merged histograms, and one scalar per metric and trial. */
import type { Histogram } from "hdr-histogram-js";
import type { JournalLine, RunStatus, TrialOutcome } from "../../runner/record/events.ts";
import type { CheckLine, Declaration, MeasuredPart, RequestLine, SelfLine } from "../../runner/record/load-lines.ts";
import type { Outcome } from "../../runner/record/outcomes.ts";
import type { RunFile } from "../../runner/record/run-file.ts";
import type { Point } from "../../runner/record/search.ts";

export interface Evidence {
  readonly run: RunFile;
  readonly dir: string;
  readonly status: RunStatus;
  readonly statusReason: string | null;
  /** Run clock at the last event, ms. */
  readonly endedAt: number;
  readonly events: readonly JournalLine[];
  /** Every trial that started, in order. */
  readonly trials: readonly TrialEvidence[];
  /** What the reader had to leave out (cut-off or unreadable lines), in words. */
  readonly damage: readonly string[];
}

export interface TrialEvidence {
  readonly index: number;
  readonly block: number;
  readonly arm: string;
  /** Null while it has no trial.end (the run was cut off in it). */
  readonly outcome: TrialOutcome | null;
  /** What a trial of a search tries; left out where trials are repeated. */
  readonly point?: Point;
  readonly reason: string | null;
  /** Run clock, ms, at which the load started; times of load lines are relative to it. Null when it never started. */
  readonly loadStart: number | null;
  readonly phases: readonly PhaseEvidence[];
  readonly faults: readonly FaultEvidence[];
  readonly declaration: Declaration | null;
  /** Merged over the selected phases and requests. */
  readonly requests: (select: Selection) => RequestEvidence;
  /** Answers that failed a check, by the first one that each failed. */
  readonly checks: readonly CheckLine[];
  /** What the load script measured itself, over the selected phases; null when there is none of that name. */
  readonly measured: (metric: string, phases: readonly string[]) => MeasuredPart | null;
  /** Bins of the whole load, dense from 0, `every` ms wide. */
  readonly bins: {
    readonly every: number;
    readonly due: Float64Array;
    /** Failed, or ok and slower than the threshold that was in force. */
    readonly bad: Float64Array;
    readonly ok: Float64Array;
    readonly slow: Float64Array;
  };
  /** Per second of the load, in order; `t` is ms since the load's start. Decoded when asked. */
  readonly seconds: () => readonly SecondEvidence[];
  /** Single requests, with the slowest of every second and a random sample; ms since the load's start. */
  readonly singles: readonly RequestLine[];
  /** The instance that a client port of the workers led to at a time of the run clock; null when nobody told. */
  readonly servedBy: (port: number, at: number) => string | null;
  readonly self: readonly (SelfLine & { readonly worker: number })[];
  readonly lostWorkers: readonly string[];
  /** All series of a metric, one per label set; times on the run clock. */
  readonly series: (metric: string) => readonly Series[];
  /** Why there are no readings of a metric, or none to the end of what begins before `until` (run clock, ms); null when there are. */
  readonly absent: (metric: string, until?: number) => string | null;
  readonly events: readonly JournalLine[];
}

export interface PhaseEvidence {
  readonly name: string;
  readonly warmup: boolean;
  readonly faults: readonly string[];
  /** Run clock, ms. */
  readonly start: number;
  readonly end: number;
  /** Of a search: its rate, and which window of a soak it is of. */
  readonly rate?: number;
  readonly window?: number;
  /** The declared phase that a window stands for. */
  readonly of?: string;
}

export interface Selection {
  readonly phases: readonly string[];
  /** A request's or a flow's name. Null: all requests. */
  readonly request: string | null;
}

export interface RequestEvidence {
  /** ok responses, plus timed-out, lost and dropped requests at the timeout; µs. The `latency.*` metrics. */
  readonly latency: Histogram;
  /** ok responses from the actual send, µs. The `service.*` metrics. */
  readonly service: Histogram;
  readonly counts: Readonly<Record<Outcome, number>>;
  /** All that were due. */
  readonly due: number;
  /** Flows that the end of the load cut off: they are in none of the counts. */
  readonly cut: number;
  /** Length of the selected phases, ms. */
  readonly durationMs: number;
}

/** Quantiles of the `latency.*` distribution of one second, all requests; ms. Null when nothing was due in it. */
export interface SecondEvidence {
  readonly t: number;
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly t: Float64Array;
  readonly x: Float64Array;
}

/** In ms, on the clock that is said where it is used. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The three windows of a fault in one trial, run clock ms; null where there is none. */
export interface FaultEvidence {
  readonly name: string;
  readonly kind: string;
  readonly target: string;
  readonly phase: string;
  readonly skipped: string | null;
  readonly requested: Span | null;
  readonly acknowledged: { readonly start: number; readonly end: number | null } | null;
  /** First to last affected bin; null when nothing was felt. */
  readonly observed: Span | null;
  readonly landed: boolean;
  /** Grade and text of every proof, or why it did not land. */
  readonly proof: readonly string[];
  readonly grade: "A" | "B" | "C" | null;
  readonly reverted: boolean;
  readonly unreverted: string | null;
  /** Requests due while it was on. */
  readonly exposed: number;
  /** ms from acknowledged apply (one-shot) or revert (lasting); null with `censored` true when not within the trial. Absorbed: 0. */
  readonly recoveryMs: number | null;
  readonly censored: boolean;
  /** How long it was watched when `censored`: it took at least that long. */
  readonly atLeastMs: number | null;
  readonly effectDelayMs: number | null;
}

/** One scalar of one trial. */
export type Scalar =
  | { readonly kind: "value"; readonly value: number; readonly warnings?: readonly string[] }
  /** Worse than any value: a failed trial, or a recovery that was not seen before the trial's end (`atLeast`). */
  | { readonly kind: "worst"; readonly reason: string; readonly atLeast: number | null }
  | { readonly kind: "absent"; readonly reason: string };
