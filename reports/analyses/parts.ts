/** The parts of a report that analyses answer with: plain JSON, no rendering. */
import { z } from "zod";
import { count, type Infer, number, orNull, text, texts, unit } from "../../runner/record/schema-parts.ts";
import { chart } from "./charts.ts";
import { sectionTable } from "./section-tables.ts";

const values = z.array(orNull(number));

/** A load worker about itself, in its worst trial. Null where it was not told. */
const workerReadings = z.strictObject({
  worker: count,
  /** Medians over the seconds of a trial. CPU in cores; ms. */
  cpu: orNull(number),
  loopP99: orNull(number),
  /** Actual minus intended send time. */
  lagP50: orNull(number),
  lagP99: orNull(number),
  /** The most in any second. */
  inFlight: orNull(number),
  connections: orNull(number),
  descriptors: orNull(number),
  descriptorLimit: orNull(number),
  /** Bytes. */
  rss: orNull(number),
});
export type WorkerReadings = Infer<typeof workerReadings>;

export const check = z.strictObject({
  status: z.enum(["ok", "warning", "invalid"]),
  title: text,
  text,
  /** The run can't be decided because of this, without being invalid: a noisy host. "The <title> was <text>" is then a sentence. */
  inconclusive: z.literal(true).exactOptional(),
  workers: z.array(workerReadings).exactOptional().meta({
    description: "Each load worker by itself, its worst trial: ms, cores, bytes; only where there are several.",
  }),
});
export type Check = Infer<typeof check>;

const span = z.strictObject({ start: number, end: number }).meta({ id: "span" });
export type Span = Infer<typeof span>;

export const faultReport = z.strictObject({
  name: text,
  kind: text,
  target: text,
  phase: text,
  /** `A` when every landed trial has at least that grade. */
  grade: orNull(z.enum(["A", "B", "C"])),
  arms: z.array(
    z.strictObject({
      arm: text,
      trials: count,
      landed: count,
      felt: count,
      absorbed: count,
      skipped: count,
      reverted: count,
      /** ms relative to the requested start, medians over trials; null when none. */
      requested: orNull(span),
      acknowledged: orNull(span),
      observed: orNull(span),
      recoveryMs: orNull(z.strictObject({ median: orNull(number), censored: count })),
    }),
  ),
  proofs: texts,
});
export type FaultReport = Infer<typeof faultReport>;

export const section = z.strictObject({
  id: z.enum(["latency", "errors", "throughput", "recovery", "scaling", "memory", "gc", "cpu", "script", "capacity"]),
  question: text,
  /** A sentence in words. */
  answer: text,
  findings: texts,
  charts: z.array(chart),
  tables: z.array(sectionTable),
  notes: texts,
});
export type Section = Infer<typeof section>;

const panel = z.strictObject({
  title: text,
  unit,
  lines: z.array(
    z.strictObject({
      label: text,
      arm: text,
      dashed: z.boolean(),
      center: values,
      low: orNull(values),
      high: orNull(values),
    }),
  ),
});
export type Panel = Infer<typeof panel>;

/** Stacked panels on one time axis. `t` is seconds since the load's start; median trial per bin with the range over trials. */
export const timeline = z.strictObject({
  t: z.array(number),
  phases: z.array(z.strictObject({ name: text, start: number, end: number, warmup: z.boolean() })),
  faults: z.array(z.strictObject({ name: text, start: number, end: number })),
  panels: z.array(panel),
});
export type Timeline = Infer<typeof timeline>;

export const tableRow = z.strictObject({
  metric: text,
  title: text,
  where: text,
  unit,
  cells: z.array(
    z.strictObject({
      arm: text,
      center: orNull(number),
      low: orNull(number),
      high: orNull(number),
      n: count,
      absent: orNull(text),
    }),
  ),
});
export type TableRow = Infer<typeof tableRow>;
