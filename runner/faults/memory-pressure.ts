/** Lets memory run short in an instance until the kernel's OOM killer ends it; without a cgroup, an emulation that says so. */
import { z } from "zod";
import { bytes } from "../shared/quantity-fields.ts";
import { defineFault } from "./define.ts";
import { emulatedShortage } from "./memory-emulated.ts";
import { kernelShortage } from "./memory-kernel.ts";
import { howMany, notBoth } from "./options.ts";
import { pickInstances, reach } from "./pick.ts";

/**
 * One kill for each instance: with it the ballast goes and the limit is lifted, so that the supervisor's new instance starts as
 * the first one did and recovery counts from the kill.
 */
export const memoryPressure = defineFault({
  kind: "memory-pressure",
  help: "Squeezes the memory limit to just above usage and fills the rest until the instance is OOM-killed, once",
  options: z
    .strictObject({
      ...howMany,
      headroom: bytes('What the squeezed limit leaves above usage, such as "8MiB"').default(8 * 2 ** 20),
    })
    .superRefine(notBoth),
  requires: ["memory-limit"],
  programs: ["tail"],
  nature: "one-shot",
  hits: "instances",
  reach,

  plan: (options, target, random) =>
    pickInstances(options, target, random).map((instance) =>
      // Whether a group accounts for memory is known by looking: on v1 each controller is a hierarchy of its own.
      instance.cgroup?.memory().current == null
        ? emulatedShortage(instance, options.headroom)
        : kernelShortage(target, instance, instance.cgroup, options.headroom),
    ),
});
