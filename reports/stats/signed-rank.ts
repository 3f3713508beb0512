/** Wilcoxon's signed ranks for paired differences: exact with ties, the pseudomedian and its Walsh interval. */
import { median } from "simple-statistics";
import type { Interval } from "./binomial.ts";
import { OutOfDomain, requireFinite, requireProbability, TooFew } from "./errors.ts";
import { between, firstAbove, type RankTest, sided } from "./mann-whitney.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { doubledMidranks, subsetSums, tails, tieTerm } from "./ranks.ts";

/** Above this size the exact distribution gives way to the normal one. */
const EXACT_SIZE = 100;

/**
 * Signed-rank test of differences against zero; zeros are left out, infinite differences rank beyond every finite one.
 * Exact to 100 differences, by the distribution of the midranks.
 * @throws TooFew without differences; OutOfDomain for NaN
 * Wilcoxon (1945).
 */
export function signedRank(differences: readonly number[]): RankTest {
  if (differences.length === 0) throw new TooFew({ have: 0, need: 1 });
  for (const it of differences) if (Number.isNaN(it)) throw new OutOfDomain("differences must be numbers", it);
  const used = differences.filter((it) => it !== 0);
  const sizes = used.map(Math.abs);
  const ranks = doubledMidranks(sizes);
  const v = ranks.reduce((sum, rank, i) => sum + ((used[i] as number) > 0 ? rank : 0), 0);
  const n = used.length;
  if (n === 0) return { statistic: 0, greater: 1, less: 1, twoSided: 1, method: "exact" };
  if (n <= EXACT_SIZE) {
    const { upper, lower } = tails(subsetSums(ranks, null), v);
    return { ...sided(upper, lower), statistic: v / 2, method: "exact" };
  }
  const spread = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - tieTerm(sizes) / 48);
  const off = v / 2 - (n * (n + 1)) / 4;
  return {
    ...sided(normalCdf((0.5 - off) / spread), normalCdf((off + 0.5) / spread)),
    statistic: v / 2,
    method: "normal",
  };
}

/**
 * Hodges-Lehmann's pseudomedian: the median of all means of two (Walsh averages), each value with itself included.
 * @throws TooFew without values; OutOfDomain for one that is not finite
 */
export const pseudomedian = (values: readonly number[]): number => median(walshAverages(values));

/**
 * Walsh interval: for the pseudomedian, by inverting the signed-rank test; null when there are too few values for the confidence.
 * @throws TooFew without values; OutOfDomain for one that is not finite
 */
export function walshInterval(values: readonly number[], confidence = 0.95): Interval | null {
  requireProbability("confidence", confidence);
  const averages = walshAverages(values).sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  const n = values.length;
  const rank =
    n <= EXACT_SIZE
      ? firstAbove(
          subsetSums(
            Array.from({ length: n }, (_, i) => i + 1),
            null,
          ),
          tail,
        )
      : Math.floor((n * (n + 1)) / 4 + normalQuantile(tail) * Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24));
  return between(averages, rank);
}

function walshAverages(values: readonly number[]): number[] {
  requireFinite(values, 1);
  return values.flatMap((a, i) => values.slice(i).map((b) => (a + b) / 2));
}
