/** What stands beside the estimate of a gate: how many trials, from where on it decides, how often a trial was worse. */
import { type AnyUnit, counted, formatExact } from "../../runner/shared/format.ts";
import type { Finding } from "../verdict/judgement.ts";

/** `5 pairs` of two arms that ran in turn, else `4 trials`. */
export const trialsOf = ({ control, pairs }: Pick<Finding, "control" | "pairs">): string =>
  counted(pairs, control === "interleaved" ? "pair" : "trial");

/** From where on so many trials decide, with 80 % chance. */
interface Decides {
  /** `4.3 %`: the margin that no change at all passes. Of a bound `460 ms inside`. */
  readonly passes: string;
  /** `+12 %`, `−9 %`: the worsening that is called regressed. Of a bound `520 ms beyond`. */
  readonly fails: string;
  /** Both, for a cell below a head that says which is which. */
  readonly short: string;
  /** The same in words: `passes from 4.3 %`, `fails from +12 %`. */
  readonly words: readonly string[];
}

type Powered = Pick<Finding, "mde" | "mdeFail" | "bound"> & {
  readonly metric: { readonly unit: AnyUnit; readonly better: Finding["metric"]["better"] };
};

/** Null where it is not known. */
export function decidesFrom({ mde, mdeFail, bound, metric }: Powered): Decides | null {
  if (mde === null) return null;
  const unit = bound.relative ? "ratio" : metric.unit === "ratio" ? "points" : metric.unit;
  // It is known from few trials itself: two digits.
  const shown = (size: number): string => formatExact(Number(size.toPrecision(2)), unit);
  const passes = shown(mde);
  if (bound.kind !== "margin") {
    const beyond = mdeFail === null ? "–" : shown(mdeFail);
    const short = bound.kind === "max" ? `\u2212${passes} / +${beyond}` : `+${passes} / \u2212${beyond}`;
    return { passes: `${passes} inside`, fails: `${beyond} beyond`, short, words: [`decides from ${short}`] };
  }
  const fails = mdeFail === null ? "–" : `${metric.better === "lower" ? "+" : "\u2212"}${shown(mdeFail)}`;
  return { passes, fails, short: `${passes} / ${fails}`, words: [`passes from ${passes}`, `fails from ${fails}`] };
}

/** Beside a table with the short form. */
export const DECIDES_FROM =
  "Passes / fails from: the smallest margin that no change at all passes, and the smallest worsening that is called regressed (of a bound: how far from it a value is decided), each with 80 % chance.";

/** Why it is not known from where on a gate decides. */
export function whyNotKnown({ method, tags }: Pick<Finding, "method" | "tags">): string {
  if (method === "none") return "nothing was decided";
  if (tags.includes("one trial, no error rate")) return "one trial does not tell";
  if (tags.includes("no spread")) return "no spread was seen";
  return tags.includes("at least") ? "some trials have no value of their own" : "only ranks count";
}

/** A12 as a share: `96 %`; null without two arms that ran in turn. */
export const worseTrials = ({ a12 }: Pick<Finding, "a12">): string | null =>
  a12 === null ? null : formatExact(Number(a12.toFixed(2)), "ratio");
