/** Conditions of a goal of a search: bounds only, on what a trial measures. */
import type { Condition } from "../record/scenario.ts";
import { checkLimit, checkReferences, madeName, type Scope } from "./conditions.ts";
import type { Item } from "./draft.ts";
import type { Problems } from "./problems.ts";
import type { WhileInput } from "./schema/conditions.ts";
import { child } from "./tree.ts";

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
    if (!metric.gateable)
      problems.at(child(node, "metric") ?? node, `${metric.name} is too unsteady to decide`, "use a quantile");
    const limit = checkLimit(node, metric, problems);
    if (value === undefined || limit === null) return [];
    return [
      {
        name: madeName({ ...value, advisory: false }, limit),
        label: null,
        metric: metric.name,
        request: value.request ?? null,
        phase: value.phase ?? (metric.over === "fault" ? null : inPhase),
        fault: value.fault ?? null,
        target: value.target ?? (metric.over === "target" ? scope.loadTarget : null),
        ...{ arm: null, versus: null },
        ...limit,
        advisory: false,
        source: null,
        at: problems.position(node.place),
      },
    ];
  });
}
