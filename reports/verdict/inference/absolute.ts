/** A bound on one arm: one-sided t bounds of its trials against it. Numbers only. */
import { mean, seenSpread, standardDeviation } from "../../stats/describe.ts";
import { detectableEffect, pairsNeeded } from "../../stats/power.ts";
import { pairedBounds } from "../../stats/t-test.ts";
import { type Known, sizeOf } from "./comparison.ts";
import { MOST_PAIRS } from "./limits.ts";

export interface Bounded {
  readonly verdict: "pass" | "failed" | "inconclusive";
  /** In the metric's unit. */
  readonly center: number;
  readonly lower: number;
  readonly upper: number;
  readonly trials: number;
  /** Trials without a value of their own: failed, or not recovered before the end. */
  readonly worst: number;
  /** one: a single trial decides by its value. spread: none was seen, the value decides. */
  readonly by: "one" | "spread" | "t";
  readonly trialsNeeded: number | null;
  /** How far inside of the bound a true value has to be, in the metric's unit, for so many trials to pass it with 80 % power. */
  readonly mde: number | null;
  /** How far beyond it, to fail it. */
  readonly mdeFail: number | null;
}

interface Bound {
  readonly kind: "max" | "min";
  readonly value: number;
}

/**
 * Ratio-scaled metrics are averaged as logarithms (geometric mean), like in a comparison, when all values are positive.
 *
 * @returns null without a value, a trial known only as worst of all included
 */
export function judgeBound(
  values: readonly Known[],
  bound: Bound,
  scale: "ratio" | "difference",
  alpha: number,
): Bounded | null {
  const worst = values.filter((it) => it.kind === "worst").length;
  const least = values.map((it) => (it.kind === "value" ? it.value : it.atLeast)).filter((it) => it !== null);
  if (least.length === 0) return null;
  const log = scale === "ratio" && least.every((it) => it > 0) && bound.value > 0;
  const there = log ? Math.log : (it: number) => it;
  const back = log ? Math.exp : (it: number) => it;
  const points = least.map(there);
  const center = mean(points);
  const spread =
    points.length > 1 ? seenSpread(standardDeviation(points), sizeOf(points, log ? "ratio" : "difference")) : 0;
  const { lower, upper } = spread > 0 ? pairedBounds(points, alpha) : { lower: center, upper: center };
  const limit = there(bound.value);
  const inside = worst === 0 && (bound.kind === "max" ? upper <= limit : lower >= limit);
  // What is known as "at least" only strengthens "outside" for a largest value; for a smallest one nothing is known.
  const outside = bound.kind === "max" ? lower > limit : worst === 0 && upper < limit;
  const gap = Math.abs(limit - center);
  const open = !inside && !outside;
  const reach = spread > 0 && worst === 0 ? detectableEffect(points.length, alpha) * spread : null;
  /** How far from the bound a value is that lies so far towards what is not allowed. */
  const away = (by: number): number => Math.abs(back(limit + (bound.kind === "max" ? by : -by)) - bound.value);
  return {
    verdict: inside ? "pass" : outside ? "failed" : "inconclusive",
    center: back(center),
    lower: back(lower),
    upper: back(upper),
    trials: values.length,
    worst,
    by: points.length === 1 ? "one" : spread === 0 ? "spread" : "t",
    mde: reach === null ? null : away(-reach),
    mdeFail: reach === null ? null : away(reach),
    trialsNeeded: open && worst === 0 && spread > 0 && gap > 0 ? needed(gap / spread, alpha, values.length) : null,
  };
}

function needed(effect: number, alpha: number, have: number): number | null {
  const found = pairsNeeded(effect, alpha, MOST_PAIRS);
  return found === null ? null : Math.max(have + 1, found);
}
