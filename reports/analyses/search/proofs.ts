/** What stands behind an answer beside its bounds: proofs of recovery, the descent from an overload, the soak. */
import type { SearchSpec } from "../../../runner/record/search.ts";
import { clopperPearson } from "../../stats/binomial.ts";
import { classify } from "./classify.ts";
import type { TrialSaid } from "./read.ts";

export interface Recoveries {
  readonly trials: number;
  readonly bad: number;
}

export interface Descent {
  readonly value: number;
  readonly above: number;
  readonly trials: number;
  readonly good: number;
  /** The answer does not hold after an overload; null: too few trials to say so. */
  readonly hysteresis: boolean | null;
}

export interface Soak {
  readonly value: number;
  readonly windows: number;
  readonly good: number;
  /** Of the share of good windows, 95 % (Clopper and Pearson). */
  readonly lower: number;
  readonly upper: number;
  /** No share of good windows that is compatible with what was seen reaches the one that is promised. */
  readonly refuted: boolean;
}

export function recoveriesOf(said: readonly TrialSaid[]): Recoveries {
  const trials = said.filter((it) => it.point.purpose === "recovery" && it.mute === null);
  return { trials: trials.length, bad: trials.filter((it) => it.good[it.point.goal] === false).length };
}

export function descentOf(search: SearchSpec, said: readonly TrialSaid[]): Descent | null {
  const trials = said.filter((it) => it.point.purpose === "descent" && it.mute === null);
  const [first] = trials;
  if (first === undefined) return null;
  const good = trials.filter((it) => it.good[first.point.goal] === true).length;
  const classified = classify(good, trials.length - good, search);
  return {
    value: first.point.value,
    above: first.point.above ?? first.point.value,
    trials: trials.length,
    good,
    hysteresis: good === trials.length || classified === "lower" ? false : classified === "upper" ? true : null,
  };
}

export function soakOf(search: SearchSpec, said: readonly TrialSaid[]): Soak | null {
  const soak = said.find((it) => it.point.purpose === "soak" && it.mute === null);
  if (soak === undefined) return null;
  // A soak that failed has no windows that came to their end: it is one bad one.
  const windows = soak.windows.length === 0 ? [false] : soak.windows;
  const good = windows.filter((it) => it).length;
  const { lower, upper } = clopperPearson(good, windows.length);
  const { value } = soak.point;
  return { value, windows: windows.length, good, lower, upper, refuted: upper < 1 - search.exceed };
}
