/** The two ways to take CPU from an instance in a cgroup: squeeze the quota, or share it with burners. */
import { dirname } from "node:path";
import { childEntry } from "../shared/package.ts";
import type { Cgroup } from "../substrate/cgroup/cgroup.ts";
import { readStat } from "../substrate/procfs/process.ts";
import { isAlive } from "./alive.ts";
import type { BurnOrder } from "./burner.main.ts";
import type { Deed, Instance, Lease } from "./fault.ts";
import { type Helper, park } from "./helper.ts";

/** @param quota cores */
export function squeezed(instance: Instance, quota: number): Deed {
  let throttledBefore = 0;
  return {
    instance: instance.id,
    does: `limit process ${instance.pid} to ${quota} cores`,
    undo: "put the quota back",
    lease: async () => ({
      undo: "all",
      of: groupOf(instance)
        .cpuLimitFiles()
        .map(({ file, value }): Lease => ({ undo: "write", file, value, of: null })),
    }),
    apply: async () => {
      const group = groupOf(instance);
      if (!isAlive(instance)) throw new Error(`${instance.id} had ended before the fault could hit it`);
      const now = group.cpuLimit();
      if (now !== null && now <= quota) throw new Error(`${instance.id} is limited to ${now} cores already`);
      throttledBefore = group.cpu().throttled ?? 0;
      group.setCpuLimit(quota);
    },
    landed: async () => {
      const group = groupOf(instance);
      const { throttled } = group.cpu();
      if (throttled === null || throttled <= throttledBefore) {
        throw new Error(
          `the quota is ${group.cpuLimit()} cores, but ${instance.id} was never throttled: it needs less`,
        );
      }
      return { grade: "A", text: `nr_throttled of its cgroup rose from ${throttledBefore} to ${throttled}` };
    },
  };
}

/** CPU time since it was told to begin that proves a burner runs, ms. */
const enoughMs = 50;
const cpuMs = (pid: number): number => {
  const stat = readStat(pid);
  return stat === null ? 0 : stat.utimeMs + stat.stimeMs;
};

/** @param count processes, each one core at most */
export function burned(instance: Instance, count: number): Deed {
  let burners: Helper[] = [];
  let idle: number[] = [];
  return {
    instance: instance.id,
    does: `burn CPU with ${count === 1 ? "a process" : `${count} processes`} inside the cgroup of process ${instance.pid}`,
    undo: "end what burns",
    lease: async (context) => {
      const entry = childEntry(import.meta.url, "./burner.main");
      burners = await Promise.all(Array.from({ length: count }, () => park(context, entry)));
      return { undo: "all", of: burners.map((it) => it.lease) };
    },
    apply: async () => {
      idle = burners.map(({ pid }) => cpuMs(pid));
      const order: BurnOrder = { procsFiles: cpuProcs(groupOf(instance)) };
      await Promise.all(burners.map((it) => it.begin(order)));
    },
    landed: async () => {
      const inside = new Set(groupOf(instance).pids());
      const used = burners.map(({ pid }, i) => (inside.has(pid) ? cpuMs(pid) - (idle[i] ?? 0) : 0));
      if (!used.every((ms) => ms >= enoughMs)) return null;
      return { grade: "A", text: `inside its cgroup ${count} burned CPU, so far ${used.join(", ")} ms` };
    },
  };
}

function groupOf({ id, cgroup }: Instance): Cgroup {
  if (cgroup === null) throw new Error(`${id} is in no cgroup, so its CPU can't be limited`);
  return cgroup;
}

/** On v1 memory is a hierarchy of its own, which a burner must not charge. */
function cpuProcs(group: Cgroup): readonly string[] {
  if (group.version === 2) return group.procsFiles;
  const memory = group.memory().current === null ? [] : group.memoryLimitFiles().map(({ file }) => dirname(file));
  return group.procsFiles.filter((file) => !memory.includes(dirname(file)));
}
