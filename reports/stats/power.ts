/** Power of the one-sided paired t test, by the noncentral t distribution: what k pairs can find, and how many pairs an effect needs. */
import { OutOfDomain, requireProbability, TooFew } from "./errors.ts";
import { normalCdf, normalDensity } from "./normal.ts";
import { increasingRoot } from "./root.ts";
import { logGamma } from "./special.ts";
import { studentQuantile } from "./student.ts";

/**
 * P(T > t) and its derivative by delta, for noncentral t: the normal tail averaged over the scaled chi distribution.
 * In the logarithm of the scale the integrand is smooth and falls off at both ends, so the trapezoid rule converges fast.
 */
function noncentralUpperTail(t: number, df: number, delta: number): { tail: number; slope: number } {
  const width = 1 / Math.sqrt(2 * df);
  // The scale's density is below 1e-12 of its peak outside: e^(df u) on the left, a double exponential on the right.
  const low = -Math.max(28 / df, 9 * width);
  const high = Math.min(2.1, 9 * width);
  // Two or three pairs at a level near zero have a delta in the millions: there three digits have to do.
  const step = Math.max(Math.min(width, 1 / (1 + Math.abs(delta))) / 3, (high - low) / 20_000);
  const log = Math.LN2 + (df / 2) * Math.log(df / 2) - logGamma(df / 2);
  let tail = 0;
  let slope = 0;
  for (let u = low; u <= high; u += step) {
    const scale = Math.exp(u);
    const weight = Math.exp(log + df * (u - (scale * scale) / 2)) * step;
    tail += weight * normalCdf(delta - t * scale);
    slope += weight * normalDensity(delta - t * scale);
  }
  return { tail: Math.min(1, tail), slope };
}

function check(pairs: number, alpha: number): void {
  if (!(pairs >= 2)) throw new TooFew({ have: pairs, need: 2 });
  requireProbability("alpha", alpha);
}

/**
 * Probability that k pairs show an effect (in standard deviations of the pair differences) at a one-sided alpha.
 * @throws TooFew below two pairs; OutOfDomain unless 0 < alpha < 1
 */
export function pairedPower(pairs: number, effect: number, alpha: number): number {
  check(pairs, alpha);
  return noncentralUpperTail(-studentQuantile(alpha, pairs - 1), pairs - 1, effect * Math.sqrt(pairs)).tail;
}

/**
 * The effect, in standard deviations of the pair differences, that k pairs find with the given power at a one-sided alpha.
 * By symmetry also the distance below a margin from which non-inferiority is shown with that power.
 * @throws TooFew below two pairs; OutOfDomain unless alpha and power lie between 0 and 1
 */
export function detectableEffect(pairs: number, alpha: number, power = 0.8): number {
  check(pairs, alpha);
  requireProbability("power", power);
  const key = `${pairs} ${alpha} ${power}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const df = pairs - 1;
  const t = -studentQuantile(alpha, df);
  const delta = increasingRoot(
    (it) => noncentralUpperTail(t, df, it).tail - power,
    (it) => noncentralUpperTail(t, df, it).slope,
    { low: 0, high: 40 + 20 * t, start: t },
  );
  const effect = delta / Math.sqrt(pairs);
  if (cache.size < 4096) cache.set(key, effect);
  return effect;
}

/** Independent of the data, costs a root of an integral, and is asked for the same few arguments. */
const cache = new Map<string, number>();

/**
 * The fewest pairs that find an effect (in standard deviations of the pair differences) with the given power.
 * @returns null when more than `most` would be needed
 * @throws OutOfDomain for an effect that is not positive
 */
export function pairsNeeded(effect: number, alpha: number, most: number, power = 0.8): number | null {
  if (!(effect > 0)) throw new OutOfDomain("the effect must be positive", effect);
  if (detectableEffect(most, alpha, power) > effect) return null;
  let low = 2;
  let high = most;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (detectableEffect(middle, alpha, power) <= effect) high = middle;
    else low = middle + 1;
  }
  return low;
}
