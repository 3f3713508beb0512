/** Takes CPU from instances: a smaller quota of their cgroup, or processes that burn what the quota gives. */
import { z } from "zod";
import { cpuQuota } from "../shared/quantity-fields.ts";
import { burned, squeezed } from "./cpu-deeds.ts";
import { defineFault } from "./define.ts";
import { howMany, notBoth } from "./options.ts";
import { pickInstances, reach } from "./pick.ts";

export const cpuPressure = defineFault({
  kind: "cpu-pressure",
  help: "Squeezes the CPU quota of instances, or burns CPU inside their cgroup",
  options: z
    .strictObject({
      ...howMany,
      to: cpuQuota('Quota while the fault lasts, such as "100m"').optional(),
      burn: z
        .int()
        .min(1)
        .max(64)
        .optional()
        .meta({ description: "Processes that each use up to one core of the quota" }),
    })
    .superRefine(notBoth)
    .superRefine(({ to, burn }, context) => {
      if ((to === undefined) === (burn === undefined)) {
        context.addIssue({ code: "custom", message: 'expected either to (a quota such as "100m") or burn (a number)' });
      }
    }),
  requires: ["cpu-limit"],
  nature: "lasting",
  hits: "instances",
  reach,

  plan: ({ to, burn, ...howMany }, target, random) =>
    pickInstances(howMany, target, random).map((instance) =>
      to === undefined ? burned(instance, burn ?? 1) : squeezed(instance, to),
    ),
});
