/** The median slope: a trend that single outliers (a collection just before the reading) can't turn. */
import { median } from "simple-statistics";
import { OutOfDomain, requireFinite, TooFew } from "./errors.ts";

/** Pairs of points up to which all slopes are taken; above, points are thinned evenly in order. */
const ALL_PAIRS_POINTS = 1500;

/**
 * Theil-Sen slope: the median of the slopes of all pairs of points (Theil 1950, Sen 1968).
 *
 * @param t times; pairs at equal times are left out
 * @param x values, as many as times
 * @returns slope in units of x per unit of t
 * @throws TooFew with fewer than two distinct times; OutOfDomain for a value that is not finite, or lengths that differ
 */
export function theilSenSlope(t: ArrayLike<number>, x: ArrayLike<number>): number {
  if (t.length !== x.length) throw new OutOfDomain(`as many values as times (${t.length}) are needed`, x.length);
  const step = Math.max(1, Math.ceil(t.length / ALL_PAIRS_POINTS));
  const times: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < t.length; i += step) {
    times.push(t[i] as number);
    values.push(x[i] as number);
  }
  requireFinite(times, 2);
  requireFinite(values, 2);
  const slopes: number[] = [];
  for (let i = 0; i < times.length; i++) {
    for (let j = i + 1; j < times.length; j++) {
      const span = (times[j] as number) - (times[i] as number);
      if (span !== 0) slopes.push(((values[j] as number) - (values[i] as number)) / span);
    }
  }
  if (slopes.length === 0) throw new TooFew({ have: 1, need: 2 });
  return median(slopes);
}
