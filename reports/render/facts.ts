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

/** Ten times what is bounded: beyond, a size only says that there are too few trials. An amount of its own has no such end. */
export const mostRelative = 10;
function mostTold({ kind, relative, value }: Finding["bound"]): number {
  if (kind === "margin") return relative ? mostRelative : Number.POSITIVE_INFINITY;
  return value === 0 ? Number.POSITIVE_INFINITY : 10 * Math.abs(value);
}

/** What is known from few trials itself, in the unit that it is read in: KiB and MiB of bytes. */
export function twoDigits(size: number, unit: AnyUnit | "points"): number {
  const inBytes = (unit === "bytes" || unit === "bytes/s") && size >= 1024;
  const one = inBytes ? 1024 ** Math.floor(Math.log2(size) / 10) : 1;
  return Number((size / one).toPrecision(2)) * one;
}

type Powered = Pick<Finding, "mde" | "mdeFail" | "bound"> & {
  readonly metric: { readonly unit: AnyUnit; readonly better: Finding["metric"]["better"] };
};

/** Null where it is not known. */
export function decidesFrom({ mde, mdeFail, bound, metric }: Powered): Decides | null {
  if (mde === null) return null;
  const unit = bound.relative ? "ratio" : metric.unit === "ratio" ? "points" : metric.unit;
  const most = mostTold(bound);
  const over = (size: number): string => (size > most ? "over " : "");
  const shown = (size: number): string => formatExact(twoDigits(Math.min(size, most), unit), unit);
  if (bound.kind !== "margin") {
    const signed = (size: number | null, sign: string): string =>
      size === null ? "–" : `${over(size)}${sign}${shown(size)}`;
    const [inside, beyond] = bound.kind === "max" ? ["\u2212", "+"] : ["+", "\u2212"];
    const short = `${signed(mde, inside)} / ${signed(mdeFail, beyond)}`;
    const fails = `${signed(mdeFail, "")} beyond`;
    return { passes: `${signed(mde, "")} inside`, fails, short, words: [`decides from ${short}`] };
  }
  const passes = `${over(mde)}${shown(mde)}`;
  const fails =
    mdeFail === null ? "–" : `${over(mdeFail)}${metric.better === "lower" ? "+" : "\u2212"}${shown(mdeFail)}`;
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
