/** Each confined instance's cgroup: memory, its limit, OOM kills and throttling. */
import { existsSync } from "node:fs";
import { cpuReading, type Layout, layoutOf, memoryBounds, memoryUsage } from "../substrate/cgroup/layout.ts";
import { descriptors } from "../substrate/procfs/descriptors.ts";
import type { Instance } from "../substrate/target.ts";
import { labelsOf, type Sampler } from "./sampler.ts";

const series = {
  "cgroup.memory": "bytes, page cache included",
  "cgroup.memory.peak": "bytes since the group was made, once a second",
  "cgroup.memory.limit": "bytes, once a second",
  "cgroup.oom-kills": "count, cumulative over the group's life",
  "cgroup.periods": "count of CFS periods with something to run, cumulative",
  "cgroup.throttled": "count of those in which the quota ran out, cumulative",
  "cgroup.throttled.time": "ms, cumulative, summed over CPUs: may exceed wall time",
};
type Metric = keyof typeof series;

const BOUNDS_EVERY_MS = 1000;

interface Watched {
  readonly instance: Instance;
  readonly layout: Layout;
  readonly labels: Readonly<Record<string, string>>;
  boundsAt: number;
}

export const cgroup: Sampler = {
  name: "cgroup",
  series,
  start: ({ emit }) => {
    const files = descriptors();
    const watched = new Map<string, Watched>();

    const tell = (it: Watched, t: number, metric: Metric, value: number | null, reason: string) => {
      if (value !== null) emit(metric, it.labels, t, value);
      else emit.absent(metric, it.labels, t, { kind: reason === noLimit ? "not-applicable" : "unavailable", reason });
    };

    const read = (it: Watched, t: number) => {
      const { layout } = it;
      const memory = memoryUsage(layout, files.read);
      const cpu = cpuReading(layout, files.read);
      // Neither: the group is being removed. One only: the kernel has not the other, or has no such file.
      if (memory.current === null && cpu.periods === null) return;
      tell(it, t, "cgroup.memory", memory.current, noMemory);
      tell(it, t, "cgroup.oom-kills", memory.oomKills, noMemory);
      tell(it, t, "cgroup.periods", cpu.periods, noCpu);
      tell(it, t, "cgroup.throttled", cpu.throttled, noCpu);
      tell(it, t, "cgroup.throttled.time", cpu.throttledMs, noCpu);
    };

    const readBounds = (it: Watched, t: number) => {
      const bounds = memoryBounds(it.layout, files.read);
      if (it.layout.memory !== null && bounds.peak === null && !existsSync(it.layout.memory)) return;
      it.boundsAt = t;
      const without = it.layout.memory === null ? noMemory : null;
      tell(it, t, "cgroup.memory.peak", bounds.peak, without ?? "this kernel has no memory.peak");
      tell(it, t, "cgroup.memory.limit", bounds.limit, without ?? noLimit);
    };

    return {
      tick: (t) => {
        for (const it of watched.values()) {
          read(it, t);
          if (t - it.boundsAt >= BOUNDS_EVERY_MS) readBounds(it, t);
        }
      },
      onInstance: (change, instance, t) => {
        const before = watched.get(instance.id);
        if (change === "exit") {
          if (before?.instance.pid !== instance.pid) return;
          // Once more: an OOM kill is counted only now, and the group may be removed any moment.
          read(before, t);
          readBounds(before, t);
          watched.delete(instance.id);
          for (const path of before.instance.cgroup?.paths ?? []) files.forget(`${path}/`);
        } else if (before?.instance.pid !== instance.pid) {
          const labels = labelsOf(instance);
          if (instance.cgroup === null) {
            const why = { kind: "not-applicable", reason: "the instance is not confined by a cgroup" } as const;
            for (const metric of Object.keys(series)) emit.absent(metric, labels, t, why);
            return;
          }
          const fresh = { instance, layout: layoutOf(instance.cgroup.paths), labels, boundsAt: t };
          watched.set(instance.id, fresh);
          read(fresh, t);
          readBounds(fresh, t);
        }
      },
      stop: async () => files.close(),
    };
  },
};

const noMemory = "the memory controller is not available";
const noCpu = "the cpu controller is not available";
const noLimit = "no memory limit is set";
