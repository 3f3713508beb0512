/** What stands beside the estimate of a gate: how many trials, what it could have found, how often a trial was worse. */
import { counted, formatExact } from "../../runner/shared/format.ts";
import type { Finding } from "../verdict/judgement.ts";

/** `5 pairs` of two arms that ran in turn, else `4 trials`. */
export const trialsOf = ({ control, pairs }: Pick<Finding, "control" | "pairs">): string =>
  counted(pairs, control === "interleaved" ? "pair" : "trial");

/** `+4.3 %`, `−3 %`, `460 ms beyond` its bound; null where none is known. */
export function detectable({ mde, bound, metric }: Pick<Finding, "mde" | "bound" | "metric">): string | null {
  if (mde === null) return null;
  // It is known from few trials itself: two digits.
  const size = Number(mde.toPrecision(2));
  const shown = formatExact(size, bound.relative ? "ratio" : metric.unit === "ratio" ? "points" : metric.unit);
  if (bound.kind !== "margin") return `${shown} beyond`;
  return `${metric.better === "lower" ? "+" : "\u2212"}${shown}`;
}

/** Why it is not known what a gate could have found. */
export function whyNotDetectable({ method, tags }: Pick<Finding, "method" | "tags">): string {
  if (method === "none") return "nothing was decided";
  if (tags.includes("one trial, no error rate")) return "one trial does not tell";
  if (tags.includes("no spread")) return "no spread was seen";
  return tags.includes("at least") ? "some trials have no value of their own" : "only ranks count";
}

/** A12 as a share: `96 %`; null without two arms that ran in turn. */
export const worseTrials = ({ a12 }: Pick<Finding, "a12">): string | null =>
  a12 === null ? null : formatExact(Number(a12.toFixed(2)), "ratio");
