/** Center and spread of a sample, with the errors this room throws. */
import { mean as plainMean, median as plainMedian, sampleStandardDeviation } from "simple-statistics";
import { requireFinite } from "./errors.ts";

/** Equal values have themselves as mean and no spread; rounding would say otherwise. */
const allEqual = (values: readonly number[]): boolean => values.every((it) => it === values[0]);

/** @throws TooFew without a value; OutOfDomain for one that is not finite */
export function mean(values: readonly number[]): number {
  requireFinite(values, 1);
  if (allEqual(values)) return values[0] as number;
  return plainMean(values as number[]);
}

/**
 * Sample standard deviation (n - 1).
 * @throws TooFew below two values; OutOfDomain for one that is not finite
 */
export function standardDeviation(values: readonly number[]): number {
  requireFinite(values, 2);
  if (allEqual(values)) return 0;
  return sampleStandardDeviation(values as number[]);
}

/** Rounding of the last digits, as a share of the values that were rounded. */
export const ROUNDING = 1e-12;

/** A spread that the rounding of values of this size alone may make is none. */
export const seenSpread = (spread: number, size: number): number => (spread > ROUNDING * size ? spread : 0);

/** @throws TooFew below two values; OutOfDomain for one that is not finite */
export const standardError = (values: readonly number[]): number =>
  standardDeviation(values) / Math.sqrt(values.length);

/** @throws TooFew without a value; OutOfDomain for one that is not finite */
export function median(values: readonly number[]): number {
  requireFinite(values, 1);
  return plainMedian([...values]);
}
