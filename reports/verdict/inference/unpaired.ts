/** The comparison of two independent sets of trials: nothing ties one of these to one of those. Numbers only. */
import { type Comparison, type Known, type Terms, transformedMargin } from "./comparison.ts";
import { byRankSum } from "./rank-sum.ts";
import { byWelch, type Drift } from "./welch.ts";

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
