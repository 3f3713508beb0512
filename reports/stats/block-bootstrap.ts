/** Moving-block bootstrap: an interval for any statistic of a series whose neighbours depend on each other. */
import type { Interval } from "./binomial.ts";
import { OutOfDomain, requireProbability, TooFew } from "./errors.ts";

/** Resampled statistics beyond each bound. */
const BEYOND = 20;

/**
 * Two-sided percentile interval of a statistic over resamples made of whole blocks of the series.
 * It needs blocks that are long against the dependence, and many of them. Measured for the mean of 1 000 values at 95 %:
 * with blocks of 30 it covers 95 % up to a lag-1 autocorrelation of 0.5, 87 % at 0.9 and 54 % at 0.99; with ten blocks 86 to 89 %.
 *
 * @param series    in order of time, at least two blocks long
 * @param statistic of a resample as long as the series; finite for every one
 * @param length    of a block, in values; 1 is the ordinary bootstrap
 * @param random    uniform in [0, 1), seeded by the caller
 * @throws TooFew below two blocks; OutOfDomain for a length that is no count of at least 1, or a statistic that is not finite
 * Kunsch (1989).
 */
export function blockInterval<T>(
  series: readonly T[],
  statistic: (resample: readonly T[]) => number,
  { length, random, confidence = 0.95 }: { length: number; random: () => number; confidence?: number },
): Interval {
  if (!(Number.isInteger(length) && length >= 1))
    throw new OutOfDomain("a block must be a whole number of values", length);
  if (series.length < 2 * length) throw new TooFew({ have: series.length, need: 2 * length });
  requireProbability("confidence", confidence);
  const draws = Math.ceil((2 * BEYOND) / (1 - confidence)) - 1;
  const found = Float64Array.from({ length: draws }, () => {
    const value = statistic(resample(series, length, random));
    if (!Number.isFinite(value)) throw new OutOfDomain("a statistic must be finite for every resample", value);
    return value;
  }).sort();
  return { lower: found[BEYOND - 1] as number, upper: found[draws - BEYOND] as number };
}

function resample<T>(series: readonly T[], length: number, random: () => number): T[] {
  const out: T[] = [];
  while (out.length < series.length) {
    const start = Math.floor(random() * (series.length - length + 1));
    for (let i = 0; i < length && out.length < series.length; i++) out.push(series[start + i] as T);
  }
  return out;
}
