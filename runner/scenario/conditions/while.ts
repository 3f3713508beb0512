/** Conditions of a goal of a search: bounds only, on what a trial measures. */
import type { Condition } from "../../record/scenario.ts";
import type { Problems } from "../document/problems.ts";
import { child } from "../document/tree.ts";
import type { Item } from "../draft.ts";
import type { WhileInput } from "../schema/conditions.ts";
import { madeName, unlimited } from "./condition.ts";
import { checkLimit } from "./limit.ts";
import { checkMeasured } from "./measured.ts";
import { checkReferences } from "./references.ts";
import type { Scope } from "./scope.ts";

/** Over the phases that its trials have; `inPhase`: where they are measured when they do not say. */
export function resolveWhile(
  list: readonly Item<WhileInput>[],
  scope: Omit<Scope, "search">,
  inPhase: string | null,
  problems: Problems,
): Condition[] {
  return list.flatMap(({ node, value }) => {
    const metric = checkReferences(node, { ...scope, search: null }, problems);
    if (metric === undefined) return [];
    checkMeasured(node, metric, { ...scope, search: null }, problems);
    if (!metric.gateable)
      problems.at(child(node, "metric") ?? node, `${metric.name} is too unsteady to decide`, "use a quantile");
    const limit = checkLimit(node, metric, problems);
    if (value === undefined || limit === null) return [];
    return [
      {
        name: madeName(value, limit),
        ...unlimited(metric, value, scope.loadTarget),
        phase: value.phase ?? (metric.over === "fault" ? null : inPhase),
        ...limit,
        at: problems.position(node.place),
      },
    ];
  });
}
