/** Bootstrap-t: an interval for a mean that follows the sample's own skewness, where Student's t assumes none. */
import type { Interval } from "./binomial.ts";
import { mean, standardError } from "./describe.ts";
import { requireFinite, requireProbability } from "./errors.ts";

/** Fewer values have too few different resamples. */
const FEWEST = 4;
/** Resamples, and at least so many of them beyond each bound. */
const DRAWS = 1999;
const BEYOND = 20;

/**
 * Two-sided interval for the mean by the studentized bootstrap. Percentile and BCa intervals under-cover with few values
 * (84 % for 95 % at five); this one keeps 95 % from four values on, at the price of length.
 *
 * @param values independent, finite, at least four
 * @param random uniform in [0, 1), seeded by the caller
 * @returns bounds in the unit of the values; equal values give bounds at their value: no spread was seen, so none is claimed
 * @throws TooFew below four values; OutOfDomain for a value that is not finite, or a confidence outside 0 to 1
 * Efron (1981); Hall (1988). Resamples without any spread have no t and are drawn again.
 */
export function bootstrapT(values: readonly number[], random: () => number, confidence = 0.95): Interval {
  requireFinite(values, FEWEST);
  requireProbability("confidence", confidence);
  const center = mean(values);
  const error = standardError(values);
  // Values near the largest double are finite, their squares are not.
  requireFinite([center, error], 2);
  if (error === 0) return { lower: center, upper: center };
  const tail = (1 - confidence) / 2;
  const draws = Math.max(DRAWS, Math.ceil(BEYOND / tail) - 1);
  const scaled = values.map((it) => (it - center) / error);
  const t = Float64Array.from({ length: draws }, () => resampledT(scaled, random)).sort();
  const rank = Math.floor((draws + 1) * tail);
  return {
    lower: center - (t[draws - rank] as number) * error,
    upper: center - (t[rank - 1] as number) * error,
  };
}

/** Student's t of one resample of values around 0. */
function resampledT(values: readonly number[], random: () => number): number {
  const n = values.length;
  for (;;) {
    const first = values[Math.floor(random() * n)] as number;
    let sum = 0;
    let squares = 0;
    // Taken from the first: equal ones leave an exact zero, and others lose no digits.
    for (let i = 1; i < n; i++) {
      const off = (values[Math.floor(random() * n)] as number) - first;
      sum += off;
      squares += off * off;
    }
    const variance = (squares - (sum * sum) / n) / (n - 1);
    if (variance > 0) return (first + sum / n) / Math.sqrt(variance / n);
  }
}
