/** Bounds and p-values for means of differences, by Student's t. */
import type { Interval } from "./binomial.ts";
import { mean, standardDeviation, standardError } from "./describe.ts";
import { OutOfDomain, requireProbability } from "./errors.ts";
import { studentCdf, studentQuantile } from "./student.ts";

interface TTest {
  readonly t: number;
  readonly df: number;
  /** Mean difference, and its standard error. */
  readonly center: number;
  readonly error: number;
}

function tTest(center: number, error: number, df: number): TTest {
  if (error === 0) throw new OutOfDomain("differences without any spread have no t, their standard error is", error);
  return { t: center / error, df, center, error };
}

/**
 * Student's t of paired differences against a shift.
 * @throws TooFew below two; OutOfDomain for values that are not finite, or all equal
 */
export const pairedT = (differences: readonly number[], shift = 0): TTest =>
  tTest(mean(differences) - shift, standardError(differences), differences.length - 1);

/**
 * Welch's t of two independent samples, x minus y (Welch 1947).
 * @throws TooFew below two in either; OutOfDomain for values that are not finite, or no spread in both
 */
export function welchT(x: readonly number[], y: readonly number[]): TTest {
  const center = mean(x) - mean(y);
  const vx = standardDeviation(x) ** 2 / x.length;
  const vy = standardDeviation(y) ** 2 / y.length;
  const df = (vx + vy) ** 2 / (vx ** 2 / (x.length - 1) + vy ** 2 / (y.length - 1));
  return tTest(center, Math.sqrt(vx + vy), vx + vy === 0 ? 1 : df);
}

/** p-values: that the mean is larger, smaller, or different from the shift. */
export function pValues({ t, df }: TTest): { greater: number; less: number; twoSided: number } {
  const greater = studentCdf(-t, df);
  const less = studentCdf(t, df);
  return { greater, less, twoSided: Math.min(1, 2 * Math.min(greater, less)) };
}

/** Two-sided interval around the center of a test. */
export function tInterval({ center, error, df }: TTest, confidence = 0.95): Interval {
  requireProbability("confidence", confidence);
  const reach = -studentQuantile((1 - confidence) / 2, df) * error;
  return { lower: center - reach, upper: center + reach };
}

/**
 * One-sided confidence bounds for the mean of paired differences.
 *
 * @param differences one value per pair, finite, at least two
 * @param alpha       one-sided level, 0 < alpha < 0.5
 * @returns bounds in the unit of the differences; each is exceeded with probability alpha when differences are normal.
 *          Equal differences give bounds at their value: no spread was seen, so none is claimed
 * @throws TooFew when fewer than two pairs; OutOfDomain for values that are not finite
 * Student (1908); checked against R's sleep data in t-test.test.ts.
 */
export function pairedBounds(differences: readonly number[], alpha: number): Interval {
  const error = standardError(differences);
  const center = mean(differences);
  const reach = -studentQuantile(alpha, differences.length - 1) * error;
  return { lower: center - reach, upper: center + reach };
}

/**
 * Equivalence by two one-sided tests (Schuirmann 1987): the p-value that the mean lies outside -margin to +margin.
 * @throws as pairedT
 */
export const tost = (differences: readonly number[], margin: number): number =>
  Math.max(pValues(pairedT(differences, margin)).less, pValues(pairedT(differences, -margin)).greater);
