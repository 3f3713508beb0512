/** A condition with what nobody said filled in: its name, and what it is measured on. */
import type { Metric } from "../../record/metrics.ts";
import type { Condition } from "../../record/scenario.ts";
import type { Limit } from "./limit.ts";
import type { Scope } from "./scope.ts";

/** What a condition may be measured on. */
interface Filters {
  readonly request?: string | undefined;
  readonly phase?: string | undefined;
  readonly fault?: string | undefined;
  readonly target?: string | undefined;
}

type Unlimited = Omit<Condition, keyof Limit | "name" | "at">;

export function unlimited(metric: Metric, value: Filters, loadTarget: Scope["loadTarget"]): Unlimited {
  return {
    label: null,
    metric: metric.name,
    request: value.request ?? null,
    phase: value.phase ?? null,
    fault: value.fault ?? null,
    target: value.target ?? (metric.over === "target" ? loadTarget : null),
    arm: null,
    versus: null,
    advisory: false,
    source: null,
  };
}

export const madeName = (
  value: Filters & {
    readonly metric: string;
    readonly arm?: string | undefined;
    readonly goal?: string | undefined;
  },
  limit: Limit,
): string =>
  [
    ...[value.metric, value.request, value.phase, value.fault, value.target, value.arm, value.goal].filter(
      (it) => it !== undefined,
    ),
    ...(limit.min !== null ? ["min"] : []),
  ].join(" ");
