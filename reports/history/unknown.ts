/** Metrics that sessions measured and this version has no name for: they are left out, and that is told. */
import { conditionOfKey } from "../../runner/record/condition-key.ts";
import { metricNamed } from "../../runner/record/metrics.ts";
import type { HistoryLine } from "./lines.ts";

interface UnknownMetric {
  readonly name: string;
  readonly sessions: number;
}

export function unknownMetrics(lines: readonly HistoryLine[]): UnknownMetric[] {
  const sessions = new Map<string, number>();
  for (const line of lines) {
    if (line.type !== "session") continue;
    const names = new Set(line.metrics.map((it) => conditionOfKey(it.key).metric));
    for (const name of names) if (metricNamed(name) === undefined) sessions.set(name, (sessions.get(name) ?? 0) + 1);
  }
  return [...sessions].map(([name, count]) => ({ name, sessions: count }));
}
