/** The comparison of two independent sets of trials: nothing ties one of these to one of those. Numbers only. */
import { mean, ROUNDING, seenSpread, standardDeviation } from "../stats/describe.ts";
import { mannWhitney, shiftRank } from "../stats/mann-whitney.ts";
import { studentCdf, studentQuantile } from "../stats/student.ts";
import {
  type Companion,
  type Comparison,
  confidenceOf,
  type Known,
  noiseOf,
  reachOf,
  sizeOf,
  type Terms,
  transformedMargin,
} from "./comparison.ts";

/** How far two sessions of the same thing are apart, by the history of many: what no number of trials in either of them shows. */
export interface Drift {
  /** Standard deviation of one session, a logarithm on the ratio scale. */
  readonly sd: number;
  /** That it was estimated from; at least two. */
  readonly sessions: number;
}

/**
 * @param baseline at least two values, as `candidate`; on the ratio scale none below zero
 * @param drift between the sessions that the two are from; null when they are from one, or tied together. Ranks can't take it in
 * @throws TooFew below two in either
 */
export function compareSamples(
  baseline: readonly Known[],
  candidate: readonly Known[],
  terms: Terms,
  drift: Drift | null = null,
): Comparison {
  const theirs = baseline.map((it) => worseness(it, terms));
  const own = candidate.map((it) => worseness(it, terms));
  const margin = transformedMargin(terms);
  return [...theirs, ...own].every(Number.isFinite)
    ? byWelch(theirs, own, margin, { ...terms, drift })
    : byRankSum(theirs, own, margin, terms);
}

/** Larger is worse, a logarithm on the ratio scale; what has no value of its own ranks worst. */
function worseness(it: Known, { scale, better }: Terms): number {
  if (it.kind === "worst") return Number.POSITIVE_INFINITY;
  const there = scale === "ratio" ? Math.log(it.value) : it.value;
  return better === "lower" ? there : -there;
}

/**
 * Welch (1947), with a rank-sum test of the same shifted hypothesis as companion. Two sessions differ by twice the variance of one; that
 * part of it comes from few sessions and lends them its degrees of freedom (Satterthwaite 1946).
 */
function byWelch(
  theirs: readonly number[],
  own: readonly number[],
  margin: number,
  { drift, ...terms }: Terms & { readonly drift: Drift | null },
): Comparison {
  const estimate = mean(own) - mean(theirs);
  const size = sizeOf([...theirs, ...own], terms.scale);
  const [variance, df] = welch(theirs, own, drift, size);
  // Ranks of trials say nothing of sessions: they may disagree, but can't vouch for what is decided by drift.
  const asFarAs = (it: Companion): Companion => (drift !== null && it === "agrees" ? "silent" : it);
  const pairs = Math.min(theirs.length, own.length);
  const seen = Math.sqrt(variance) * Math.sqrt(pairs);
  const reach = (level: number): number => reachOf(-studentQuantile(level, df), seen, pairs, terms.rounding);
  const noise = noiseOf(seen, terms.resolution);
  const upper = estimate + reach(terms.alpha);
  const shifted = own.map((it) => it - margin);
  const student =
    noise === 0
      ? estimate > 0
        ? mannWhitney(own, theirs).greater
        : 1
      : studentCdf((-estimate / noise) * Math.sqrt(pairs), df);
  return {
    pairs,
    margin,
    estimate,
    lower: estimate - reach(terms.alpha),
    upper,
    spread: seen,
    noise,
    p: student,
    student,
    method: "welch",
    passes: upper < margin,
    passCompanion: () => asFarAs(companion(theirs, shifted, terms.alpha, size)),
    worseAt: (level) => ({
      lower: estimate - reach(level),
      companion: () => asFarAs(companion(own, theirs, level, size)),
    }),
  };
}

/** Variance of the difference of means, and its degrees of freedom; without any spread those of a pooled test. */
function welch(
  x: readonly number[],
  y: readonly number[],
  drift: Drift | null,
  size: number,
): readonly [variance: number, df: number] {
  const parts = [
    ...[x, y].map((it) => ({ variance: seenSpread(standardDeviation(it), size) ** 2 / it.length, df: it.length - 1 })),
    ...(drift === null ? [] : [{ variance: 2 * drift.sd ** 2, df: drift.sessions - 1 }]),
  ];
  const sum = parts.reduce((all, it) => all + it.variance, 0);
  return sum === 0
    ? [0, x.length + y.length - 2]
    : [sum, 1 / parts.reduce((all, it) => all + (it.variance / sum) ** 2 / it.df, 0)];
}

/** Does the rank-sum test say that `larger` is? Silent where even complete separation is likelier than the level. */
function companion(own: readonly number[], theirs: readonly number[], level: number, size: number): Companion {
  const [larger, smaller] = tied(own, theirs, size);
  const separated = 1 / subsets(larger.length + smaller.length, larger.length);
  if (separated > level) return Math.min(...larger) > Math.max(...smaller) ? "silent" : "disagrees";
  return mannWhitney(larger, smaller).greater <= level ? "agrees" : "disagrees";
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

/** Some values are infinitely far from the others: a failed trial, or a zero on the ratio scale. Only their ranks can speak. */
function byRankSum(theirs: readonly number[], own: readonly number[], margin: number, terms: Terms): Comparison {
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
