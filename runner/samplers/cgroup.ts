/** Each confined instance's cgroup: memory, its limit, OOM kills, CPU time and throttling. */
import { cpuReading, type Layout, layoutOf, memoryReading } from "../substrate/cgroup/layout.ts";
import { descriptors } from "../substrate/procfs/descriptors.ts";
import type { Instance } from "../substrate/target.ts";
import type { Sampler } from "./sampler.ts";

const series = {
  "cgroup.memory": "bytes, page cache included",
  "cgroup.memory.peak": "bytes since the group was made",
  "cgroup.memory.limit": "bytes",
  "cgroup.oom-kills": "count, cumulative over the group's life",
  "cgroup.cpu.time": "ms, cumulative",
  "cgroup.periods": "count of CFS periods with something to run, cumulative",
  "cgroup.throttled": "count of those in which the quota ran out, cumulative",
  "cgroup.throttled.time": "ms, cumulative, summed over CPUs: may exceed wall time",
};
type Metric = keyof typeof series;

interface Watched {
  readonly instance: Instance;
  readonly layout: Layout;
  readonly labels: Readonly<Record<string, string>>;
}

export const cgroup: Sampler = {
  name: "cgroup",
  help: "memory, limit, OOM kills, CPU time and throttling of each confined instance",
  series,
  start: ({ emit }) => {
    const files = descriptors();
    const watched = new Map<string, Watched>();

    const read = ({ layout, labels }: Watched, t: number) => {
      const memory = memoryReading(layout, files.read);
      const cpu = cpuReading(layout, files.read);
      // Neither: the group is being removed. One only: the kernel has not the other, or has no such file.
      if (memory.current === null && cpu.usageMs === null && cpu.periods === null) return;
      const readings: readonly (readonly [Metric, number | null, string])[] = [
        ["cgroup.memory", memory.current, noMemory],
        ["cgroup.memory.peak", memory.peak, layout.memory === null ? noMemory : "this kernel has no memory.peak"],
        ["cgroup.memory.limit", memory.limit, layout.memory === null ? noMemory : noLimit],
        ["cgroup.oom-kills", memory.oomKills, noMemory],
        ["cgroup.cpu.time", cpu.usageMs, "the cpuacct controller is not available"],
        ["cgroup.periods", cpu.periods, noCpu],
        ["cgroup.throttled", cpu.throttled, noCpu],
        ["cgroup.throttled.time", cpu.throttledMs, noCpu],
      ];
      for (const [metric, value, reason] of readings) {
        if (value !== null) emit(metric, labels, t, value);
        else emit.absent(metric, labels, t, { kind: reason === noLimit ? "not-applicable" : "unavailable", reason });
      }
    };

    return {
      tick: (t) => {
        for (const it of watched.values()) read(it, t);
      },
      onInstance: (change, instance, t) => {
        const before = watched.get(instance.id);
        if (change === "exit") {
          if (before?.instance.pid !== instance.pid) return;
          // Once more: an OOM kill is counted only now, and the group may be removed any moment.
          read(before, t);
          watched.delete(instance.id);
          for (const path of before.instance.cgroup?.paths ?? []) files.forget(`${path}/`);
        } else if (before?.instance.pid !== instance.pid) {
          const labels = { target: instance.target, instance: instance.id, pid: String(instance.pid) };
          if (instance.cgroup === null) {
            const why = { kind: "not-applicable", reason: "the instance is not confined by a cgroup" } as const;
            for (const metric of Object.keys(series)) emit.absent(metric, labels, t, why);
            return;
          }
          const fresh = { instance, layout: layoutOf(instance.cgroup.paths), labels };
          watched.set(instance.id, fresh);
          read(fresh, t);
        }
      },
      stop: async () => files.close(),
    };
  },
};

const noMemory = "the memory controller is not available";
const noCpu = "the cpu controller is not available";
const noLimit = "no memory limit is set";
