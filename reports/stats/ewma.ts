/** The exponentially weighted moving average, and how far chance alone takes it. */
import { OutOfDomain, requireFinite } from "./errors.ts";

interface EwmaTerms {
  /** Weight of the newest value, above 0 and up to 1. Often called lambda. */
  readonly weight: number;
  /** Where the average starts, and is expected to stay. */
  readonly center: number;
  /** Standard deviation of a single value. */
  readonly spread: number;
  /** Of neighbouring values, at lag 1; 0 for independent ones. */
  readonly autocorrelation?: number;
}

interface Ewma {
  readonly value: number;
  /** Exact standard deviation of the average after so many values, not its limit for many. */
  readonly deviation: number;
}

/**
 * The average after each value, with its standard deviation about a known center.
 *
 * @throws TooFew without values; OutOfDomain for one that is not finite, a weight outside (0, 1], a negative spread, or an
 *         autocorrelation outside (-1, 1)
 * Roberts (1959); the variance of first-order autoregressive values as Schmid (1997). Checked against NIST's handbook, 6.3.2.4.
 */
export function ewma(values: readonly number[], terms: EwmaTerms): Ewma[] {
  const { weight, center, spread, autocorrelation = 0 } = terms;
  requireFinite(values, 1);
  requireFinite([center, spread], 2);
  if (!(weight > 0 && weight <= 1)) throw new OutOfDomain("a weight must lie above 0 and up to 1", weight);
  if (!(spread >= 0)) throw new OutOfDomain("a standard deviation must not be negative", spread);
  if (!(Math.abs(autocorrelation) < 1))
    throw new OutOfDomain("an autocorrelation must lie between -1 and 1", autocorrelation);
  const kept = 1 - weight;
  let value = center;
  let variance = 0;
  // Covariance of the average with its newest value.
  let covariance = 0;
  return values.map((it) => {
    value = kept * value + weight * it;
    const carried = autocorrelation * covariance;
    variance = kept ** 2 * variance + weight ** 2 * spread ** 2 + 2 * kept * weight * carried;
    covariance = kept * carried + weight * spread ** 2;
    return { value, deviation: Math.sqrt(variance) };
  });
}
