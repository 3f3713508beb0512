/** Charts of a report as plain JSON: what is drawn, not how. */
import { z } from "zod";
import { count, type Infer, number, orNull, text, unit } from "../../runner/record/schema-parts.ts";

const numbers = z.array(number);

/** ratio: candidate / baseline - 1; difference: in the metric's unit. Positive: a larger value. */
export const change = z
  .strictObject({ scale: z.enum(["ratio", "difference"]), estimate: number, lower: number, upper: number })
  .meta({
    id: "change",
    description: "ratio: candidate / baseline - 1; difference: in the metric's unit. Positive: a larger value.",
  });

/** Where a search's answer lies on the axis of its charts. */
const marks = {
  lower: orNull(number),
  upper: orNull(number),
  /** `low`, `high`: ends of the interval; null: not bounded. `text`: `310/s (302/s to 318/s)`, `at least 400/s`. */
  answer: orNull(z.strictObject({ value: number, low: orNull(number), high: orNull(number), text })),
};
const marked = z.strictObject(marks);
export type Marks = Infer<typeof marked>;

const axis = z.strictObject({ title: text, unit });
const throughputs = z.array(z.strictObject({ n: number, throughput: number }));

export const chart = z.discriminatedUnion("kind", [
  /** What a goal of a search bounds, in each of its trials, over what was searched. */
  z.strictObject({
    kind: z.literal("load"),
    title: text,
    unit,
    axis,
    bound: orNull(number),
    trials: z.array(
      z.strictObject({
        value: number,
        y: number,
        good: z.boolean(),
        /** Something else than the target had a part in it. */
        disturbed: z.boolean(),
      }),
    ),
    ...marks,
  }),
  /** Share of good trials at each load, the fitted chance, and the share that a goal asks for. */
  z.strictObject({
    kind: z.literal("chance"),
    title: text,
    axis,
    goal: number,
    points: z.array(
      z.strictObject({ value: number, good: count, bad: count, classified: z.enum(["lower", "upper", "undecided"]) }),
    ),
    curve: z.array(z.strictObject({ value: number, chance: number })),
    ...marks,
  }),
  /** Throughput over concurrency: a dot a trial, and the universal scalability law to twice the largest that was seen. */
  z.strictObject({
    kind: z.literal("scalability"),
    title: text,
    runs: throughputs,
    curve: throughputs,
    peak: orNull(number),
  }),
  /** One dot per trial and arm, on one axis; pairs joined. */
  z.strictObject({
    kind: z.literal("dots"),
    title: text,
    unit,
    log: z.boolean(),
    arms: z.array(z.strictObject({ arm: text, values: z.array(z.strictObject({ block: count, value: number })) })),
  }),
  /** Quantiles p1 to p99.9 of both arms: center over trials with the range over trials. */
  z.strictObject({
    kind: z.literal("quantiles"),
    title: text,
    unit,
    quantiles: numbers,
    arms: z.array(z.strictObject({ arm: text, center: numbers, low: numbers, high: numbers })),
  }),
  /** How much slower every quantile got: geometric mean over pairs of trials, each with a 90 % interval of its own. */
  z.strictObject({
    kind: z.literal("shift"),
    title: text,
    arm: text,
    versus: text,
    pairs: count,
    points: z.array(
      z.strictObject({
        quantile: number,
        change,
        /** Fewer than ten requests of a trial lie beyond it. */
        few: z.boolean(),
      }),
    ),
  }),
]);
export type Chart = Infer<typeof chart>;
