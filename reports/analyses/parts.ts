/** The parts of a report that analyses answer with: plain JSON, no rendering. */
import type { Outcome } from "../../runner/record/outcomes.ts";
import type { Change } from "../../runner/shared/format.ts";
import type { Unit } from "../../runner/shared/quantities.ts";
import type { Span } from "../evidence/evidence.ts";

export type { Span };

export interface Check {
  readonly status: "ok" | "warning" | "invalid";
  readonly title: string;
  readonly text: string;
  /** The run can't be decided because of this, without being invalid: a noisy host. "The <title> was <text>" is then a sentence. */
  readonly inconclusive?: true;
  /** Where several processes made the load: each by itself. */
  readonly workers?: readonly WorkerReadings[];
}

/** A load worker about itself, in its worst trial. Null where it was not told. */
export interface WorkerReadings {
  readonly worker: number;
  /** Medians over the seconds of a trial. CPU in cores; ms. */
  readonly cpu: number | null;
  readonly loopP99: number | null;
  /** Actual minus intended send time. */
  readonly lagP50: number | null;
  readonly lagP99: number | null;
  /** The most in any second. */
  readonly inFlight: number | null;
  readonly connections: number | null;
  readonly descriptors: number | null;
  readonly descriptorLimit: number | null;
  /** Bytes. */
  readonly rss: number | null;
}

export interface FaultReport {
  readonly name: string;
  readonly kind: string;
  readonly target: string;
  readonly phase: string;
  /** `A` when every landed trial has at least that grade. */
  readonly grade: "A" | "B" | "C" | null;
  readonly arms: readonly {
    readonly arm: string;
    readonly trials: number;
    readonly landed: number;
    readonly felt: number;
    readonly absorbed: number;
    readonly skipped: number;
    readonly reverted: number;
    /** ms relative to the requested start, medians over trials; null when none. */
    readonly requested: Span | null;
    readonly acknowledged: Span | null;
    readonly observed: Span | null;
    readonly recoveryMs: { readonly median: number | null; readonly censored: number } | null;
  }[];
  readonly proofs: readonly string[];
}

export interface Section {
  readonly id:
    | "latency"
    | "errors"
    | "throughput"
    | "recovery"
    | "scaling"
    | "memory"
    | "gc"
    | "cpu"
    | "script"
    | "capacity";
  readonly question: string;
  /** A sentence in words. */
  readonly answer: string;
  readonly findings: readonly string[];
  readonly charts: readonly Chart[];
  readonly tables: readonly SectionTable[];
  readonly notes: readonly string[];
}

export type SectionTable =
  /** The slowest requests of the judged phases, a few of each arm; of those under way at the same time only the slowest. */
  | {
      readonly kind: "slowest";
      readonly arms: readonly {
        readonly arm: string;
        readonly requests: readonly {
          readonly trial: number;
          readonly phase: string;
          /** ms after the phase's start at which it was due. */
          readonly atMs: number;
          readonly request: string;
          readonly outcome: Outcome;
          /** From when it was due. */
          readonly responseMs: number;
          /** Null when nobody told who served it. */
          readonly instance: string | null;
          /** What happened while it was under way, in words. */
          readonly near: readonly string[];
        }[];
      }[];
    }
  /** Flows, each followed by its steps, in the judged phases: sums over trials, and centers over them. */
  | {
      readonly kind: "flows";
      readonly rows: readonly {
        readonly name: string;
        readonly is: "flow" | "step";
        readonly arms: readonly {
          readonly arm: string;
          readonly due: number;
          /** Flows that the end of the load cut off; they are not among those that were due. */
          readonly cut: number;
          /** ms; null without a value. */
          readonly p50: number | null;
          readonly p95: number | null;
          readonly p99: number | null;
          readonly failed: number | null;
        }[];
      }[];
    }
  /** Answers of all phases but warm-ups that failed a check, by the first that each failed: sums over trials. */
  | {
      readonly kind: "checks";
      readonly rows: readonly {
        readonly request: string;
        readonly check: string;
        readonly arms: readonly { readonly arm: string; readonly count: number; readonly due: number }[];
      }[];
    }
  /** Share of the requests of the judged phases that each instance served: mean over trials with their range. */
  | {
      readonly kind: "spread";
      readonly arms: readonly {
        readonly arm: string;
        readonly trials: number;
        /** Requests that were looked at, in all trials. */
        readonly sampled: number;
        readonly instances: readonly {
          readonly instance: string;
          readonly center: number;
          readonly low: number;
          readonly high: number;
        }[];
      }[];
    };

