/** Boundaries for one more value, from those that came before. */
import { quantile } from "simple-statistics";
import type { Interval } from "./binomial.ts";
import { mean, standardDeviation } from "./describe.ts";
import { OutOfDomain, requireFinite, requireProbability, TooFew } from "./errors.ts";
import { normalQuantile } from "./normal.ts";
import { studentQuantile } from "./student.ts";

/** What is known of the values before: size, mean, sample standard deviation. */
interface Summary {
  readonly n: number;
  readonly mean: number;
  readonly deviation: number;
}

/** @throws TooFew below two values; OutOfDomain for one that is not finite */
export const summarize = (values: readonly number[]): Summary => ({
  n: values.length,
  mean: mean(values),
  deviation: standardDeviation(values),
});

function around({ mean, deviation }: Summary, reach: number): Interval {
  requireFinite([mean, deviation], 2);
  if (deviation < 0) throw new OutOfDomain("a standard deviation must not be negative", deviation);
  return { lower: mean - reach * deviation, upper: mean + reach * deviation };
}

/**
 * Student's prediction interval: mean -+ t s sqrt(1 + 1/n). Each end is passed by the next value with probability 1 - level, when
 * all are normal and independent.
 *
 * @param level of one side, e.g. 0.975 for 95 % between both
 * @throws TooFew below two values; OutOfDomain for a level that is no probability
 */
export function predictionInterval(before: Summary, level: number): Interval {
  requireProbability("level", level);
  if (before.n < 2) throw new TooFew({ have: before.n, need: 2 });
  return around(before, studentQuantile(level, before.n - 1) * Math.sqrt(1 + 1 / before.n));
}

/**
 * The same as if mean and standard deviation were known exactly: too narrow for few values.
 * @throws as predictionInterval
 */
export function normalBoundary(before: Summary, level: number): Interval {
  requireProbability("level", level);
  return around(before, normalQuantile(level));
}

/**
 * The median, and so many interquartile ranges to either side: no shape assumed, no error rate known.
 * @throws TooFew without values; OutOfDomain for one that is not finite
 */
export function quartileBoundary(values: readonly number[], multiple: number): Interval {
  requireFinite(values, 1);
  const [low, middle, high] = quantile([...values], [0.25, 0.5, 0.75]) as [number, number, number];
  return { lower: middle - multiple * (high - low), upper: middle + multiple * (high - low) };
}
