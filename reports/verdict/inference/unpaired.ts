/** The comparison of two independent sets of trials: nothing ties one of these to one of those. Numbers only. */
import { behrensFisherQuantile, behrensFisherTail, type Estimated } from "../../stats/behrens-fisher.ts";
import { mean, ROUNDING, seenSpread, standardDeviation } from "../../stats/describe.ts";
import { mannWhitney, shiftRank } from "../../stats/mann-whitney.ts";
import { studentCdf, studentQuantile } from "../../stats/student.ts";
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
 * Bounds are Welch's (1947): two sessions differ by twice the variance of one, and that part of it comes from few sessions and lends
 * them its degrees of freedom (Satterthwaite 1946). Worse is asked of Behrens and Fisher's distribution, since Welch's fails up to 15
 * times too often at strict levels when a small sample is the noisier one; and with fewer than four values on a side the bounds are too.
 */
function byWelch(
  theirs: readonly number[],
  own: readonly number[],
  margin: number,
  { drift, ...terms }: Terms & { readonly drift: Drift | null },
): Comparison {
  const estimate = mean(own) - mean(theirs);
  const size = sizeOf([...theirs, ...own], terms.scale);
  const parts = partsOf(theirs, own, drift, size);
  // Ranks of trials say nothing of sessions: they may disagree, but can't vouch for what is decided by drift.
  const asFarAs = (it: Companion): Companion => (drift !== null && it === "agrees" ? "silent" : it);
  const pairs = Math.min(theirs.length, own.length);
  const error = errorOf(parts.all);
  const seen = error * Math.sqrt(pairs);
  const welch = (level: number): number => -studentQuantile(level, satterthwaite(parts.all));
  const few = pairs < ENOUGH && error > 0;
  const reach = (level: number): number =>
    reachOf(few ? behrensFisherQuantile(level, ...parts.two) / error : welch(level), seen, pairs, terms.rounding);
  const noise = noiseOf(seen, terms.resolution);
  const shifted = own.map((it) => it - margin);
  const p =
    noise === 0
      ? estimate > 0
        ? mannWhitney(own, theirs).greater
        : 1
      : pWorse(estimate, atLeast(parts, noise / Math.sqrt(pairs)));
  return {
    pairs,
    margin,
    estimate,
    // Those of few values cost hundreds of times what a decision does, and most are never shown.
    get lower() {
      return estimate - reach(terms.alpha);
    },
    get upper() {
      return estimate + reach(terms.alpha);
    },
    spread: seen,
    noise,
    p,
    student: p,
    method: "welch",
    // Theirs lie further out than Welch's.
    passes:
      estimate + reachOf(welch(terms.alpha), seen, pairs, terms.rounding) < margin &&
      (!few || estimate + reach(terms.alpha) < margin),
    passCompanion: () => asFarAs(companion(theirs, shifted, terms.alpha, size)),
    worseAt: (level) => ({
      get lower() {
        return estimate - reach(level);
      },
      companion: () => asFarAs(companion(own, theirs, level, size)),
    }),
  };
}

/** At levels up to this one Behrens and Fisher decide; above, what Welch's exceeds is next to nothing. */
const STRICT = 0.02;

function pWorse(estimate: number, { all, two }: Parts): number {
  const welch = studentCdf(-estimate / errorOf(all), satterthwaite(all));
  return welch > STRICT ? welch : Math.min(STRICT, behrensFisherTail(estimate, ...two));
}

const errorOf = (parts: readonly Estimated[]): number => Math.hypot(...parts.map((it) => it.error));

/** As much as the resolution hides: all the same share more, or the two sides alike where nothing was seen. */
function atLeast({ all, two }: Parts, error: number): Parts {
  const seen = errorOf(all);
  const more = (it: Estimated): Estimated => ({
    ...it,
    error: seen === 0 ? error / Math.SQRT2 : (it.error * error) / seen,
  });
  return { all: seen === 0 ? two.map(more) : all.map(more), two: [more(two[0]), more(two[1])] };
}

/** Values on a side from which on Welch's bounds hold what they promise at 5 %, whatever the two spreads are. */
const ENOUGH = 4;

interface Parts {
  /** Of the difference of means: a standard error each, independent of each other. */
  readonly all: readonly Estimated[];
  /** The same as two: where sessions drift, the trials of both together with the degrees of the smaller. */
  readonly two: readonly [Estimated, Estimated];
}

function partsOf(x: readonly number[], y: readonly number[], drift: Drift | null, size: number): Parts {
  const [one, two] = [x, y].map((it) => ({
    error: seenSpread(standardDeviation(it), size) / Math.sqrt(it.length),
    df: it.length - 1,
  })) as [Estimated, Estimated];
  if (drift === null) return { all: [one, two], two: [one, two] };
  const sessions = { error: Math.SQRT2 * drift.sd, df: drift.sessions - 1 };
  const trials = { error: Math.hypot(one.error, two.error), df: Math.min(one.df, two.df) };
  return { all: [one, two, sessions], two: [trials, sessions] };
}

/** Without any spread the degrees of freedom of a pooled test. */
function satterthwaite(parts: readonly Estimated[]): number {
  const sum = parts.reduce((all, it) => all + it.error ** 2, 0);
  return sum === 0
    ? parts.reduce((all, it) => all + it.df, 0)
    : 1 / parts.reduce((all, it) => all + (it.error ** 2 / sum) ** 2 / it.df, 0);
}

/** Arrangements, of those there are, among which the most extreme still vouch for a stricter level than they can reach. */
const ARRANGEMENTS = 8;
/** But never more than this. */
const MOST = 0.05;

/** Does the rank-sum test say that `larger` is? Silent where its steps are too coarse for the level, and it is as sure as it can be. */
function companion(own: readonly number[], theirs: readonly number[], level: number, size: number): Companion {
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
