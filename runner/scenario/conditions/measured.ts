/** Whether anything will measure what a condition asks of a target's processes: else it stays open, however long it is repeated. */
import type { Metric } from "../../record/metrics.ts";
import type { Problems } from "../document/problems.ts";
import { child, type Node, text } from "../document/tree.ts";
import type { Scope } from "./scope.ts";

export function checkMeasured(node: Node, metric: Metric, scope: Scope, problems: Problems): void {
  if (metric.over !== "target") return;
  const place = child(node, "metric") ?? node;
  const target = text(child(node, "target")) ?? scope.loadTarget;
  if (target !== null && scope.foreign.includes(target)) {
    problems.at(
      place,
      `${metric.name} can't be measured: ${target} is a service that somebody else started`,
      "use what its clients see (latency, errors.ratio, throughput), or a target of kind process",
    );
  } else if (metric.sampler !== undefined && scope.samplersOff.includes(metric.sampler)) {
    problems.at(
      place,
      `${metric.name} can't be measured: the sampler ${metric.sampler} is in samplers.off`,
      "take it out of samplers.off",
    );
  }
}
