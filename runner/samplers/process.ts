/** Each instance's process from /proc: CPU time, memory, threads, page faults, and time spent waiting for a CPU. */
import { existsSync } from "node:fs";
import { namesIn } from "../shared/files.ts";
import { isStillLauncher } from "../substrate/launch.ts";
import { childrenOf } from "../substrate/procfs/children.ts";
import { type Descriptors, descriptors } from "../substrate/procfs/descriptors.ts";
import { pageBytes } from "../substrate/procfs/page-size.ts";
import { isZombie, parseStat, readOrNull } from "../substrate/procfs/process.ts";
import type { Instance } from "../substrate/target.ts";
import { type Absent, labelsOf, type RunningSampler, type Sampler, type SamplerContext } from "./sampler.ts";

const series = {
  "cpu.time": "ms, cumulative, user and system, ended threads included (task/*/schedstat and stat)",
  "cpu.children":
    "ms, cumulative, of processes that it started and theirs, once a second; told once there was any (stat)",
  rss: "bytes (stat)",
  "rss.children":
    "bytes, of processes that it started and theirs together, once a second; told once there was any (stat)",
  "rss.peak": "bytes since the process began, once a second (status VmHWM)",
  threads: "count (stat)",
  "threads.children": "count, of processes that it started and theirs, once a second; told once there was any (stat)",
  "faults.major": "count of page faults that waited for a disk, cumulative (stat)",
  "faults.minor": "count of page faults that did not, cumulative (stat)",
  "runqueue.wait": "ms, cumulative, runnable but not running (task/*/schedstat)",
};

const SELDOM_EVERY_MS = 1000;
/** Threads that did nothing lately are read this seldom, unless the process's total shows that one of them does something. */
const ALL_THREADS_EVERY_MS = 1000;

interface Task {
  readonly cpuNs: number;
  readonly waitNs: number;
  /** Nothing changed between the last two readings. */
  readonly quiet: boolean;
}

/** What is remembered of one process. */
interface Watched {
  readonly instance: Instance;
  readonly folder: string;
  readonly labels: Readonly<Record<string, string>>;
  /** It was seen to be the program: before, it is our launcher, whose memory and threads are not the target's. */
  isProgram: boolean;
  /** Last reading of each thread, ended ones included. */
  readonly tasks: Map<string, Task>;
  live: readonly string[];
  /** CPU time of threads that began or ended unseen. */
  unseenMs: number;
  /** What is read seldom was read then. */
  seldomAt: number;
  /** One that leaves its parent takes its time with it: the count does not fall. */
  childrenMs: number;
  hadChildren: boolean;
  allAt: number;
}

export const process: Sampler = {
  name: "process",
  series,
  start: (context) => {
    if (!existsSync("/proc/self/stat")) {
      for (const metric of Object.keys(series)) {
        context.emit.absent(metric, {}, 0, { kind: "unavailable", reason: "this system has no /proc" });
      }
      return { tick: () => undefined, stop: async () => undefined };
    }
    return watch(context);
  },
};