export type Chart =
  /** What a goal of a search bounds, in each of its trials, over what was searched. */
  | ({
      readonly kind: "load";
      readonly title: string;
      readonly unit: Unit;
      readonly axis: Axis;
      readonly bound: number | null;
      readonly trials: readonly {
        readonly value: number;
        readonly y: number;
        readonly good: boolean;
        /** Something else than the target had a part in it. */
        readonly disturbed: boolean;
      }[];
    } & Marks)
  /** Share of good trials at each load, the fitted chance, and the share that a goal asks for. */
  | ({
      readonly kind: "chance";
      readonly title: string;
      readonly axis: Axis;
      readonly goal: number;
      readonly points: readonly {
        readonly value: number;
        readonly good: number;
        readonly bad: number;
        readonly classified: "lower" | "upper" | "undecided";
      }[];
      readonly curve: readonly { readonly value: number; readonly chance: number }[];
    } & Marks)
  /** Throughput over concurrency: a dot a trial, and the universal scalability law to twice the largest that was seen. */
  | {
      readonly kind: "scalability";
      readonly title: string;
      readonly runs: readonly { readonly n: number; readonly throughput: number }[];
      readonly curve: readonly { readonly n: number; readonly throughput: number }[];
      readonly peak: number | null;
    }
  /** One dot per trial and arm, on one axis; pairs joined. */
  | {
      readonly kind: "dots";
      readonly title: string;
      readonly unit: Unit;
      readonly log: boolean;
      readonly arms: readonly {
        readonly arm: string;
        readonly values: readonly { readonly block: number; readonly value: number }[];
      }[];
    }
  /** Quantiles p1 to p99.9 of both arms: center over trials with the range over trials. */
  | {
      readonly kind: "quantiles";
      readonly title: string;
      readonly unit: Unit;
      readonly quantiles: readonly number[];
      readonly arms: readonly {
        readonly arm: string;
        readonly center: readonly number[];
        readonly low: readonly number[];
        readonly high: readonly number[];
      }[];
    }
  /** How much slower every quantile got: geometric mean over pairs of trials, each with a 90 % interval of its own. */
  | {
      readonly kind: "shift";
      readonly title: string;
      readonly arm: string;
      readonly versus: string;
      readonly pairs: number;
      readonly points: readonly {
        readonly quantile: number;
        readonly change: Change;
        /** Fewer than ten requests of a trial lie beyond it. */
        readonly few: boolean;
      }[];
    };

/** Where a search's answer lies on the axis of its charts. */
export interface Marks {
  readonly lower: number | null;
  readonly upper: number | null;
  /** `low`, `high`: ends of the interval; null: not bounded. `text`: `310/s (302/s to 318/s)`, `at least 400/s`. */
  readonly answer: {
    readonly value: number;
    readonly low: number | null;
    readonly high: number | null;
    readonly text: string;
  } | null;
}

interface Axis {
  readonly title: string;
  readonly unit: Unit;
}

/** Stacked panels on one time axis. `t` is seconds since the load's start; median trial per bin with the range over trials. */
export interface Timeline {
  readonly t: readonly number[];
  readonly phases: readonly {
    readonly name: string;
    readonly start: number;
    readonly end: number;
    readonly warmup: boolean;
  }[];
  readonly faults: readonly { readonly name: string; readonly start: number; readonly end: number }[];
  readonly panels: readonly Panel[];
}
export interface Panel {
  readonly title: string;
  readonly unit: Unit;
  readonly lines: readonly {
    readonly label: string;
    readonly arm: string;
    readonly dashed: boolean;
    readonly center: readonly (number | null)[];
    readonly low: readonly (number | null)[] | null;
    readonly high: readonly (number | null)[] | null;
  }[];
}

export interface TableRow {
  readonly metric: string;
  readonly title: string;
  readonly where: string;
  readonly unit: Unit;
  readonly cells: readonly {
    readonly arm: string;
    readonly center: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly n: number;
    readonly absent: string | null;
  }[];
}
