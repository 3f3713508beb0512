/** The sign-flip (paired permutation) test: under the null each difference is as likely to have the other sign. */
import { mean } from "./describe.ts";
import { requireFinite } from "./errors.ts";

export interface SignFlip {
  /** P(a sum at least as large | signs at random): evidence that differences are positive. */
  readonly p: number;
  readonly method: "exact" | "monte-carlo";
}

/** Up to here all sign patterns are counted, as sums of two halves; above, patterns are drawn. */
export const EXACT_PAIRS = 30;
const DRAWS = 20_000;

/**
 * One-sided sign-flip test that the differences are larger than zero; test a shift by subtracting it first.
 * Exact to 30 pairs. Above, p = (r + 1) / (draws + 1), which is never 0.
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
  let reached = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    let sum = 0;
    for (const difference of differences) sum += random() < 0.5 ? difference : -difference;
    if (sum >= observed) reached++;
  }
  return { p: (reached + 1) / (DRAWS + 1), method: "monte-carlo" };
}

/** Share of the 2^k patterns with a sum of at least `threshold`. */
function exactShare(differences: readonly number[], threshold: number): number {
  const reached = countFew(differences, threshold) ?? countMany(differences, threshold);
  return reached / 2 ** differences.length;
}

/**
 * From the pattern of the largest sum, all signs positive, those are reached whose flipped differences take no more off than there is
 * to spare: counted one by one. Null when they are more than it takes to count all.
 */
function countFew(differences: readonly number[], threshold: number): number | null {
  const sizes = differences.map(Math.abs).sort((a, b) => a - b);
  const most = 2 ** (sizes.length >> 1);
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
  const left = patternSums(differences, 0, half);
  const right = patternSums(differences, half, differences.length);
  let reached = 0;
  let j = right.length;
  for (let i = 0; i < left.length; i++) {
    const sum = left[i] as number;
    while (j > 0 && sum + (right[j - 1] as number) >= threshold) j--;
    reached += right.length - j;
  }
  return reached;
}

/**
 * The sums of all sign patterns of a part, ascending: each difference merges the sums before it, shifted down by it, with the same
 * shifted up. Plain arrays: for the sizes of a usual session they are several times as quick to make as typed ones.
 */
function patternSums(differences: readonly number[], from: number, to: number): number[] {
  let sums = [0];
  for (let at = from; at < to; at++) {
    const step = Math.abs(differences[at] as number);
    const next: number[] = [];
    let high = 0;
    for (let low = 0; low < sums.length; low++) {
      const down = (sums[low] as number) - step;
      while (high < low && (sums[high] as number) + step < down) next.push((sums[high++] as number) + step);
      next.push(down);
    }
    while (high < sums.length) next.push((sums[high++] as number) + step);
    sums = next;
  }
  return sums;
}
