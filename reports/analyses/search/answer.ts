/** The answer to a goal: the hardest load that it holds at, from two sides: RFC 9971's bounds, and a fit of the chance of a good trial. */
import type { SearchSpec } from "../../../runner/record/search.ts";
import { type FallingFit, fallingInterval, fitFalling } from "../../stats/falling.ts";
import { type Bounds, boundsOf, type LoadPoint, pointsOf, type Rule, type Tried } from "./classify.ts";

/** The chance of a good trial as it falls with the logarithm of the load. */
export interface Curve extends Pick<FallingFit, "slope"> {
  /** Where the chance is one minus the exceed ratio, in the unit of the axis. */
  readonly value: number;
  /** Profile-likelihood interval, easiest and hardest; null where the trials do not bound it. */
  readonly easiest: number | null;
  readonly hardest: number | null;
}

export interface Answer {
  /** From the easiest load to the hardest. */
  readonly points: readonly LoadPoint[];
  readonly bounds: Bounds;
  /** Null without a bad trial or a good one near the bounds, when the share of good trials does not fall, and when no trial may be bad. */
  readonly curve: Curve | null;
}

/**
 * Nominal. Loads are chosen by what was seen, and the best of several is kept: an interval of this confidence held the true rate in
 * 93 of 100 simulated searches (`make calibrate`), and each of its ends in 95; one of 95 % did in 85.
 */
export const CONFIDENCE = 0.99;

/** Loads farther than this from the bounds tell nothing of the curve there. */
const NEAR = 2;
/** A bad trial at a load that holds and is this much easier is of the share that it may have, not of the edge: it would flatten the curve. */
const HICCUP = 1.25;

export const ruleOf = ({ exceed, repeat, over }: Pick<SearchSpec, "exceed" | "repeat" | "over">): Rule => ({
  exceed,
  repeat,
  harder: over.harder,
});

export function answerOf(trials: readonly Tried[], rule: Rule): Answer {
  const points = pointsOf(trials, rule);
  const bounds = boundsOf(points);
  return { points, bounds, curve: curveOf(trials, bounds, rule) };
}

function curveOf(trials: readonly Tried[], { lower, upper }: Bounds, { exceed, harder }: Rule): Curve | null {
  const sign = harder === "up" ? 1 : -1;
  const x = (value: number): number => sign * Math.log(value);
  const ends = [lower, upper].flatMap((it) => (it === null ? [] : [x(it.value)]));
  if (ends.length === 0 || exceed === 0) return null;
  const holding = lower === null ? Number.NEGATIVE_INFINITY : x(lower.value) - Math.log(HICCUP);
  const responses = trials
    // Good ones would count for more than they are where bad ones are left out.
    .filter((it) => !it.disturbed)
    .map((it) => ({ x: x(it.value), success: it.good }))
    .filter((it) => it.x >= Math.min(...ends) - Math.log(NEAR) && it.x <= Math.max(...ends) + Math.log(NEAR))
    .filter((it) => it.success || it.x >= holding);
  if (responses.every((it) => it.success) || responses.every((it) => !it.success)) return null;
  const p = 1 - exceed;
  const fit = fitFalling(responses, p);
  if (fit === null) return null;
  const interval = fallingInterval(responses, p, CONFIDENCE);
  const back = (at: number): number | null => (Number.isFinite(at) ? Math.exp(sign * at) : null);
  return {
    slope: fit.slope,
    value: Math.exp(sign * fit.quantile),
    easiest: back(interval.lower),
    hardest: back(interval.upper),
  };
}