function watch({ emit }: SamplerContext): RunningSampler {
  const files = descriptors();
  const watched = new Map<string, Watched>();
  const pageSize = pageBytes();

  const read = (it: Watched, t: number) => {
    const stat = parseStat(files.read(`${it.folder}stat`) ?? "");
    // A stranger who got the pid, or a zombie whose memory is gone: neither is zero bytes of ours.
    if (stat === null || stat.startedAt !== it.instance.startedAt || isZombie(stat)) return;
    it.isProgram ||= !isStillLauncher(readOrNull(`${it.folder}cmdline`) ?? "");
    if (it.isProgram) emit("threads", it.labels, t, stat.threads);
    emit("faults.major", it.labels, t, stat.majorFaults);
    emit("faults.minor", it.labels, t, stat.minorFaults);
    // The kernel counts pages in batches per CPU: a process that has just begun may show none, which no process has.
    if (it.isProgram && stat.rssPages > 0) emit("rss", it.labels, t, stat.rssPages * pageSize);
    if (it.live.length !== stat.threads) list(files, it);
    if (t - it.seldomAt >= SELDOM_EVERY_MS) {
      it.seldomAt = t;
      const peak = /^VmHWM:\s+(\d+) kB/m.exec(files.read(`${it.folder}status`) ?? "");
      if (it.isProgram && peak) emit("rss.peak", it.labels, t, Number(peak[1]) * 1024);
      const living = childrenOf(stat.pid, it.live, files.read, readOrNull);
      it.childrenMs = Math.max(it.childrenMs, stat.waitedForMs + living.cpuMs);
      if (it.childrenMs > 0) emit("cpu.children", it.labels, t, it.childrenMs);
      it.hadChildren ||= living.threads > 0;
      if (it.hadChildren) {
        emit("rss.children", it.labels, t, living.rssPages * pageSize);
        emit("threads.children", it.labels, t, living.threads);
      }
    }

    readTasks(files, it, t - it.allAt >= ALL_THREADS_EVERY_MS, t);
    // Threads are told in ns. What began and ended between two readings only shows in the process's total, which has 10 ms
    // ticks and is cut, never rounded up: so it is never more than the threads together, unless something was not seen.
    const totalMs = stat.utimeMs + stat.stimeMs;
    if (totalMs > cpuOf(it)) readTasks(files, it, true, t);
    it.unseenMs += Math.max(0, totalMs - cpuOf(it));
    emit("cpu.time", it.labels, t, cpuOf(it));
    if (it.tasks.size > 0) emit("runqueue.wait", it.labels, t, sum(it, "waitNs") / 1e6);
    else emit.absent("runqueue.wait", it.labels, t, noSchedstat);
  };

  return {
    tick: (t) => {
      for (const it of watched.values()) read(it, t);
    },
    onInstance: (change, instance, t) => {
      const before = watched.get(instance.id);
      if (change === "exit") {
        if (before?.instance.pid !== instance.pid) return;
        watched.delete(instance.id);
        files.forget(before.folder);
      } else if (before?.instance.pid !== instance.pid || before.instance.startedAt !== instance.startedAt) {
        if (before) files.forget(before.folder);
        const fresh = watchedFrom(instance);
        watched.set(instance.id, fresh);
        read(fresh, t);
      }
    },
    stop: async () => files.close(),
  };
}

const watchedFrom = (instance: Instance): Watched => ({
  instance,
  folder: `/proc/${instance.pid}/`,
  labels: labelsOf(instance),
  isProgram: false,
  tasks: new Map(),
  live: [],
  unseenMs: 0,
  seldomAt: Number.NEGATIVE_INFINITY,
  childrenMs: 0,
  hadChildren: false,
  allAt: Number.NEGATIVE_INFINITY,
});

const noSchedstat: Absent = { kind: "unavailable", reason: "the kernel keeps no schedstat (CONFIG_SCHED_INFO)" };

/** Reads the schedstat of the threads, quiet ones only when `all`. */
function readTasks(files: Descriptors, it: Watched, all: boolean, t: number): void {
  if (all) it.allAt = t;
  for (const tid of it.live) {
    const before = it.tasks.get(tid);
    if (before?.quiet && !all) continue;
    const text = files.read(`${it.folder}task/${tid}/schedstat`);
    if (text === null) {
      // It ended: another may have taken its place in the count.
      it.live = [];
      continue;
    }
    const [cpuNs = 0, waitNs = 0] = text.split(" ", 2).map(Number);
    it.tasks.set(tid, { cpuNs, waitNs, quiet: before?.cpuNs === cpuNs && before.waitNs === waitNs });
  }
}

/** Lists the threads anew. */
function list(files: Descriptors, it: Watched): void {
  const now = namesIn(`${it.folder}task`);
  const left = new Set(now);
  for (const tid of it.live) if (!left.has(tid)) files.forget(`${it.folder}task/${tid}/`);
  it.live = now;
}

const cpuOf = (it: Watched): number => it.unseenMs + sum(it, "cpuNs") / 1e6;

function sum({ tasks }: Watched, field: "cpuNs" | "waitNs"): number {
  let total = 0;
  for (const task of tasks.values()) total += task[field];
  return total;
}
