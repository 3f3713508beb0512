/** Abort rules: bounds on what is known while the load runs. */
import { liveMetrics } from "../../record/metrics.ts";
import type { AbortRule } from "../../record/scenario.ts";
import type { Problems } from "../document/problems.ts";
import type { Item } from "../draft.ts";
import type { AbortInput } from "../schema/conditions.ts";
import { checkLimit } from "./limit.ts";
import { knownMetric } from "./metric.ts";

export function resolveAbort(rules: readonly Item<AbortInput>[], problems: Problems): AbortRule[] {
  return rules.flatMap(({ node, value }) => {
    const metric = knownMetric(node, liveMetrics, problems);
    const limit = metric === undefined ? null : checkLimit(node, metric, problems);
    if (metric === undefined || limit === null || value === undefined) return [];
    return [{ metric: metric.name, max: limit.max, min: limit.min, forMs: value.for }];
  });
}
