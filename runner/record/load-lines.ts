/** What the load generators said: lines of `latency.ndjson` in a trial's folder, and (with a sequence number) of the worker protocol. */
import { z } from "zod";
import type { Stamp } from "./events.ts";
import { flowOutcomes, outcomes } from "./outcomes.ts";
import { count, type Infer, number, orNull, text, textMap, type, whole } from "./schema-parts.ts";

const ofWorker = { v: z.literal(1), worker: whole.exactOptional() };
const outcome = z.enum(outcomes);
const since = number.nonnegative();

const times = {
  phase: text,
  /** Start of the second, ms since the phase's start. */
  t: since,
  request: text,
  count,
  /** From the intended start. Null for dropped requests, and where the engine can't give it. */
  response: orNull(text),
  /** From the actual send. Null for requests that were never sent. */
  service: orNull(text),
};

/**
 * One second of one phase, request and outcome. Lines add up: a later line for the same key amends it.
 * A request belongs to the phase and second in which it was due (the declared stamp).
 * Histograms: HdrHistogram V2 compressed, base64, integer microseconds, 3 significant digits.
 */
const histogramLine = z.object({ ...ofWorker, ...type("histogram"), ...times, outcome });

/**
 * Flows that began in one second of one phase, as a whole: `ok` when every step was, else what the step that ended it was. Their requests
 * have histograms of their own: a flow counts in no sum. `response` is the sum of the steps' response times, `service` that of their
 * service times: think time is in neither.
 */
const flowLine = z.object({ ...ofWorker, ...type("flow"), ...times, outcome: z.enum(flowOutcomes) });

/** Answers that failed a check, each counted under the first one that it failed. Lines add up: their sum is that of the outcome `check`. */
const checkLine = z.object({
  ...ofWorker,
  ...type("check"),
  /** The request belongs to it, as in a histogram. */
  phase: text,
  request: text,
  check: text,
  count,
});

/** Bucket i holds what is above b^(i-1) and at most b^i, with b = 2^(2^-schema), and its mirror image below zero. */
const valueBuckets = z.object({
  schema: whole,
  /** Whole, but for a rate that was told as a share of so many iterations. */
  count: number,
  zero: number,
  positive: z.record(text, number),
  negative: z.record(text, number),
});
export type ValueBuckets = Infer<typeof valueBuckets>;

/** Single values, a histogram's, or only their sum. */
const measuredPart = z.object({
  sum: number,
  last: number,
  /** Null where only the sum is known. */
  values: orNull(valueBuckets),
});
export type MeasuredPart = Infer<typeof measuredPart>;

/**
 * What a load script measured itself, in one second of one phase and over all of its tags. Lines add up, but for `last`. The name is
 * the script's; histograms, counters and rates that came by remote write have its suffix (`_seconds`, `_bytes`, `_total`, `_rate`).
 */
const measuredLine = z.object({
  ...ofWorker,
  ...type("measured"),
  phase: text,
  t: since,
  metric: text,
  ...measuredPart.shape,
});

/** Counters per bin, by due time; `t` is ms since the load's start, a multiple of the bin. Lines add up. */
const binLine = z.object({
  ...ofWorker,
  ...type("bin"),
  t: since,
  due: count,
  counts: z.partialRecord(outcome, count),
  /** ok answers slower than the threshold that was in force (`slow`), 0 before any. */
  slow: count,
});

/** A single request out of a bounded reservoir: the slowest of a second, and a random sample. Times are ms since the load's start. */
const requestLine = z.object({
  ...ofWorker,
  ...type("request"),
  phase: text,
  request: text,
  outcome,
  due: number,
  sent: orNull(number),
  end: number,
  /** The worker's local port: the router's journal tells which instance it went to. */
  port: orNull(whole),
  /** It is of the sample, which is uniform over the worker's requests of that second; it may be one of the slowest too. */
  random: z.literal(true).exactOptional(),
});

/** The generator about itself, once a second. ms since the load's start; lags in ms. */
const selfLine = z.object({
  ...ofWorker,
  ...type("self"),
  t: number,
  /** CPU time since the last line over wall time since then: 1 is a whole core. */
  cpu: number,
  /** Null where another program sends, which does not wait for the worker's loop. */
  loopP99: orNull(number),
  /** Actual minus intended send time. Null when nothing was sent, or in the closed model. */
  lagP50: orNull(number),
  lagP99: orNull(number),
  inFlight: number,
  connections: number,
  rss: number,
  /** Open files of the worker and how many it may have; local ports for connections to one address. Absent where the system does not tell. */
  descriptors: number.exactOptional(),
  descriptorLimit: number.exactOptional(),
  localPorts: number.exactOptional(),
  /** Time since the last line in which it was ready to run and had no CPU, over wall time: 1 is one thread that waited throughout. Absent where the system does not tell. */
  waited: number.exactOptional(),
});

export const latencyLine = z.discriminatedUnion("type", [
  histogramLine,
  flowLine,
  checkLine,
  measuredLine,
  binLine,
  requestLine,
  selfLine,
]);
/** A line of latency.ndjson: merged over workers (histograms, bins), or as one worker told it. */
export type LatencyLine = Infer<typeof latencyLine>;

/** Such a line before it is written. */
type Unwritten<S extends z.ZodType> = Omit<Infer<S>, keyof typeof ofWorker>;
export type HistogramLine = Unwritten<typeof histogramLine>;
export type FlowLine = Unwritten<typeof flowLine>;
export type CheckLine = Unwritten<typeof checkLine>;
export type MeasuredLine = Unwritten<typeof measuredLine>;
export type BinLine = Unwritten<typeof binLine>;
export type RequestLine = Unwritten<typeof requestLine>;
export type SelfLine = Unwritten<typeof selfLine>;
export type LoadLine = HistogramLine | FlowLine | CheckLine | MeasuredLine | BinLine | RequestLine | SelfLine;

/** What a worker declares before the load starts. */
export interface Declaration {
  readonly stamp: Stamp;
  readonly binMs: number;
  /** Relative width of a histogram bucket. */
  readonly histogramError: number;
  /** Cores that a worker can send with. Left out: one, since one thread sends. */
  readonly cores?: number;
  /** Requests that each worker at least sent to a server of its own before the load, and had answered. Left out: it does not. */
  readonly warmedUp?: number;
  /** Metric prefixes it can't give, with the reason. */
  readonly lacks: Readonly<Record<string, string>>;
}

const ofSeries = { v: z.literal(1), metric: text, labels: textMap };

/** One batch of a sampled series, a line of `series.ndjson`. Absent is never zero. */
export const seriesLine = z.union([
  z.object({ ...ofSeries, t: z.array(number), x: z.array(number) }),
  z.object({
    ...ofSeries,
    at: number,
    absent: z.enum(["not-applicable", "unavailable", "stale"]),
    reason: text,
  }),
]);
export type SeriesLine = Infer<typeof seriesLine>;
