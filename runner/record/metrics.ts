/** The metric registry: every metric that a condition may name, by its name. */
import type { Metric } from "./metric.ts";
import { metrics, searchMetrics } from "./metric-list.ts";
import type { Condition } from "./scenario.ts";
import { statOf } from "./script-metrics.ts";
import type { Axis } from "./search.ts";

export type { Metric, MetricKind } from "./metric.ts";
export { metrics, searchMetrics };

/** Whether a search finds it, and in which unit and direction. Undefined for one that no search over this finds. */
export function searchMetric(name: string, { kind, unit, harder }: Axis): Metric | undefined {
  const found = searchMetrics.find((it) => it.name === name);
  if (found === undefined || (kind === "rate") === (name === "capacity.value")) return undefined;
  return { ...found, unit, better: harder === "up" ? "higher" : "lower" };
}

const byName = new Map([...metrics, ...searchMetrics].map((it) => [it.name, it]));

/** Of the registry, or what a load script measures itself. */
export const metricNamed = (name: string): Metric | undefined => byName.get(name) ?? scriptMetric(name);

/** A condition's metric, which of the ways is worse as the condition says. */
export function metricOf({ metric: name, better }: Pick<Condition, "metric" | "better">): Metric | undefined {
  const known = metricNamed(name);
  return known === undefined || better === undefined ? known : { ...known, better };
}

/** What the running load can tell second by second: the metrics that an abort rule may name. */
export const liveMetrics: readonly string[] = [
  "errors.ratio",
  "dropped.ratio",
  "latency.p50",
  "latency.p99",
  "throughput",
];

/** `k6.<metric>.<stat>`. What is worse is a guess where the condition does not say it: of times, sizes and checks a good one. */
function scriptMetric(name: string): Metric | undefined {
  const asked = statOf(name);
  if (asked === null) return undefined;
  return {
    name,
    title: `${asked.metric} (${asked.stat})`,
    unit: asked.stat === "rate" ? "ratio" : asked.stat === "per-second" ? "1/s" : "count",
    better: asked.better ?? "lower",
    scale: asked.stat === "rate" ? "difference" : "ratio",
    kind: "script",
    over: "generator",
    floor: 0,
    gateable: asked.stat !== "max",
  };
}
