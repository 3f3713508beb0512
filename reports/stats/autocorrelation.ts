/** Lag-1 autocorrelation: how much of its predecessor a value carries along. */
import { mean } from "./describe.ts";
import { OutOfDomain, requireFinite, TooFew } from "./errors.ts";

/**
 * Sample autocorrelation at lag 1, NIST's definition: products of neighbouring deviations over the sum of squares.
 * Biased towards zero and below; see `lag1Corrected`.
 *
 * @param values in order of time, equally spaced
 * @throws TooFew below two values; OutOfDomain for one that is not finite, or without any spread
 */
export function lag1(values: readonly number[]): number {
  requireFinite(values, 2);
  const center = mean(values);
  let products = 0;
  let squares = 0;
  let before = 0;
  for (const value of values) {
    const deviation = value - center;
    products += before * deviation;
    squares += deviation * deviation;
    before = deviation;
  }
  if (squares === 0) throw new OutOfDomain("values without any spread have no autocorrelation, their variance is", 0);
  return products / squares;
}

/**
 * The same without its bias of -(levels + (levels + 3) φ) / n, to that order; held within -1 to 1.
 *
 * @param levels how many means were taken out of the values beforehand, the common one included
 * @throws as lag1; TooFew unless there are four values more than levels
 * Marriott and Pope (1954) for one level, of first-order autoregressive values.
 */
export function lag1Corrected(values: readonly number[], levels = 1): number {
  const n = values.length;
  if (n < levels + 4) throw new TooFew({ have: n, need: levels + 4 });
  return Math.max(-1, Math.min(1, (n * lag1(values) + levels) / (n - 3 - levels)));
}
