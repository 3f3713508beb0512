/** What `recovered:` of a fault says. */
import type { Condition } from "../../record/scenario.ts";
import type { Problems } from "../document/problems.ts";
import type { Node } from "../document/tree.ts";
import type { RecoveredInput } from "../schema/conditions.ts";
import { unlimited } from "./condition.ts";
import { checkLimit } from "./limit.ts";
import { knownMetric, ordinary } from "./metric.ts";

/** Null after a problem. */
export function recoveredCondition(node: Node, value: RecoveredInput, problems: Problems): Condition | null {
  const metric = knownMetric(node, ordinary, problems);
  const limit = metric === undefined ? null : checkLimit(node, metric, problems);
  if (metric === undefined || limit === null) return null;
  const at = problems.position(node.place);
  return { name: `recovered: ${value.metric}`, ...unlimited(metric, {}, null), ...limit, at };
}
