/** A condition: a metric with a margin or a bound. Gates, claims, goals of a search and recoveries are made of them. */
import { z } from "zod";
import { type Infer, number, orNull, text, whole } from "./schema-parts.ts";

/** relative: 0.1 is 10 %; absolute: in the metric's unit (`pp` becomes a ratio: 0.1pp is 0.001). */
const margin = z.object({ kind: z.enum(["relative", "absolute"]), value: number });
export type Margin = Infer<typeof margin>;

export const conditionFields = {
  /** Given, or made of its parts: unique within gates and within claims. */
  name: text,
  /** The name that the author gave, shown instead of the metric's; null when there is none. */
  label: orNull(text),
  metric: text,
  request: orNull(text),
  phase: orNull(text),
  fault: orNull(text),
  target: orNull(text),
  arm: orNull(text),
  /** The arm compared with; null for absolute conditions. */
  versus: orNull(text),
  /** Exactly one of the three is given. */
  margin: orNull(margin),
  /** In the metric's own unit (ms, bytes, ratio 0..1, 1/s …). */
  max: orNull(number),
  min: orNull(number),
  /** With a margin: smallest change that matters, in the metric's unit. Left out: the metric's own. */
  floor: number.optional(),
  /** Only of what a load script measures: which way is good, where its name does not say it. */
  better: z.enum(["lower", "higher"]).optional(),
  advisory: z.boolean(),
  /** Where a claim comes from; null for gates. */
  source: orNull(text),
  /** Of a search: the goal it is about. Left out: the first. */
  goal: text.optional(),
  /** 1-based position in the scenario file, for messages. */
  at: orNull(z.object({ line: whole.min(1), column: whole.min(1) })),
};
export const condition = z.object(conditionFields);
export type Condition = Infer<typeof condition>;

/** The bound of a condition without a margin, for `formatBound`: a scenario gives exactly one of the three. */
export const absoluteBound = ({ max, min }: Pick<Condition, "max" | "min">) =>
  ({ kind: max === null ? "min" : "max", value: max ?? min ?? 0, relative: false }) as const;
