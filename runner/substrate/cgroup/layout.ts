/** Where both versions keep a group's counters and limits, and in which units. v1 counts time in ns, v2 in µs. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { hasCode } from "../../shared/errors.ts";
import type { Cgroup } from "./cgroup.ts";
import { keyedNumber, numberIn, type Read, readFile, writeValue } from "./files.ts";

/** Folders by controller; null where the controller is not available. On v2 both are the same folder. */
export interface Layout {
  readonly version: 1 | 2;
  readonly memory: string | null;
  readonly cpu: string | null;
}

type Memory = ReturnType<Cgroup["memory"]>;
type LimitPart = Pick<Cgroup, "cpuLimit" | "setMemoryLimit" | "setCpuLimit" | "memoryLimitFiles" | "cpuLimitFiles">;

/** v1 has no word for "no limit" when read: it shows the largest number of pages, some 2^63 bytes. */
const V1_UNLIMITED = 2 ** 62;
const PERIOD_US = 100_000;
/** The smallest quota that the kernel takes, 1 ms of a period. */
const LEAST_QUOTA_US = 1000;

/** @throws Error when no folder is there */
export function layoutOf(paths: readonly string[]): Layout {
  const having = (file: string) => paths.find((path) => existsSync(join(path, file))) ?? null;
  if (having("cgroup.controllers") !== null) {
    return { version: 2, memory: having("memory.max"), cpu: having("cpu.max") };
  }
  if (having("cgroup.procs") === null) throw new Error(`there is no cgroup at ${paths.join(", ")}`);
  return {
    version: 1,
    memory: having("memory.limit_in_bytes"),
    cpu: having("cpu.cfs_quota_us"),
  };
}

/** @param read how files are read: once, or by a sampler that keeps them open */
export function memoryReading(layout: Layout, read: Read): ReturnType<Cgroup["memory"]> {
  return { ...memoryUsage(layout, read), ...memoryBounds(layout, read) };
}

/** The part that changes all the time. */
export function memoryUsage({ version, memory }: Layout, read: Read): Pick<Memory, "current" | "oomKills"> {
  if (memory === null) return { current: null, oomKills: null };
  return version === 2
    ? {
        current: numberIn(read(`${memory}/memory.current`)),
        oomKills: keyedNumber(read(`${memory}/memory.events`), "oom_kill"),
      }
    : {
        current: numberIn(read(`${memory}/memory.usage_in_bytes`)),
        // failcnt stays 0 after a kill on new kernels: never evidence.
        oomKills: keyedNumber(read(`${memory}/memory.oom_control`), "oom_kill"),
      };
}

/** The part that seldom changes. */
export function memoryBounds({ version, memory }: Layout, read: Read): Pick<Memory, "peak" | "limit"> {
  if (memory === null) return { peak: null, limit: null };
  return version === 2
    ? { peak: numberIn(read(`${memory}/memory.peak`)), limit: numberIn(read(`${memory}/memory.max`)) }
    : {
        peak: numberIn(read(`${memory}/memory.max_usage_in_bytes`)),
        limit: belowUnlimited(numberIn(read(`${memory}/memory.limit_in_bytes`))),
      };
}

export function cpuReading({ version, cpu }: Layout, read: Read): ReturnType<Cgroup["cpu"]> {
  const stat = cpu === null ? null : read(`${cpu}/cpu.stat`);
  const throttled = keyedNumber(stat, version === 2 ? "throttled_usec" : "throttled_time");
  const perMs = version === 2 ? 1e3 : 1e6;
  return {
    periods: keyedNumber(stat, "nr_periods"),
    throttled: keyedNumber(stat, "nr_throttled"),
    throttledMs: throttled === null ? null : throttled / perMs,
  };
}

/** Limits of a group: reading, setting, and how to put them back. */
export function limitsOf(layout: Layout): LimitPart {
  const memory = (file: string) => join(needed(layout.memory, "memory"), file);
  const cpu = (file: string) => join(needed(layout.cpu, "cpu"), file);
  /** memory+swap, where the kernel accounts for swap: must never be below the memory limit. */
  const v1Files = () => {
    const both = memory("memory.memsw.limit_in_bytes");
    return existsSync(both) ? [both, memory("memory.limit_in_bytes")] : [memory("memory.limit_in_bytes")];
  };
  const present = (files: readonly string[], asWritten: (text: string) => string) =>
    files.map((file) => ({ file, value: asWritten((readFile(file) ?? "").trim()) }));

  return {
    cpuLimit: () => coresOf(layout, readFile),
    setMemoryLimit: (bytes) => {
      if (layout.version === 2) return set(memory("memory.max"), bytes === null ? "max" : String(bytes), bytes);
      const files = v1Files();
      const now = numberIn(readFile(memory("memory.limit_in_bytes"))) ?? 0;
      // memory+swap first when rising, last when falling.
      const ordered = bytes === null || bytes > now ? files : files.toReversed();
      for (const file of ordered) set(file, bytes === null ? "-1" : String(bytes), bytes);
    },
    setCpuLimit: (cores) => {
      const quota = cores === null ? null : Math.max(LEAST_QUOTA_US, Math.round(cores * PERIOD_US));
      if (layout.version === 2) return writeValue(cpu("cpu.max"), `${quota ?? "max"} ${PERIOD_US}`);
      writeValue(cpu("cpu.cfs_period_us"), String(PERIOD_US));
      writeValue(cpu("cpu.cfs_quota_us"), String(quota ?? -1));
    },
    memoryLimitFiles: () =>
      layout.version === 2
        ? present([memory("memory.max")], (text) => text)
        : present(v1Files(), (text) => (Number(text) >= V1_UNLIMITED ? "-1" : text)),
    cpuLimitFiles: () => present([layout.version === 2 ? cpu("cpu.max") : cpu("cpu.cfs_quota_us")], (text) => text),
  };
}

function coresOf({ version, cpu }: Layout, read: Read): number | null {
  if (cpu === null) return null;
  const [quota, period] =
    version === 2
      ? (read(join(cpu, "cpu.max")) ?? "").trim().split(" ").map(Number)
      : [numberOf(cpu, "cpu.cfs_quota_us", read), numberOf(cpu, "cpu.cfs_period_us", read)];
  return quota != null && quota > 0 && period ? quota / period : null;
}

function set(file: string, value: string, bytes: number | null): void {
  try {
    writeValue(file, value);
  } catch (error) {
    if (!hasCode(error, "EBUSY")) throw error;
    throw new Error(`the kernel refuses a memory limit of ${bytes} bytes, below what is used now (EBUSY, ${file})`, {
      cause: error,
    });
  }
}

const numberOf = (folder: string | null, file: string, read: Read): number | null =>
  folder === null ? null : numberIn(read(`${folder}/${file}`));

const belowUnlimited = (bytes: number | null): number | null =>
  bytes === null || bytes >= V1_UNLIMITED ? null : bytes;

function needed(folder: string | null, controller: string): string {
  if (folder === null) throw new Error(`this cgroup has no ${controller} controller`);
  return folder;
}
