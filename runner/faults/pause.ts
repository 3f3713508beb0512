/** Freezes instances with SIGSTOP: they keep their sockets and answer nothing, as in a long GC pause or a stalled disk. */
import { z } from "zod";
import { isStopped } from "../substrate/procfs/process.ts";
import { isAlive, signal } from "./alive.ts";
import { defineFault } from "./define.ts";
import { howMany, notBoth } from "./options.ts";
import { pickInstances, reach } from "./pick.ts";

export const pause = defineFault({
  kind: "pause",
  help: "Stops instances with SIGSTOP until the fault ends: connections stay open, nothing is answered",
  options: z.strictObject(howMany).superRefine(notBoth),
  requires: ["signal"],
  nature: "lasting",
  hits: "instances",
  reach,

  plan: (options, target, random) =>
    pickInstances(options, target, random).map((instance) => ({
      instance: instance.id,
      does: `stop process ${instance.pid}`,
      undo: `continue process ${instance.pid}`,
      lease: async () => ({ undo: "signal", signal: "SIGCONT", pid: instance.pid, startedAt: instance.startedAt }),
      apply: async ({ host }) => signal(host, instance, "SIGSTOP"),
      landed: async () =>
        isAlive(instance) && isStopped(instance.pid)
          ? { grade: "A", text: `process ${instance.pid} is in state T (stopped)` }
          : null,
    })),
});
