/** Two independent sets of values compared by their ranks: beside their means, or alone where some have no value of their own. Numbers only. */
import { ROUNDING } from "../../stats/describe.ts";
import { mannWhitney, shiftRank } from "../../stats/mann-whitney.ts";
import { type Companion, type Comparison, confidenceOf, type Terms } from "./comparison.ts";

/** Some values are infinitely far from the others: a failed trial, or a zero on the ratio scale. Only their ranks can speak. */
export function byRankSum(theirs: readonly number[], own: readonly number[], margin: number, terms: Terms): Comparison {
  const differences = own
    .flatMap((a) => theirs.map((b) => (a === b ? 0 : a - b)))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const at = (index: number): number => differences[index] as number;
  const bounds = (level: number) => {
    const rank = shiftRank(own.length, theirs.length, confidenceOf(level));
    return rank < 1
      ? { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY }
      : { lower: at(rank - 1), upper: at(differences.length - rank) };
  };
  const { greater } = ranked(own, theirs);
  return {
    pairs: Math.min(theirs.length, own.length),
    margin,
    // The lower of the two middle ones: a mean of them could be infinity minus infinity.
    estimate: at(Math.floor((differences.length - 1) / 2)),
    ...bounds(terms.alpha),
    spread: null,
    noise: null,
    p: greater,
    student: null,
    method: "rank-sum",
    passes:
      ranked(
        own.map((it) => it - margin),
        theirs,
      ).less <= terms.alpha,
    passCompanion: () => "agrees",
    worseAt: (level) => ({
      lower: bounds(level).lower,
      companion: () => (greater <= level ? "agrees" : "disagrees"),
    }),
  };
}

/** The rank-sum test, with infinities brought to just beyond the finite values: their ranks stay what they are. */
function ranked(x: readonly number[], y: readonly number[]) {
  const finite = [...x, ...y].filter(Number.isFinite);
  const [least, most] = [Math.min(0, ...finite) - 1, Math.max(0, ...finite) + 1];
  const near = (it: number): number => Math.min(most, Math.max(least, it));
  return mannWhitney(x.map(near), y.map(near));
}

/** Arrangements, of those there are, among which the most extreme still vouch for a stricter level than they can reach. */
const ARRANGEMENTS = 8;
/** But never more than this. */
const MOST = 0.05;

/** Does the rank-sum test say that `larger` is? Silent where its steps are too coarse for the level, and it is as sure as it can be. */
export function rankCompanion(
  own: readonly number[],
  theirs: readonly number[],
  level: number,
  size: number,
): Companion {
  const [larger, smaller] = tied(own, theirs, size);
  const separated = 1 / subsets(larger.length + smaller.length, larger.length);
  const { greater } = mannWhitney(larger, smaller);
  if (greater <= level) return "agrees";
  return greater <= Math.max(separated, Math.min(MOST, ARRANGEMENTS * separated)) * (1 + 1e-9) ? "silent" : "disagrees";
}

/** Values whose difference is rounding are ties: which of them is larger depends on the unit they were given in. */
function tied(
  x: readonly number[],
  y: readonly number[],
  size: number,
): readonly [readonly number[], readonly number[]] {
  const all = [...x, ...y].sort((a, b) => a - b);
  const rounding = ROUNDING * size;
  const first = new Map<number, number>();
  let group = Number.NaN;
  all.forEach((value, i) => {
    if (i === 0 || value - (all[i - 1] as number) > rounding) group = value;
    first.set(value, group);
  });
  const same = (it: number): number => first.get(it) as number;
  return [x.map(same), y.map(same)];
}

/** n over k. */
function subsets(n: number, k: number): number {
  let count = 1;
  for (let i = 1; i <= k; i++) count = (count * (n - k + i)) / i;
  return count;
}
