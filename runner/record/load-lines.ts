/** What the load generators said: lines of `latency.ndjson` in a trial's folder, and (with a sequence number) of the worker protocol. */
import type { Stamp } from "./events.ts";

/**
 * Classes of what became of a request that was due. ok: answered with 1xx to 3xx, or the status that its check names, and complete.
 * check: answered like that, but not as its check says. connect: no connection.
 * reset: the connection broke while the answer was outstanding. lost: it was closed cleanly, or the load ended, without an answer.
 * protocol: the answer was not HTTP. dropped: never sent, because too many were in flight.
 */
export const outcomes = [
  "ok",
  "4xx",
  "5xx",
  "check",
  "connect",
  "reset",
  "timeout",
  "lost",
  "protocol",
  "dropped",
] as const;
export type Outcome = (typeof outcomes)[number];

/**
 * One second of one phase, request and outcome. Lines add up: a later line for the same key amends it.
 * A request belongs to the phase and second in which it was due (the declared stamp).
 * Histograms: HdrHistogram V2 compressed, base64, integer microseconds, 3 significant digits.
 */
export interface HistogramLine {
  readonly type: "histogram";
  readonly phase: string;
  /** Start of the second, ms since the phase's start. */
  readonly t: number;
  readonly request: string;
  readonly outcome: Outcome;
  readonly count: number;
  /** From the intended start. Null for dropped requests, and where the engine can't give it. */
  readonly response: string | null;
  /** From the actual send. Null for requests that were never sent. */
  readonly service: string | null;
}

/**
 * Flows that began in one second of one phase, as a whole: `ok` when every step was, else what the step that ended it was; `cut` when
 * the load, or the number of connections, ended before they did. Their requests have histograms of their own: a flow counts in no sum.
 * `response` is the sum of the steps' response times, `service` that of their service times: think time is in neither.
 */
export interface FlowLine extends Omit<HistogramLine, "type" | "outcome"> {
  readonly type: "flow";
  readonly outcome: FlowOutcome;
}
export const flowOutcomes = [...outcomes, "cut"] as const;
type FlowOutcome = (typeof flowOutcomes)[number];

/** Answers that failed a check, each counted under the first one that it failed. Lines add up: their sum is that of the outcome `check`. */
export interface CheckLine {
  readonly type: "check";
  /** The request belongs to it, as in a histogram. */
  readonly phase: string;
  readonly request: string;
  readonly check: string;
  readonly count: number;
}

/**
 * What a load script measured itself, in one second of one phase and over all of its tags. Lines add up, but for `last`. The name is
 * the script's; histograms, counters and rates that came by remote write have its suffix (`_seconds`, `_bytes`, `_total`, `_rate`).
 */
export interface MeasuredLine extends MeasuredPart {
  readonly type: "measured";
  readonly phase: string;
  readonly t: number;
  readonly metric: string;
}

/** Single values, a histogram's, or only their sum. */
export interface MeasuredPart {
  readonly sum: number;
  readonly last: number;
  /** Null where only the sum is known. */
  readonly values: ValueBuckets | null;
}

/** Bucket i holds what is above b^(i-1) and at most b^i, with b = 2^(2^-schema), and its mirror image below zero. */
export interface ValueBuckets {
  readonly schema: number;
  /** Whole, but for a rate that was told as a share of so many iterations. */
  readonly count: number;
  readonly zero: number;
  readonly positive: Readonly<Record<string, number>>;
  readonly negative: Readonly<Record<string, number>>;
}

/** Counters per bin, by due time; `t` is ms since the load's start, a multiple of the bin. Lines add up. */
export interface BinLine {
  readonly type: "bin";
  readonly t: number;
  readonly due: number;
  readonly counts: Readonly<Partial<Record<Outcome, number>>>;
  /** ok answers slower than the threshold that was in force (`slow`), 0 before any. */
  readonly slow: number;
}

/** A single request out of a bounded reservoir: the slowest of a second, and a random sample. Times are ms since the load's start. */
export interface RequestLine {
  readonly type: "request";
  readonly phase: string;
  readonly request: string;
  readonly outcome: Outcome;
  readonly due: number;
  readonly sent: number | null;
  readonly end: number;
  /** The worker's local port: the router's journal tells which instance it went to. */
  readonly port: number | null;
  /** It is of the sample, which is uniform over the worker's requests of that second; it may be one of the slowest too. */
  readonly random?: true;
}

/** The generator about itself, once a second. ms since the load's start; lags in ms. */
export interface SelfLine {
  readonly type: "self";
  readonly t: number;
  /** CPU time since the last line over wall time since then: 1 is a whole core. */
  readonly cpu: number;
  /** Null where another program sends, which does not wait for the worker's loop. */
  readonly loopP99: number | null;
  /** Actual minus intended send time. Null when nothing was sent, or in the closed model. */
  readonly lagP50: number | null;
  readonly lagP99: number | null;
  readonly inFlight: number;
  readonly connections: number;
  readonly rss: number;
  /** Open files of the worker and how many it may have; local ports for connections to one address. Absent where the system does not tell. */
  readonly descriptors?: number;
  readonly descriptorLimit?: number;
  readonly localPorts?: number;
  /** Time since the last line in which it was ready to run and had no CPU, over wall time: 1 is one thread that waited throughout. Absent where the system does not tell. */
  readonly waited?: number;
}

export type LoadLine = HistogramLine | FlowLine | CheckLine | MeasuredLine | BinLine | RequestLine | SelfLine;

/** A line of latency.ndjson: merged over workers (histograms, bins), or as one worker told it. */
export type LatencyLine = { readonly v: 1; readonly worker?: number } & LoadLine;

/** What a worker declares before the load starts. */
export interface Declaration {
  readonly stamp: Stamp;
  readonly binMs: number;
  /** Relative width of a histogram bucket. */
  readonly histogramError: number;
  /** Cores that a worker can send with. Left out: one, since one thread sends. */
  readonly cores?: number;
  /** Metric prefixes it can't give, with the reason. */
  readonly lacks: Readonly<Record<string, string>>;
}

/** One batch of a sampled series, a line of `series.ndjson`. Absent is never zero. */
export type SeriesLine = {
  readonly v: 1;
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
} & (
  | { readonly t: readonly number[]; readonly x: readonly number[] }
  | { readonly at: number; readonly absent: "not-applicable" | "unavailable" | "stale"; readonly reason: string }
);
