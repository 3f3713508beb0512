/** Does a second session agree that a level moved? Numbers only. */
import { predictionInterval, summarize } from "../stats/prediction.ts";
import { studentQuantile } from "../stats/student.ts";

/** One-sided: the direction is known beforehand. */
const LEVEL = 0.95;

/** `open`: it lies between the two levels, says nothing of the series, or is not independent of the nights. */
export type Answer = "agrees" | "refutes" | "open";

/** What a session found of a series: against an arm that ran beside it, the mean over pairs with its standard error. */
export interface Second {
  readonly value: number;
  /** Null where nothing ran beside it. */
  readonly paired: {
    /** Null for a single pair. */
    readonly se: number | null;
    readonly pairs: number;
  } | null;
}

/**
 * It agrees where both hold, on the side of the new level: the bound of its own pairs excludes the old level, so that the session itself
 * shows the change; and it lies beyond what the nights before predict, since sessions differ by more than their pairs do. It refutes
 * when it is nearer to the old level. All in one unit, a logarithm on the ratio scale.
 *
 * @param reference nights before, at least two
 * @param level mean of the nights since
 */
export function agreement({ value, paired }: Second, reference: readonly number[], level: number): Answer {
  const before = summarize(reference);
  const { lower, upper } = predictionInterval(before, LEVEL);
  const worse = level > before.mean;
  const beyond = worse ? value > upper : value < lower;
  if (beyond && shows(paired, worse ? value - before.mean : before.mean - value)) return "agrees";
  return Math.abs(value - before.mean) < Math.abs(value - level) ? "refutes" : "open";
}

/** @param distance from the old level, towards the new one */
function shows(paired: Second["paired"], distance: number): boolean {
  if (paired === null) return true;
  const { se, pairs } = paired;
  return se !== null && pairs > 1 && distance > studentQuantile(LEVEL, pairs - 1) * se;
}
