/** What a k6 script measured itself: `k6.<metric>.<stat>`. */

import type { MeasuredPart } from "../../runner/record/load-lines.ts";
import { type ScriptStat, statOf } from "../../runner/record/script-metrics.ts";
import { quantileOf } from "../../runner/record/value-buckets.ts";
import { absent, durationOf, lacking, type Measure, value } from "./measure.ts";

/** Suffixes that remote write gives to names, by what they are a suffix of; the factor to the unit in which k6 itself counts. */
const suffixes: readonly (readonly [suffix: string, factor: number, stats: readonly ScriptStat[]])[] = [
  ["", 1, ["avg", "p50", "p90", "p95", "p99", "max", "count", "per-second", "value", "rate"]],
  ["_seconds", 1000, ["avg", "p50", "p90", "p95", "p99", "max"]],
  ["_bytes", 1, ["avg", "p50", "p90", "p95", "p99", "max"]],
  ["_total", 1, ["count", "per-second"]],
  ["_rate", 1, ["rate"]],
];

export const scriptMeasured: Measure = ({ trial, condition, phases }) => {
  const asked = statOf(condition.metric);
  if (asked === null) return absent(`no metric is named ${condition.metric}`);
  const lack = lacking(trial, condition.metric);
  if (lack !== null) return absent(lack);
  const names = phases.map((it) => it.name);
  for (const [suffix, factor, stats] of suffixes) {
    if (!stats.includes(asked.stat)) continue;
    const measured = trial.measured(asked.metric + suffix, names);
    const read = measured === null ? null : statistic(asked.stat, measured, durationOf(phases));
    if (read !== null) return value(read * factor);
  }
  return absent(
    `the script measured nothing named ${asked.metric} that has the stat ${asked.stat} in ${names.join(", ")}`,
  );
};

/** Null where such a metric has no such statistic. */
function statistic(stat: ScriptStat, { sum, last, values }: MeasuredPart, durationMs: number): number | null {
  switch (stat) {
    case "count":
      return sum;
    case "per-second":
      return durationMs > 0 ? (sum / durationMs) * 1000 : null;
    case "value":
      return last;
    case "rate":
      return values === null || values.count === 0 ? null : 1 - values.zero / values.count;
    case "avg":
      return values === null || values.count === 0 ? null : sum / values.count;
    case "max":
      return values === null ? null : quantileOf(values, 1);
    default:
      return values === null ? null : quantileOf(values, Number(stat.slice(1)) / 100);
  }
}
