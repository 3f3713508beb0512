/** Mann-Whitney's U for two independent samples: exact with ties, Hodges-Lehmann's shift and its interval. */
import type { Interval } from "./binomial.ts";
import { differenceAt, type SortedPair, sortedPair } from "./differences.ts";
import { requireFinite, requireProbability } from "./errors.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { doubledMidranks, subsetSums, tails, tieTerm } from "./ranks.ts";

export interface RankTest {
  /** U (or V) of the first sample: pairs in which it is larger, ties count one half. */
  readonly statistic: number;
  /** That the first sample is larger, smaller, or different. */
  readonly greater: number;
  readonly less: number;
  readonly twoSided: number;
  readonly method: "exact" | "normal";
}

/** Above this size in all, the exact distribution gives way to the normal one. */
const EXACT_SIZE = 60;

/**
 * Mann-Whitney U test of x against y; exact to 60 values in all, by the permutation distribution of the midranks.
 * @throws TooFew when either is empty; OutOfDomain for a value that is not finite
 * Mann and Whitney (1947).
 */
export function mannWhitney(x: readonly number[], y: readonly number[]): RankTest {
  requireFinite(x, 1);
  requireFinite(y, 1);
  if (x.length + y.length > EXACT_SIZE) return mannWhitneyNormal(x, y);
  const ranks = doubledMidranks([...x, ...y]);
  const sum = ranks.slice(0, x.length).reduce((a, b) => a + b, 0);
  const { upper, lower } = tails(subsetSums(ranks, x.length), sum);
  return { ...sided(upper, lower), statistic: statisticOf(sum, x.length), method: "exact" };
}

/** The same by the normal approximation, with correction for ties and for continuity. */
export function mannWhitneyNormal(x: readonly number[], y: readonly number[]): RankTest {
  requireFinite(x, 1);
  requireFinite(y, 1);
  const all = [...x, ...y];
  const n = all.length;
  const statistic = statisticOf(
    doubledMidranks(all)
      .slice(0, x.length)
      .reduce((a, b) => a + b, 0),
    x.length,
  );
  const product = x.length * y.length;
  const spread = Math.sqrt((product / 12) * (n + 1 - tieTerm(all) / (n * (n - 1))));
  if (spread === 0) return { statistic, greater: 1, less: 1, twoSided: 1, method: "normal" };
  const off = statistic - product / 2;
  return {
    ...sided(normalCdf((0.5 - off) / spread), normalCdf((off + 0.5) / spread)),
    statistic,
    method: "normal",
  };
}

const statisticOf = (doubledRankSum: number, size: number): number => doubledRankSum / 2 - (size * (size + 1)) / 2;

export const sided = (greater: number, less: number): { greater: number; less: number; twoSided: number } => ({
  greater,
  less,
  twoSided: Math.min(1, 2 * Math.min(greater, less)),
});

/**
 * Hodges-Lehmann: the median of all differences x - y.
 * @throws TooFew when either is empty; OutOfDomain for a value that is not finite
 */
export function hodgesLehmannShift(x: readonly number[], y: readonly number[]): number {
  const pair = finitePair(x, y);
  const half = (x.length * y.length) / 2;
  const upper = differenceAt(pair, Math.floor(half) + 1);
  return Number.isInteger(half) ? (differenceAt(pair, half) + upper) / 2 : upper;
}

/**
 * Interval for the shift x - y by inverting the rank-sum test; null when the samples are too small for the confidence.
 * @throws TooFew when either is empty; OutOfDomain for a value that is not finite
 */
export function shiftInterval(x: readonly number[], y: readonly number[], confidence = 0.95): Interval | null {
  const pair = finitePair(x, y);
  const rank = shiftRank(x.length, y.length, confidence);
  return rank < 1
    ? null
    : { lower: differenceAt(pair, rank), upper: differenceAt(pair, x.length * y.length + 1 - rank) };
}

/** The rank, from either end of the sorted differences x - y, that bounds the shift with a two-sided confidence; 0: too few for it. */
export function shiftRank(nx: number, ny: number, confidence = 0.95): number {
  requireProbability("confidence", confidence);
  const tail = (1 - confidence) / 2;
  return nx + ny <= EXACT_SIZE
    ? firstAbove(untiedDistribution(nx, ny), tail)
    : Math.max(0, Math.floor((nx * ny) / 2 + normalQuantile(tail) * Math.sqrt((nx * ny * (nx + ny + 1)) / 12)));
}

/** P(A12): probability that a value of x is larger than one of y, ties one half (Vargha and Delaney 2000). */
export const superiority = (x: readonly number[], y: readonly number[]): number =>
  mannWhitney(x, y).statistic / (x.length * y.length);

function finitePair(x: readonly number[], y: readonly number[]): SortedPair {
  requireFinite(x, 1);
  requireFinite(y, 1);
  return sortedPair(x, y);
}

/** Distribution of U without ties. */
function untiedDistribution(nx: number, ny: number): Float64Array {
  const ranks = Array.from({ length: nx + ny }, (_, i) => i + 1);
  return subsetSums(ranks, nx).subarray((nx * (nx + 1)) / 2);
}

/** The smallest s with P(sum <= s) > level: order statistics below it lie outside the interval. */
export function firstAbove(shares: Float64Array, level: number): number {
  let sum = 0;
  for (let s = 0; s < shares.length; s++) {
    sum += shares[s] as number;
    if (sum > level) return s;
  }
  return shares.length;
}

/** The `rank`-th smallest and largest of sorted values; null for rank 0. */
export const between = (sorted: readonly number[], rank: number): Interval | null =>
  rank < 1 ? null : { lower: sorted[rank - 1] as number, upper: sorted[sorted.length - rank] as number };
