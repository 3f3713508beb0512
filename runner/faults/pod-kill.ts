/** Kills instances: with SIGKILL as a crash or a lost node, with SIGTERM as an orderly eviction. */
import { z } from "zod";
import { isAlive, signal } from "./alive.ts";
import { defineFault } from "./define.ts";
import { howMany, notBoth } from "./options.ts";
import { pickInstances, reach } from "./pick.ts";

export const podKill = defineFault({
  kind: "pod-kill",
  help: "Kills instances; the target's supervisor starts them again",
  options: z
    .strictObject({
      ...howMany,
      signal: z
        .enum(["SIGKILL", "SIGTERM"])
        .default("SIGKILL")
        .meta({ description: "SIGKILL: a crash. SIGTERM: an orderly end, which the instance may delay or ignore" }),
    })
    .superRefine(notBoth),
  requires: ["signal"],
  nature: "one-shot",
  hits: "instances",
  reach,

  plan: (options, target, random) =>
    pickInstances(options, target, random).map((instance) => ({
      instance: instance.id,
      does: `send ${options.signal} to process ${instance.pid}`,
      undo: "nothing: the supervisor starts a new instance",
      lease: async () => ({ undo: "nothing", because: "the supervisor starts a new instance" }),
      apply: async ({ host }) => signal(host, instance, options.signal),
      landed: async () =>
        isAlive(instance) ? null : { grade: "A", text: `process ${instance.pid} is gone after ${options.signal}` },
      ...(options.signal === "SIGTERM"
        ? { unproved: "it had not ended yet when the fault did; let its phase last as long as that may take" }
        : {}),
    })),
});
