/** What would change a verdict: more data, or the margin or bound at which these numbers would be judged otherwise. One sentence; empty where nothing is to be said. */
import type { Metric } from "../../../runner/record/metrics.ts";
import {
  type AnyUnit,
  type Bound,
  type Change,
  capitalized,
  counted,
  formatChange,
  formatValue,
} from "../../../runner/shared/format.ts";
import type { Bounded } from "../inference/absolute.ts";
import type { Decision } from "../inference/family.ts";
import { MOST_PAIRS } from "../inference/limits.ts";
import { turned } from "./phrases.ts";

/** Where something other than the numbers stands in the way. */
export const MENDED_FIRST = "Not more of the same: what is said above has to be mended first.";
export const ENDED_TRIALS = "A run whose trials come to their end.";

/** @param advice what more trials would do; empty: nothing to be said */
export function pairsWouldChange(
  { verdict, tags }: Pick<Decision, "verdict" | "tags">,
  change: Change | null,
  { better, unit }: Pick<Metric, "better"> & { readonly unit: AnyUnit },
  advice: string,
): string {
  if (change === null) return sentence([verdict === "inconclusive" ? advice : ""]);
  const worse = better === "lower" ? change : turned(change);
  const shown = (it: number): string => formatChange({ ...change, estimate: it }, unit).replace(/^\+/, "");
  switch (verdict) {
    case "pass":
      return worse.upper > 0
        ? `A margin below ${shown(worse.upper)} would not let it pass.`
        : "Other data only: it would pass with any margin.";
    case "regressed":
      return `A margin above ${shown(worse.upper)} would let it pass${worse.estimate < worse.upper ? `, one above ${shown(worse.estimate)} would leave it undecided` : ""}.`;
    case "inconclusive":
      return sentence([
        advice,
        tags.includes("fragile") || worse.upper <= 0
          ? ""
          : `a margin above ${shown(worse.upper)} would let these numbers pass`,
      ]);
  }
}

/** @param isCut whether a recovery was not seen to its end */
export function boundWouldChange(it: Bounded, { kind }: Bound, unit: Metric["unit"], isCut: boolean): string {
  if (it.worst > 0)
    return `A run in which every trial has a value of its own${isCut ? ": leave it more time after the fault" : ""}.`;
  if (it.by === "one") return "More trials: a single one does not tell how much they differ.";
  const [end, within] = kind === "min" ? [it.lower, "at most"] : [it.upper, "at least"];
  const shown = formatValue(end, unit, { spread: it.upper - it.lower });
  if (it.verdict === "pass") return `A bound ${kind === "min" ? "above" : "below"} ${shown} would not let it pass.`;
  return sentence([
    it.verdict === "failed" ? "" : moreWouldDecide(it.trials, it.trialsNeeded, "trial"),
    `a bound of ${within} ${shown} would let these numbers pass`,
  ]);
}

export const moreWouldDecide = (have: number, need: number | null, what: string): string =>
  need === null
    ? `not even ${MOST_PAIRS} ${what}s would be likely to decide it at this noise: steady the scenario or widen the margin`
    : `about ${counted(need - have, `more ${what}`)} (${need} in all) would be likely to decide it`;

function sentence(parts: readonly string[]): string {
  const text = parts.filter((it) => it !== "").join("; ");
  return text === "" ? "" : `${capitalized(text)}.`;
}
