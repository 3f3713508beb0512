/** Why a verdict is what it is: one or two sentences for every finding. */
import type { Metric } from "../../../runner/record/metrics.ts";
import {
  type AnyUnit,
  type Bound,
  type Change,
  capitalized,
  counted,
  formatBound,
  formatChange,
  formatChangeRange,
  formatP,
  formatRange,
  formatValue,
} from "../../../runner/shared/format.ts";
import type { Bounded } from "../inference/absolute.ts";
import type { Comparison } from "../inference/comparison.ts";
import type { Decision } from "../inference/family.ts";
import { moreWouldDecide } from "./would-change.ts";

/** `+38 % (31 % to 45 %) over 10 pairs`. Null change: a bound of it is infinite. */
function measured(change: Change | null, { over, each }: Sides, unit: AnyUnit): string {
  if (change === null) return capitalized(over);
  const range = change.lower === change.upper ? each : `(${formatChangeRange(change, unit)})`;
  return `${formatChange(change, unit)} ${range} ${over}`;
}

/** What a comparison was made over, and what to call it. */
interface Sides {
  readonly over: string;
  /** Where there is no spread. */
  readonly each: string;
  readonly companion: string;
  readonly normal: string;
  /** Why only ranks could be compared, where they decide nothing. */
  readonly ranks: string;
  /** What more trials would do; no sentence yet. */
  readonly advice: (pairsNeeded: number | null) => string;
}

const FAILED_TRIALS = "some trials have no value of their own and rank worst, and the ranks of so few decide nothing";

export const pairSides = (it: Comparison): Sides => ({
  over: `over ${counted(it.pairs, "pair")}`,
  each: "in every pair",
  companion: "the sign-flip test",
  normal: ` With ${counted(it.pairs, "pair")} this relies on normally distributed differences; all pairs point the same way.`,
  ranks: FAILED_TRIALS,
  advice: (needed) => (it.spread === 0 && needed === null ? "" : moreWouldDecide(it.pairs, needed, "pair")),
});

/** Independent samples of one session. */
export const sampleSides = (baseline: number, candidate: number, it: Comparison): Sides => ({
  ...storedSides(candidate, baseline),
  over: `over ${baseline} and ${candidate} values`,
  ranks:
    "some values are zero and have no ratio, and the ranks of so few decide nothing; a margin in the metric's unit compares the difference",
  advice: (needed) =>
    it.spread === 0 && needed === null ? "" : `${moreWouldDecide(it.pairs, needed, "value")}, of each side`,
});

/** @param stored trials of the session that is compared with */
export const storedSides = (trials: number, stored: number): Sides => ({
  over: `over ${counted(trials, "trial")} against ${stored} stored ones`,
  each: "each time",
  companion: "the rank-sum test",
  normal: " With so little that assumes no distribution this relies on normally distributed values.",
  ranks: FAILED_TRIALS,
  advice: () =>
    `more trials make this run's side surer, but neither the stored one with its ${stored} nor what lies between the sessions`,
});

export function becauseOfPairs(
  it: Comparison,
  decision: Decision,
  change: Change | null,
  { bound, unit, sides }: { readonly bound: Bound; readonly unit: AnyUnit; readonly sides: Sides },
): string {
  const margin = `the margin of ${formatBound(bound, unit)}`;
  const said = measured(change, sides, unit);
  const p = formatP(decision.p.adjusted());
  const normal = decision.tags.includes("relies on normality") ? sides.normal : "";
  if (decision.verdict === "regressed") {
    return `${said}: worse at the level set for all gates together (adjusted p ${p}) and at least ${margin}.${normal}`;
  }
  if (decision.verdict === "pass") return `${said}: even its unfavourable end is inside ${margin}.${normal}`;
  if (decision.tags.includes("fragile")) {
    return `${said}: the t test decides, but ${sides.companion}, which assumes no distribution, does not agree: a few trials carry the result.`;
  }
  if (it.method !== "t" && it.method !== "welch") {
    return `${said}: ${sides.ranks}.`;
  }
  return it.estimate >= it.margin
    ? `${said}: at least ${margin}, but not told from no change (adjusted p ${p}).`
    : `${said}: it may be inside ${margin} or not.`;
}

export function becauseOfBound(
  it: Bounded,
  { bound, unit, worst: reasons }: { readonly bound: Bound; readonly unit: Metric["unit"]; readonly worst: string },
): string {
  const limit = formatBound(bound, unit);
  const spread = it.upper - it.lower;
  const least = it.worst > 0 ? "at least " : "";
  const value = `${least}${formatValue(it.center, unit, { spread })}`;
  const side = { pass: "inside", failed: "outside", inconclusive: "not decided against" }[it.verdict];
  if (it.by === "one") return `One trial: ${value} is ${side} ${limit}. A single trial has no error rate.`;
  const trials = counted(it.trials, "trial");
  const worst = it.worst > 0 ? ` ${it.worst} of them without a value of their own: ${reasons}.` : "";
  if (it.by === "spread") return `${value} in each of ${trials}: ${side} ${limit}.${worst}`;
  const range = formatRange(it.lower, it.upper, unit);
  if (it.verdict !== "inconclusive")
    return `${value} (${range}) over ${trials}: all of the interval is ${side} ${limit}.${worst}`;
  return `${value} (${range}) over ${trials}: the interval reaches across ${limit}.${worst}`;
}
