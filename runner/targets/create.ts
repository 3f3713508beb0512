/** Makes the target that a scenario names. */
import type { TargetSpec } from "../record/scenario.ts";
import { unreachable } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import type { CgroupSupport } from "../substrate/cgroup/cgroup.ts";
import type { Target } from "../substrate/target.ts";
import type { TargetContext } from "./context.ts";
import { httpTarget } from "./http.ts";
import { processTarget } from "./process.ts";

/** Nothing runs before `ready`. Throws UserError for what can be known to be wrong before that (no such program, no such CA file). */
export function createTarget(spec: TargetSpec, context: TargetContext, host: Host, cgroups: CgroupSupport): Target {
  switch (spec.kind) {
    case "process":
      return processTarget(spec, context, host, cgroups);
    case "http":
      return httpTarget(spec, context, host);
    default:
      return unreachable(spec);
  }
}
