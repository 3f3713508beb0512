/** Where each instance of a process target is: its port, its output, its cgroup. What was made for them is undone together. */
import { join } from "node:path";
import type { ProcessTargetSpec } from "../record/scenario.ts";
import { messageOf } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import { freePort, givePortBack } from "../shared/ports.ts";
import type { Cgroup, CgroupSupport } from "../substrate/cgroup/cgroup.ts";
import { cgroupPaths, createCgroup, removeCgroup } from "../substrate/cgroup/create.ts";
import type { TargetContext } from "./context.ts";
import { keepOutput, type Output } from "./output.ts";

interface Place {
  readonly port: number;
  readonly output: Output;
  readonly cgroup: Cgroup | null;
}

interface Places {
  /** @throws Error when the kernel refuses the cgroup */
  readonly make: (id: string) => Promise<Place>;
  /** Newest first; never rejects. What can't be undone is warned of, and its lease stays: the watchdog or `recover` tries again. */
  readonly undo: () => Promise<void>;
}

/** @param grouped whether each instance has a cgroup of its own */
export function placesOf(
  { name, limits }: ProcessTargetSpec,
  context: TargetContext,
  host: Host,
  cgroups: CgroupSupport,
  grouped: boolean,
): Places {
  const undo: (() => Promise<void> | void)[] = [];

  const groupOf = (id: string): Cgroup => {
    const groupName = `${context.run}-${context.trial}-${id}`;
    const paths = cgroupPaths(cgroups, groupName);
    const lease = context.lease({ undo: "cgroup", paths });
    undo.push(async () => {
      await removeCgroup(host.clock, paths);
      lease.release();
    });
    return createCgroup(cgroups, groupName, {
      memory: cgroups.memory ? limits.memory : null,
      cpu: cgroups.cpu ? limits.cpu : null,
    });
  };

  return {
    make: async (id) => {
      const port = await freePort();
      undo.push(() => givePortBack(port));
      const output = keepOutput(join(context.rawDir, `${id}.log`), context.redact);
      undo.push(output.close);
      return { port, output, cgroup: grouped ? groupOf(id) : null };
    },
    undo: async () => {
      for (let step = undo.pop(); step !== undefined; step = undo.pop()) {
        try {
          await step();
        } catch (error) {
          context.warn(`${name}: ${messageOf(error)}`);
        }
      }
    },
  };
}
