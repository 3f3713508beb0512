/** What all metrics of a history come to together. */
import { counted } from "../../../../runner/shared/format.ts";
import type { MetricReport } from "../../../history/metric-report.ts";
import type { HistoryReport, Night } from "../../../history/report.ts";

/** Whom the values are held against, in words; empty when they stand for themselves. */
export function versusText({ versus }: Pick<HistoryReport, "versus">): string {
  if (versus === null) return "";
  return versus.ref === null ? `against ${versus.arm}` : `against ${versus.arm} ${versus.ref}`;
}

/** The whole in one sentence. */
export function headlineOf({ status, metrics, nights, release }: HistoryReport): string {
  if (nights.length === 0) return "No night was measured under the scenario as it is now.";
  const names = (list: readonly MetricReport[]): string => {
    const [first, ...more] = list.map((it) => (it.where === "" ? it.title : `${it.title} (${it.where})`));
    return more.length === 0 ? `${first}` : `${first} and ${counted(more.length, "other metric")}`;
  };
  const having = (...states: readonly MetricReport["state"][]) =>
    metrics.filter((it) => it.worse && states.includes(it.state));
  if (status === "worse") {
    const below = having("below-release");
    const changed = having("changed");
    return [
      changed.length > 0 ? `${names(changed)} got worse` : null,
      below.length > 0
        ? `${names(below)} ${below.length === 1 ? "is" : "are"} worse than release ${release?.name ?? ""}`
        : null,
    ]
      .filter((it) => it !== null)
      .join("; ")
      .concat(".");
  }
  if (status === "suspect") {
    return `${names(having("suspect", "creeping"))} may have become worse: a second session is to confirm it.`;
  }
  if (status === "unknown") return unknownText(metrics, nights);
  const known = metrics.filter((it) => it.state !== "unknown" && it.state !== "absent").length;
  return `Nothing became worse in ${counted(known, "metric")}.`;
}

/** Why nothing can be said of any metric. */
function unknownText(metrics: readonly MetricReport[], nights: readonly Night[]): string {
  const [first] = metrics;
  if (first === undefined) return "The last nights measured nothing that can be followed.";
  if (metrics.some((it) => it.state === "unknown")) return "Too few nights to say anything yet.";
  const reason = first.gaps.find((it) => it.night === nights.length - 1)?.because;
  return `No metric has a value tonight${reason === undefined ? "" : `: ${reason}`}.`;
}

/** Things about the whole that a reader should know first. */
export function noticesOf(report: HistoryReport): string[] {
  const canaries = report.metrics.filter((it) => it.canary !== null);
  const { leftOut, problems, versus } = report;
  return [
    ...(canaries.length > 0 && versus !== null
      ? [
          `${versus.arm} itself is off what its nights predict tonight (${canaries.map((it) => it.title).join(", ")}): the machine, or what all arms share, has changed`,
        ]
      : []),
    ...(leftOut > 0
      ? [
          `${counted(leftOut, "session")} measured under another load, other phases or faults ${leftOut === 1 ? "is" : "are"} left out`,
        ]
      : []),
    ...problems,
  ];
}
