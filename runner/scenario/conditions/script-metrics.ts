/** Conditions on what a k6 script measures itself: only its author knows which way is good. */
import { type Metric, metricNamed } from "../../record/metrics.ts";
import { k6sOwn, statOf } from "../../record/script-metrics.ts";
import type { Problems } from "../document/problems.ts";
import { child, type Node, text } from "../document/tree.ts";

/** Undefined after a problem. */
export function scriptMetric(node: Node, k6: boolean, problems: Problems): Metric | undefined {
  const place = child(node, "metric") ?? node;
  const name = text(place) ?? "";
  const metric = statOf(name)?.metric ?? "";
  const instead = Object.hasOwn(k6sOwn, metric) ? k6sOwn[metric] : undefined;
  if (k6 && instead !== undefined) {
    problems.at(
      place,
      `${metric} is k6's own, and ${name} is for what a script measures`,
      instead === "" ? "it is not told here" : `use ${instead}`,
    );
    return undefined;
  }
  if (k6) return metricNamed(name);
  problems.at(place, `${name} is measured by a k6 script, and no arm has engine: k6`);
  return undefined;
}

/** Null where the metric's own direction holds. */
export function checkBetter(node: Node, metric: Metric, problems: Problems): Metric["better"] | null {
  const place = child(node, "better");
  const asked = statOf(metric.name);
  if (asked === null) {
    if (place !== undefined) problems.at(place, `it is known of ${metric.name} which way is good: ${metric.better} is`);
    return null;
  }
  const given = text(place);
  if (given === "lower" || given === "higher") return given;
  if (child(node, "max") !== undefined) return "lower";
  if (child(node, "min") !== undefined) return "higher";
  if (asked.better === null && child(node, "margin") !== undefined)
    problems.inside(
      node,
      `nobody knows whether more of ${metric.name} is good`,
      "add better: lower, or better: higher",
    );
  return null;
}
