/** Where the level of a series moved, as an interval: the split is found again in series made of the same levels and shuffled residuals. */
import { blockShuffler } from "./block-permutation.ts";
import { mean } from "./describe.ts";
import { OutOfDomain, requireFinite, requireProbability } from "./errors.ts";

export interface SplitInterval {
  /** Indexes of the first value at the new level, both included. */
  readonly first: number;
  readonly last: number;
}

interface SplitTerms {
  /** Residuals are shuffled in blocks of so many, to keep what depends on its neighbour beside it. */
  readonly blockLength: number;
  /** The fewest values on either side of a split. */
  readonly minimum: number;
  /** Uniform in [0, 1), seeded by the caller. */
  readonly random: () => number;
  readonly confidence?: number;
}

const DRAWS = 199;

/**
 * Percentile interval for the place of a single shift of the mean; always holds the given one.
 *
 * @param index of the first value at the new level
 * @throws OutOfDomain unless the index leaves `minimum` values on both sides; TooFew, OutOfDomain for values as elsewhere
 * Residual resampling under the fitted shift, as Antoch, Hušková and Veraverbeke (1995) do for independent values.
 */
export function splitInterval(values: readonly number[], index: number, terms: SplitTerms): SplitInterval {
  const { blockLength, minimum, random, confidence = 0.95 } = terms;
  requireFinite(values, 2 * minimum);
  requireProbability("confidence", confidence);
  if (!(Number.isInteger(index) && index >= minimum && index <= values.length - minimum))
    throw new OutOfDomain(`a split must leave ${minimum} values on both sides`, index);
  const before = mean(values.slice(0, index));
  const after = mean(values.slice(index));
  const level = (i: number): number => (i < index ? before : after);
  const residuals = values.map((it, i) => it - level(i));
  const shuffle = blockShuffler(values.length, Math.min(blockLength, values.length), random);
  const again = new Float64Array(values.length);
  const found = Array.from({ length: DRAWS }, () => {
    const order = shuffle();
    for (let i = 0; i < again.length; i++) again[i] = level(i) + (residuals[order[i] as number] as number);
    return largestShift(again, minimum);
  }).sort((a, b) => a - b);
  const cut = Math.floor(((1 - confidence) / 2) * DRAWS);
  return {
    first: Math.min(index, found[cut] as number),
    last: Math.max(index, found[DRAWS - 1 - cut] as number),
  };
}

/** The split with the largest shift of the mean in standard errors. */
function largestShift(x: Float64Array, minimum: number): number {
  const n = x.length;
  let total = 0;
  for (const value of x) total += value;
  let sum = 0;
  let best = -1;
  let at = minimum;
  for (let m = 1; m <= n - minimum; m++) {
    sum += x[m - 1] as number;
    if (m < minimum) continue;
    const off = sum - (m / n) * total;
    const strength = (off * off) / (m * (n - m));
    if (strength > best) {
      best = strength;
      at = m;
    }
  }
  return at;
}
