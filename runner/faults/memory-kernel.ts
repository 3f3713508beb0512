/** Memory shortage made by the kernel: limit squeezed, ballast charged to the instance's own cgroup, the OOM killer does the rest. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { childEntry } from "../shared/package.ts";
import type { Cgroup } from "../substrate/cgroup/cgroup.ts";
import { writeValue } from "../substrate/cgroup/files.ts";
import { isAlive } from "./alive.ts";
import type { BallastOrder } from "./ballast.main.ts";
import type { Deed, Evidence, FaultContext, Instance, Lease } from "./fault.ts";
import { type Helper, park } from "./helper.ts";

const MiB = 2 ** 20;
const mib = (bytes: number | null) => (bytes === null ? "unknown" : `${Math.round((bytes / MiB) * 10) / 10} MiB`);

/** @param headroom bytes that the squeezed limit leaves above usage */
export function kernelShortage(instance: Instance, cgroup: Cgroup, headroom: number): Deed {
  const score = `/proc/${instance.pid}/oom_score_adj`;
  let ballast: Helper | null = null;
  let former: ReturnType<Cgroup["memoryLimitFiles"]> = [];
  let killsBefore = 0;
  // The supervisor may remove the group as soon as the instance is dead: the last reading before that is kept.
  let kills = 0;
  let proof: Evidence | null = null;
  const look = () => {
    kills = cgroup.memory().oomKills ?? kills;
    return isAlive(instance);
  };

  return {
    instance: instance.id,
    does: `squeeze the memory limit of process ${instance.pid} to ${mib(headroom)} above usage and fill it until the kernel kills it`,
    undo: "end the ballast, put the limit and the OOM score back",

    lease: async (context): Promise<Lease> => {
      ballast = await park(context, childEntry(import.meta.url, "./ballast.main"));
      former = cgroup.memoryLimitFiles();
      const of = { pid: instance.pid, startedAt: instance.startedAt };
      return {
        undo: "all",
        of: [
          ballast.lease,
          ...former.map(({ file, value }): Lease => ({ undo: "write", file, value, of: null })),
          { undo: "write", file: score, value: readFileSync(score, "utf8").trim(), of },
        ],
      };
    },

    apply: async (context) => {
      if (!isAlive(instance)) throw new Error(`${instance.id} had ended before the fault could hit it`);
      killsBefore = cgroup.memory().oomKills ?? 0;
      kills = killsBefore;
      // The highest badness of the group: else the kernel may pick the ballast.
      writeValue(score, "1000");
      const limit = await squeeze(cgroup, headroom, context);
      const order: BallastOrder = { procsFiles: [memoryProcs(former)], most: limit, step: MiB };
      await ballast?.ask(JSON.stringify(order));
      void watch(context);
    },

    landed: async () => {
      if (look()) {
        if (kills > killsBefore)
          throw new Error(`the kernel killed another process of the cgroup, not ${instance.pid}`);
        const { current, limit } = cgroup.memory();
        throw new Error(`process ${instance.pid} lives: its cgroup uses ${mib(current)} of ${mib(limit)}`);
      }
      proof ??= proofOfDeath(instance.pid, killsBefore, kills);
      lift();
      return proof;
    },
  };

  /** Reads the counter more often than the journal asks, and takes the shortage away as soon as the instance is dead. */
  async function watch({ host }: FaultContext): Promise<void> {
    const until = host.clock.now() + 60_000;
    while (host.clock.now() < until && look()) await host.clock.sleep(3);
    if (!isAlive(instance)) lift();
  }

  /** Early part of what the lease undoes anyway. */
  function lift(): void {
    ballast?.end();
    try {
      for (const { file, value } of former) writeValue(file, value);
    } catch {
      // The group went with its instance.
    }
  }
}

function proofOfDeath(pid: number, before: number, after: number): Evidence {
  const gone = `process ${pid} is gone`;
  if (after > before) return { grade: "A", text: `${gone} and oom_kill of its cgroup rose from ${before} to ${after}` };
  return { grade: "C", text: `${gone} while its memory was squeezed, but oom_kill of its cgroup was not seen to rise` };
}

/** Sets the limit to usage + headroom and returns it. v1 refuses less than is used at that moment: then again, from the new usage. */
async function squeeze(cgroup: Cgroup, headroom: number, { host }: FaultContext): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const { current, limit } = cgroup.memory();
    const wanted = (current ?? 0) + headroom;
    if (limit !== null && limit <= wanted) return limit;
    try {
      cgroup.setMemoryLimit(wanted);
      return cgroup.memory().limit ?? wanted;
    } catch (error) {
      if (attempt === 50) throw error;
      await host.clock.sleep(10);
    }
  }
}

/** Only the hierarchy that counts memory: the ballast must not use the instance's share of CPU. */
function memoryProcs(limitFiles: readonly { readonly file: string }[]): string {
  const [first] = limitFiles;
  if (first === undefined) throw new Error("the instance's cgroup has no memory limit to squeeze");
  return join(dirname(first.file), "cgroup.procs");
}
