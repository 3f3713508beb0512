/** What a metric has come to over the nights: its word, its place among the others, and a clause. */
import { counted, formatChange, formatExact } from "../../../../runner/shared/format.ts";
import type { ChangeState } from "../../../history/change-report.ts";
import type { MetricReport, MetricState } from "../../../history/metric-report.ts";
import type { Guarded } from "../../../history/release.ts";
import type { HistoryReport, Night } from "../../../history/report.ts";
import type { Word } from "../../words.ts";
import { dayOf } from "./names.ts";
import { lastSegment, shiftText } from "./values.ts";

export function wordOf({ state, worse, changes, about }: MetricReport): Word {
  const better = about !== null && !worse;
  switch (state) {
    case "steady":
      return { icon: "✓", tone: "good", word: "steady" };
    case "changed":
      return better ? { icon: "✓", tone: "good", word: "better" } : { icon: "✗", tone: "bad", word: "worse" };
    case "below-release":
      return { icon: "✗", tone: "bad", word: "below release" };
    case "creeping":
      return { icon: "!", tone: better ? "none" : "open", word: better ? "creeping, better" : "creeping" };
    case "suspect":
      return { icon: "!", tone: better ? "none" : "open", word: better ? "suspect, better" : "suspect" };
    case "unknown":
      return { icon: "–", tone: "none", word: changes.length > 0 ? "new level" : "too few nights" };
    case "absent":
      return { icon: "–", tone: "none", word: "no value" };
  }
}

export const changeWords: Readonly<Record<ChangeState, string>> = {
  suspect: "suspect",
  confirmed: "confirmed",
  accepted: "accepted",
  refuted: "refuted by a second session",
};

export const statusWords: Readonly<Record<HistoryReport["status"], Word>> = {
  steady: { icon: "✓", tone: "good", word: "steady" },
  unknown: { icon: "–", tone: "none", word: "unknown" },
  suspect: { icon: "!", tone: "open", word: "suspect" },
  worse: { icon: "✗", tone: "bad", word: "worse" },
};

const ranks: Readonly<Record<MetricState, number>> = {
  changed: 0,
  "below-release": 1,
  suspect: 2,
  creeping: 3,
  absent: 5,
  unknown: 6,
  steady: 7,
};

/** What got worse first, then what got better, then all others. */
export const inOrder = (metrics: readonly MetricReport[]): MetricReport[] => {
  const rankOf = ({ state, worse, about }: MetricReport): number => (about !== null && !worse ? 4 : ranks[state]);
  return [...metrics].sort((a, b) => rankOf(a) - rankOf(b));
};

/** What the state is, in a clause: since when, by how much. */
export function stateText(
  metric: MetricReport,
  { nights, release }: Pick<HistoryReport, "nights" | "release">,
): string {
  const change = metric.about === null ? undefined : metric.changes[metric.about];
  const day = (night: number): string => dayOf(nights[night] as Night);
  switch (metric.state) {
    case "steady": {
      const level = lastSegment(metric);
      return level === undefined ? "steady" : `steady for ${counted(level.nights, "night")}`;
    }
    case "changed":
      return change === undefined
        ? ""
        : `changed at ${day(change.night)} by ${shiftText(change, metric.unit)}, ${changeWords[change.state]}`;
    case "suspect":
    case "creeping": {
      if (change === undefined) return "";
      const since = nights.length - change.night;
      return `${metric.state} since ${day(change.night)} (${counted(since, "night")}): ${shiftText(change, metric.unit)}`;
    }
    case "below-release":
      return metric.release === null
        ? ""
        : `below release ${release?.name ?? ""} by ${releaseText(metric, metric.release)}`;
    case "unknown":
      return metric.needs === null
        ? ""
        : `${metric.needs.have} of the ${metric.needs.need} nights before tonight that a look needs`;
    case "absent":
      return metric.gaps.find((it) => it.night === nights.length - 1)?.because ?? "no value tonight";
  }
}

/** `+8.9 % (at least 7.1 %), allowed 5 %` */
function releaseText({ better, unit }: MetricReport, { scale, estimate, lower, margin }: Guarded): string {
  const told = (it: number): number => {
    const larger = better === "lower" ? it : -it;
    return (scale === "ratio" ? Math.expm1(larger) : larger) + 0;
  };
  const change = { scale, estimate: told(estimate), lower: told(lower), upper: told(2 * estimate - lower) };
  const allowed = Math.abs(told(margin));
  const shown = scale === "ratio" ? "ratio" : unit === "ratio" ? "points" : unit;
  return `${formatChange(change, unit)} (at least ${formatChange({ ...change, estimate: change.lower }, unit)}), allowed ${formatExact(Number(allowed.toPrecision(3)), shown)}`;
}
