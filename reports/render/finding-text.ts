/** A finding as text: the cells that the page, the terminal, Markdown and JUnit all show. */
import {
  type AnyUnit,
  type Change,
  counted,
  formatBound,
  formatChange,
  formatChangeRange,
  formatRange,
  formatValue,
} from "../../runner/shared/format.ts";
import type { Finding, OpenEstimate } from "../verdict/judgement.ts";

interface FindingText {
  /** Null: that side does not exist or gave no value. */
  readonly baseline: string | null;
  readonly candidate: string | null;
  /** What is held against the bound: the change, or the value itself for an absolute condition. */
  readonly estimate: string;
  /** Its interval, or why there is none. */
  readonly interval: string;
  readonly allowed: string;
}

/** 0 when one trial gave it: then there is no interval to limit the digits. */
const width = ({ lower, upper, n }: OpenEstimate): number => {
  const spread = lower === null || upper === null ? 0 : upper - lower;
  return n > 1 && Number.isFinite(spread) ? spread : 0;
};

/** What of a finding is told in cells; samples of somebody else's harness have it too. */
export type Told = Pick<Finding, "baseline" | "candidate" | "change" | "bound" | "control" | "mde" | "mdeFail"> & {
  readonly metric: { readonly unit: AnyUnit; readonly better: Finding["metric"]["better"] };
} & Partial<Pick<Finding, "arm" | "versus" | "trials">>;

export function findingText(finding: Told): FindingText {
  const { baseline, candidate, change, metric, bound } = finding;
  const like = Math.max(
    ...[baseline, candidate].map((it) => (it && Number.isFinite(it.value) ? Math.abs(it.value ?? 0) : 0)),
  );
  const value = (it: OpenEstimate) =>
    it.value === null ? endInWords(it, metric) : formatValue(it.value, metric.unit, { spread: width(it), like });
  return {
    baseline: baseline && `${leastSign(finding, finding.versus)}${value(baseline)}`,
    candidate: candidate && `${leastSign(finding, finding.arm)}${value(candidate)}`,
    ...(change
      ? { estimate: formatChange(change, metric.unit), interval: changeRange(finding, change) }
      : absolute(finding, value)),
    allowed: formatBound(bound, metric.unit),
  };
}

/** Trials of an arm that were over before what was waited for had come: they are known as at least so much. */
const unseen = ({ trials = [] }: Told, arm: string | null | undefined) =>
  trials.filter((it) => it.worst && it.value !== null && it.arm === arm).length;

const leastSign = (finding: Told, arm: string | null | undefined): string =>
  unseen(finding, arm) > 0 ? "≥\u202f" : "";

const changeRange = ({ control, metric }: Told, change: Change): string =>
  change.lower === change.upper
    ? `the same in every ${control === "interleaved" ? "pair" : "trial"}`
    : formatChangeRange(change, metric.unit);

function absolute(finding: Told, value: (it: OpenEstimate) => string): Pick<FindingText, "estimate" | "interval"> {
  const { arm, baseline, candidate, metric, bound, trials } = finding;
  if (!candidate) {
    const worst = trials?.some((it) => it.worst && it.arm === arm) ?? false;
    return { estimate: "no value", interval: worst ? "failed or not over in time" : "not measured" };
  }
  if (bound.kind === "margin")
    return { estimate: "no change known", interval: baseline === null ? "nothing to compare with" : "too few trials" };
  if (candidate.value === null) return { estimate: value(candidate), interval: openInWords(candidate, metric) };
  const cut = unseen(finding, arm);
  if (cut > 0)
    return {
      estimate: `${leastSign(finding, arm)}${value(candidate)}`,
      interval: `${cut} of ${counted(candidate.n, "trial")} not over in time`,
    };
  if (candidate.n === 1) return { estimate: value(candidate), interval: "one trial" };
  const [lower, upper] = [candidate.lower ?? Number.NEGATIVE_INFINITY, candidate.upper ?? Number.POSITIVE_INFINITY];
  const interval = formatRange(lower, upper, metric.unit, { like: candidate.value });
  return { estimate: value(candidate), interval };
}

/** The end that holds is inside of what is known, the one that does not hold is outside. */
function endInWords({ lower, upper }: OpenEstimate, { unit, better }: Told["metric"]): string {
  const [holds, atEnd, does, not] =
    better === "higher" ? [lower, "at least", upper, "below"] : [upper, "at most", lower, "above"];
  if (holds !== null) return `${atEnd} ${formatValue(holds, unit)}`;
  return does === null ? "no value" : `${not} ${formatValue(does, unit)}`;
}

function openInWords({ lower, upper }: OpenEstimate, { unit, better }: Told["metric"]): string {
  if (lower !== null && upper !== null) return formatRange(lower, upper, unit);
  return (better === "higher" ? lower : upper) === null ? "does not hold there" : "not seen to break";
}

/** `steady · checkout`, with the arm when several are judged. */
export const placeOf = (finding: Finding, severalArms: boolean): string =>
  [finding.where, severalArms ? finding.arm : ""].filter((it) => it !== "").join(" · ");

/** More than one arm is judged: rows need its name. */
export const hasSeveralArms = (findings: readonly Finding[]): boolean => new Set(findings.map((it) => it.arm)).size > 1;
