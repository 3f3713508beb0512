/** What an arm is at one value of what a search is over. */
import { inFlightFor } from "./in-flight.ts";
import type { Arm, LoadSpec, TargetSpec } from "./scenario.ts";
import type { SearchSpec } from "./search.ts";

/** Everything else stays; how many requests may be in flight follows the rate unless the scenario says it. */
export function atValue<T extends Pick<Arm, "targets" | "load">>(
  arm: T,
  { over, maxInFlight }: Pick<SearchSpec, "over" | "maxInFlight">,
  value: number,
): T {
  if (over.kind === "parameter") return { ...arm, targets: arm.targets.map((it) => targetAt(it, over.path, value)) };
  const { load } = arm;
  if (load.model.kind !== "open") return arm;
  const at: LoadSpec = {
    ...load,
    model: { ...load.model, rate: value },
    maxInFlight: maxInFlight ?? inFlightFor(value, load.timeoutMs),
  };
  return { ...arm, load: at };
}

/** `targets.shop.limits.memory`, `targets.shop.env.THREADS`. */
function targetAt(target: TargetSpec, path: string, value: number): TargetSpec {
  const [, name, part, field = ""] = path.split(".");
  if (target.kind !== "process" || target.name !== name) return target;
  return part === "env"
    ? { ...target, env: { ...target.env, [field]: String(value) } }
    : { ...target, limits: { ...target.limits, [field]: field === "memory" ? Math.round(value) : value } };
}
