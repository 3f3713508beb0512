/** A chart in words, for everybody who does not see it. */
import { counted } from "../../../../runner/shared/format.ts";
import type { MetricReport } from "../../../history/metric-report.ts";
import type { HistoryReport, Night } from "../../../history/report.ts";
import { dayOf } from "./names.ts";
import { changeWords } from "./states.ts";
import { levelText, shiftText } from "./values.ts";

export function chartText(metric: MetricReport, { nights }: Pick<HistoryReport, "nights">): string {
  const day = (night: number): string => dayOf(nights[night] as Night);
  const levels = metric.segments.map((it) => {
    const { mean, interval } = levelText(metric, it);
    return `${mean} (${interval}) from ${day(it.first)} to ${day(it.last)}`;
  });
  const changes = metric.changes.map(
    (it) => `${day(it.night)} by ${shiftText(it, metric.unit)}, ${changeWords[it.state]}`,
  );
  return [
    `${counted(metric.points.length, "night")} with a value, ${metric.gaps.length} without.`,
    `Levels: ${levels.join("; ")}.`,
    changes.length === 0 ? "No change." : `Changes: ${changes.join("; ")}.`,
  ].join(" ");
}
