/** Power of the one-sided paired t test, by the noncentral t distribution: what k pairs can find, and how many pairs an effect needs. */
import { OutOfDomain, requireProbability, TooFew } from "./errors.ts";
import { normalCdf, normalDensity, normalQuantile } from "./normal.ts";
import { increasingRoot } from "./root.ts";
import { logGamma } from "./special.ts";
import { studentQuantile } from "./student.ts";

/**
 * P(T > t and Z + delta > least) and its derivative by delta, for noncentral t with the numerator Z + delta: the normal tail averaged
 * over the scaled chi distribution.
 * In the logarithm of the scale the integrand is smooth and falls off at both ends, so the trapezoid rule converges fast.
 */
function noncentralUpperTail(t: number, df: number, delta: number, least: number): { tail: number; slope: number } {
  const { width, low, high } = logScale(df);
  // Two or three pairs at a level near zero have a delta in the millions: there three digits have to do.
  const step = Math.max(Math.min(width, 1 / (1 + Math.abs(delta))) / 3, (high - low) / 20_000);
  const log = Math.LN2 + (df / 2) * Math.log(df / 2) - logGamma(df / 2);
  let tail = 0;
  let slope = 0;
  for (let u = low; u <= high; u += step) {
    const scale = Math.exp(u);
    const weight = Math.exp(log + df * (u - (scale * scale) / 2)) * step;
    const beyond = delta - Math.max(t * scale, least);
    tail += weight * normalCdf(beyond);
    slope += weight * normalDensity(beyond);
  }
  return { tail: Math.min(1, tail), slope };
}

/** Of the scaled chi distribution, its density below 1e-12 of the peak outside: e^(df u) on the left, a double exponential on the right. */
function logScale(df: number): { width: number; low: number; high: number } {
  const width = 1 / Math.sqrt(2 * df);
  return { width, low: -Math.max(28 / df, 9 * width), high: Math.min(2.1, 9 * width) };
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
  const t = -studentQuantile(alpha, pairs - 1);
  return noncentralUpperTail(t, pairs - 1, effect * Math.sqrt(pairs), Number.NEGATIVE_INFINITY).tail;
}

/** Of a minimum detectable effect, everywhere. */
export const POWER = 0.8;

/**
 * The effect, in standard deviations of the pair differences, that k pairs find with 80 % power: significant at a one-sided alpha, and
 * with an estimate of at least `least`. By symmetry, without `least`, also the distance below a margin from which non-inferiority is
 * shown with that power.
 * @param least in standard deviations of the pair differences, not negative
 * @throws TooFew below two pairs; OutOfDomain unless 0 < alpha < 1
 */
export function detectableEffect(pairs: number, alpha: number, least = 0): number {
  check(pairs, alpha);
  // Three digits, for an effect of which two are told: sessions of a batch ask for much the same ones.
  const rounded = Number(least.toPrecision(3));
  const key = `${pairs} ${alpha} ${rounded}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const df = pairs - 1;
  const t = -studentQuantile(alpha, df);
  const floor = rounded * Math.sqrt(pairs);
  // Whatever the spread turns out to be, an estimate of `least` is significant then.
  const suffices = floor > t * Math.exp(logScale(df).high);
  const delta = suffices ? floor + normalQuantile(POWER) : deltaFor(t, df, floor);
  const effect = delta / Math.sqrt(pairs);
  if (cache.size < 4096) cache.set(key, effect);
  return effect;
}

function deltaFor(t: number, df: number, floor: number): number {
  let at = { tail: 0, slope: 0 };
  return increasingRoot(
    (it) => {
      at = noncentralUpperTail(t, df, it, floor);
      return at.tail - POWER;
    },
    // Asked at the same place right after.
    () => at.slope,
    { low: 0, high: floor + 40 + 20 * t, start: Math.max(t, floor) },
  );
}

/** It costs a root of an integral, and is asked for the same few arguments. */
const cache = new Map<string, number>();

/**
 * The fewest pairs that find an effect (in standard deviations of the pair differences) with 80 % power.
 * @returns null when more than `most` would be needed
 * @throws OutOfDomain for an effect that is not positive
 */
export function pairsNeeded(effect: number, alpha: number, most: number): number | null {
  if (!(effect > 0)) throw new OutOfDomain("the effect must be positive", effect);
  if (detectableEffect(most, alpha) > effect) return null;
  let low = 2;
  let high = most;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (detectableEffect(middle, alpha) <= effect) high = middle;
    else low = middle + 1;
  }
  return low;
}
