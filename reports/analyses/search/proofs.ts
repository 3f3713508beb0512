/** What stands behind an answer beside its bounds: proofs of recovery, the descent from an overload, the soak. */
import { z } from "zod";
import { count, type Infer, number, orNull } from "../../../runner/record/schema-parts.ts";
import type { SearchSpec } from "../../../runner/record/search.ts";
import { clopperPearson } from "../../stats/binomial.ts";
import type { TrialSaid } from "./read.ts";
import { countedFor, decides } from "./said.ts";

export const recoveries = z.strictObject({ trials: count, bad: count });
export type Recoveries = Infer<typeof recoveries>;

export const descent = z.strictObject({
  value: number,
  above: number,
  trials: count,
  good: count,
  /** The answer does not hold after an overload; null: too few trials to say so. */
  hysteresis: orNull(z.boolean()),
});
export type Descent = Infer<typeof descent>;

export const soak = z.strictObject({
  value: number,
  windows: count,
  good: count,
  /** Of the share of good windows, 95 % (Clopper and Pearson). */
  lower: number,
  upper: number,
  /** No share of good windows that is compatible with what was seen reaches the one that is promised. */
  refuted: z.boolean(),
});
export type Soak = Infer<typeof soak>;

export function recoveriesOf(said: readonly TrialSaid[]): Recoveries {
  const trials = said.filter((it) => it.point.purpose === "recovery" && decides(it));
  return { trials: trials.length, bad: trials.filter((it) => it.good[it.point.goal] === false).length };
}

export function descentOf(search: SearchSpec, said: readonly TrialSaid[]): Descent | null {
  const trials = said.filter((it) => it.point.purpose === "descent" && it.mute === null);
  const [first] = trials;
  if (first === undefined) return null;
  const { good, bad, classified } = countedFor(first.point.goal, trials, search);
  const holds = (good > 0 && bad === 0) || classified === "lower";
  return {
    value: first.point.value,
    above: first.point.above ?? first.point.value,
    trials: good + bad,
    good,
    hysteresis: holds ? false : classified === "upper" ? true : null,
  };
}

export function soakOf(search: SearchSpec, said: readonly TrialSaid[]): Soak | null {
  const soak = said.find((it) => it.point.purpose === "soak" && decides(it));
  if (soak === undefined) return null;
  // A soak that failed has no windows that came to their end: it is one bad one. One whose windows were all disturbed has none to tell of.
  const windows = soak.windows.length === 0 && soak.good[soak.point.goal] === false ? [false] : soak.windows;
  if (windows.length === 0) return null;
  const good = windows.filter((it) => it).length;
  const { lower, upper } = clopperPearson(good, windows.length);
  const { value } = soak.point;
  return { value, windows: windows.length, good, lower, upper, refuted: upper < 1 - search.exceed };
}
