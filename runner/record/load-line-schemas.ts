/** Zod schemas of latency.ndjson and series.ndjson. */
import { z } from "zod";
import { flowOutcomes, type LatencyLine, outcomes, type SeriesLine } from "./load-lines.ts";
import { exactly, number, orNull, text, textMap, type, whole } from "./schema-parts.ts";

const outcome = z.enum(outcomes);
const ofWorker = { v: z.literal(1), worker: whole.exactOptional() };
const count = whole.nonnegative();

export const latencyLine = exactly<LatencyLine>()(
  z.discriminatedUnion("type", [
    z.object({
      ...ofWorker,
      ...type("histogram"),
      phase: text,
      t: number.nonnegative(),
      request: text,
      outcome,
      count,
      response: orNull(text),
      service: orNull(text),
    }),
    z.object({
      ...ofWorker,
      ...type("flow"),
      phase: text,
      t: number.nonnegative(),
      request: text,
      outcome: z.enum(flowOutcomes),
      count,
      response: orNull(text),
      service: orNull(text),
    }),
    z.object({ ...ofWorker, ...type("check"), phase: text, request: text, check: text, count }),
    z.object({
      ...ofWorker,
      ...type("measured"),
      phase: text,
      t: number.nonnegative(),
      metric: text,
      sum: number,
      last: number,
      values: orNull(
        z.object({
          schema: whole,
          count: number,
          zero: number,
          positive: z.record(text, number),
          negative: z.record(text, number),
        }),
      ),
    }),
    z.object({
      ...ofWorker,
      ...type("bin"),
      t: number.nonnegative(),
      due: count,
      counts: z.partialRecord(outcome, count),
      slow: count,
    }),
    z.object({
      ...ofWorker,
      ...type("request"),
      phase: text,
      request: text,
      outcome,
      due: number,
      sent: orNull(number),
      end: number,
      port: orNull(whole),
      random: z.literal(true).exactOptional(),
    }),
    z.object({
      ...ofWorker,
      ...type("self"),
      t: number,
      cpu: number,
      loopP99: orNull(number),
      lagP50: orNull(number),
      lagP99: orNull(number),
      inFlight: number,
      connections: number,
      rss: number,
      descriptors: number.exactOptional(),
      descriptorLimit: number.exactOptional(),
      localPorts: number.exactOptional(),
      waited: number.exactOptional(),
    }),
  ]),
);

const ofSeries = { v: z.literal(1), metric: text, labels: textMap };

export const seriesLine = exactly<SeriesLine>()(
  z.union([
    z.object({ ...ofSeries, t: z.array(number), x: z.array(number) }),
    z.object({
      ...ofSeries,
      at: number,
      absent: z.enum(["not-applicable", "unavailable", "stale"]),
      reason: text,
    }),
  ]),
);
