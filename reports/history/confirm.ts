/** Does a second session, with a seed of its own, agree that a level moved? */
import { predictionInterval, summarize } from "../stats/prediction.ts";
import type { SessionLine } from "./lines.ts";
import { buildOf, type Series, scaled, valueIn } from "./series.ts";

/** One-sided: the direction is known beforehand. */
const LEVEL = 0.95;

/** `open`: it lies between the two levels, says nothing of the series, or is not independent of the nights. */
export type Answer = "agrees" | "refutes" | "open";

export interface Question {
  readonly series: Series;
  /** Scaled values of the nights before. */
  readonly reference: readonly number[];
  /** Scaled mean of the nights since. */
  readonly level: number;
  /** Nights since: a session from one of their seeds repeats them, and one against another build says something else. */
  readonly since: readonly SessionLine[];
}

/** It agrees beyond what the nights before predict, on the side of the new level; it refutes when it is nearer to the old one. */
export function answerOf(confirmation: SessionLine, { series, reference, level, since }: Question): Answer {
  const found = valueIn(confirmation, series);
  const [first] = since;
  if (typeof found === "string" || first === undefined || reference.length < 2) return "open";
  if (since.some((it) => it.seed === confirmation.seed) || buildOf(first) !== buildOf(confirmation)) return "open";
  const before = summarize(reference);
  const { lower, upper } = predictionInterval(before, LEVEL);
  const value = scaled(found.value, series);
  if (level > before.mean ? value > upper : value < lower) return "agrees";
  return Math.abs(value - before.mean) < Math.abs(value - level) ? "refutes" : "open";
}
