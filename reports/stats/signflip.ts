/** The sign-flip (paired permutation) test: under the null each difference is as likely to have the other sign. */
import { mean } from "./describe.ts";
import { requireFinite } from "./errors.ts";

interface SignFlip {
  /** P(a sum at least as large | signs at random): evidence that differences are positive. */
  readonly p: number;
  readonly method: "exact" | "monte-carlo" | "bound";
}

/** Up to here all sign patterns are counted, as sums of two halves; above, patterns are drawn. */
export const EXACT_PAIRS = 30;
const DRAWS = 20_000;

/**
 * One-sided sign-flip test that the differences are larger than zero; test a shift by subtracting it first.
 * Exact to 30 pairs. Above, p = (r + 1) / (draws + 1), which is never 0; where Hoeffding's bound (1963) is below the least of these, that,
 * which is never less than the exact p: a level however small can be reached.
 *
 * @param random uniform in [0, 1), seeded by the caller; only used above 30 pairs
 * @throws TooFew without differences; OutOfDomain for one that is not finite
 * Fisher (1935), Pitman (1937).
 */
export function signFlip(differences: readonly number[], random: () => number): SignFlip {
  requireFinite(differences, 1);
  // Sums that are equal on paper differ in their last digits: a pattern as large as the observed must count as such.
  const scale = mean(differences.map(Math.abs)) * differences.length;
  const observed = differences.reduce((a, b) => a + b, 0) - 1e-12 * scale;
  if (differences.length <= EXACT_PAIRS) return { p: exactShare(differences, observed), method: "exact" };
  const bound = upperBound(differences, observed);
  if (bound < 1 / (DRAWS + 1)) return { p: bound, method: "bound" };
  let reached = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    let sum = 0;
    for (const difference of differences) sum += random() < 0.5 ? difference : -difference;
    if (sum >= observed) reached++;
  }
  return { p: (reached + 1) / (DRAWS + 1), method: "monte-carlo" };
}

/** P(sum >= s) <= exp(-s^2 / (2 * sum of squares)); differences as shares of the largest, whose squares neither overflow nor vanish. */
function upperBound(differences: readonly number[], sum: number): number {
  const largest = Math.max(...differences.map(Math.abs));
  if (!(sum > 0)) return 1;
  const squares = differences.reduce((all, it) => all + (it / largest) ** 2, 0);
  return Math.max(Number.MIN_VALUE, Math.exp(-((sum / largest) ** 2) / (2 * squares)));
}

/** Share of the 2^k patterns with a sum of at least `threshold`. */
function exactShare(differences: readonly number[], threshold: number): number {
  const reached = countFew(differences, threshold) ?? countMany(differences, threshold);
  return reached / 2 ** differences.length;
}

/**
 * From the pattern of the largest sum, all signs positive, those are reached whose flipped differences take no more off than there is
 * to spare: counted one by one. Null when they are so many that counting all is quicker.
 */
function countFew(differences: readonly number[], threshold: number): number | null {
  const sizes = differences.map(Math.abs).sort((a, b) => a - b);
  const most = 2 ** ((sizes.length >> 1) - 2);
  let count = 1;
  const flip = (from: number, spare: number): void => {
    for (let i = from; i < sizes.length; i++) {
      const size = sizes[i] as number;
      if (2 * size > spare || ++count > most) return;
      flip(i + 1, spare - 2 * size);
    }
  };
  flip(0, sizes.reduce((a, b) => a + b, 0) - threshold);
  return count > most ? null : count;
}

/** Sums of two halves, sorted, meet in the middle. */
function countMany(differences: readonly number[], threshold: number): number {
  const half = differences.length >> 1;
  const left = patternSums(differences, 0, half, scratch[0]);
  const right = patternSums(differences, half, differences.length, scratch[1]);
  const size = 2 ** half;
  const most = 2 ** (differences.length - half);
  let reached = 0;
  let i = 0;
  let j = most;
  while (i < size && j > 0) {
    const down = (left[i] as number) + (right[j - 1] as number) >= threshold ? 1 : 0;
    j -= down;
    i += 1 - down;
    reached += (1 - down) * (most - j);
  }
  return reached + (size - i) * most;
}

/** For the halves of the largest sample, and an infinity behind each. */
const room = () => new Float64Array(2 ** Math.ceil(EXACT_PAIRS / 2) + 1);
type Buffers = readonly [Float64Array, Float64Array];
const scratch: readonly [Buffers, Buffers] = [
  [room(), room()],
  [room(), room()],
];

/**
 * The sums of all sign patterns of a part, ascending: each difference merges the sums before it, shifted down by it, with the same
 * shifted up. Counted on by arithmetic: which one is less is a toss-up, and a branch on it costs more than all the rest.
 */
function patternSums(differences: readonly number[], from: number, to: number, [one, other]: Buffers): Float64Array {
  let sums = one;
  let next = other;
  sums[0] = 0;
  sums[1] = Number.POSITIVE_INFINITY;
  for (let at = from, size = 1; at < to; at++, size *= 2) {
    const step = Math.abs(differences[at] as number);
    let low = 0;
    let high = 0;
    for (let i = 0; i < 2 * size; i++) {
      const down = (sums[low] as number) - step;
      const up = (sums[high] as number) + step;
      const isDown = down <= up ? 1 : 0;
      next[i] = Math.min(down, up);
      low += isDown;
      high += 1 - isDown;
    }
    next[2 * size] = Number.POSITIVE_INFINITY;
    [sums, next] = [next, sums];
  }
  return sums;
}
