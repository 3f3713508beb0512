/** What nights, commits and metrics are called. */
import type { MetricReport } from "../../../history/metric-report.ts";
import type { HistoryReport, Night } from "../../../history/report.ts";

/** `2026-11-21`. */
export const dayOf = ({ at }: Pick<Night, "at">): string => at.slice(0, 10);

export const shortCommit = (commit: string): string => commit.slice(0, 8);

/** `Response time p99 · steady · checkout`, with the arm when several are followed. */
export const nameOf = ({ title, where, arm }: MetricReport, severalArms: boolean): string =>
  [title, where, severalArms ? arm : ""].filter((it) => it !== "").join(" · ");

export const hasSeveralArms = ({ metrics }: Pick<HistoryReport, "metrics">): boolean =>
  new Set(metrics.map((it) => it.arm)).size > 1;
