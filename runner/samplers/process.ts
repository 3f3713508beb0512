/** Each instance's process from /proc: CPU time, memory, threads, faults, and time spent waiting for a CPU. */
import { existsSync, readdirSync } from "node:fs";
import { type Descriptors, descriptors } from "../substrate/procfs/descriptors.ts";
import { pageBytes } from "../substrate/procfs/page-size.ts";
import { parseStat, type Stat } from "../substrate/procfs/process.ts";
import type { Instance } from "../substrate/target.ts";
import type { RunningSampler, Sampler, SamplerContext } from "./sampler.ts";

const series = {
  "cpu.time": "ms, cumulative, user and system, ended threads included (task/*/schedstat and stat)",
  rss: "bytes (statm)",
  "rss.peak": "bytes since the process began, once a second (status VmHWM)",
  threads: "count (stat)",
  "faults.major": "count, cumulative (stat)",
  "runqueue.wait": "ms, cumulative, runnable but not running (task/*/schedstat)",
};

const PEAK_EVERY_MS = 1000;
/** Threads are read one by one; a process with more is read that finely once a second only. */
const MANY_THREADS = 64;

/** What is remembered of one process. */
interface Watched {
  readonly instance: Instance;
  readonly folder: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Last reading of each thread, ended ones included: ns on a CPU, ns waiting for one. */
  readonly tasks: Map<string, { cpuNs: number; waitNs: number }>;
  live: readonly string[];
  cpuMs: number;
  peakAt: number;
  told: boolean;
}

export const process: Sampler = {
  name: "process",
  help: "CPU, memory, threads, faults and run-queue wait of each instance, from /proc",
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
    if (stat === null || stat.startedAt !== it.instance.startedAt || stat.state === "Z" || stat.state === "X") return;
    emit("threads", it.labels, t, stat.threads);
    emit("faults.major", it.labels, t, stat.majorFaults);
    const pages = files.read(`${it.folder}statm`)?.split(" ", 2)[1];
    if (pages !== undefined) emit("rss", it.labels, t, Number(pages) * pageSize);

    const secondly = t - it.peakAt >= PEAK_EVERY_MS;
    if (secondly) {
      it.peakAt = t;
      const peak = /^VmHWM:\s+(\d+) kB/m.exec(files.read(`${it.folder}status`) ?? "");
      if (peak) emit("rss.peak", it.labels, t, Number(peak[1]) * 1024);
    }
    if (stat.threads > MANY_THREADS && !secondly) {
      emit("cpu.time", it.labels, t, cpuOf(it, stat));
      return;
    }
    if (readTasks(files, it, stat.threads)) {
      emit("runqueue.wait", it.labels, t, sum(it, "waitNs") / 1e6);
    } else if (!it.told) {
      it.told = true;
      const reason = "the kernel keeps no schedstat (CONFIG_SCHED_INFO)";
      emit.absent("runqueue.wait", it.labels, t, { kind: "unavailable", reason });
    }
    emit("cpu.time", it.labels, t, cpuOf(it, stat));
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
  labels: { target: instance.target, instance: instance.id, pid: String(instance.pid) },
  tasks: new Map(),
  live: [],
  cpuMs: 0,
  peakAt: Number.NEGATIVE_INFINITY,
  told: false,
});

/** Reads every thread's schedstat; false when the kernel has none. The list of threads is read again when it does not fit any more. */
function readTasks(files: Descriptors, it: Watched, threads: number): boolean {
  if (it.live.length !== threads && !list(files, it)) return false;
  const gone = it.live.filter((tid) => !readTask(files, it, tid));
  if (gone.length > 0) {
    list(files, it);
    for (const tid of it.live) readTask(files, it, tid);
  }
  return it.tasks.size > 0;
}

function readTask(files: Descriptors, it: Watched, tid: string): boolean {
  const text = files.read(`${it.folder}task/${tid}/schedstat`);
  if (text === null) return false;
  const [cpuNs = 0, waitNs = 0] = text.split(" ", 2).map(Number);
  it.tasks.set(tid, { cpuNs, waitNs });
  return true;
}

function list(files: Descriptors, it: Watched): boolean {
  try {
    const now = readdirSync(`${it.folder}task`);
    for (const tid of it.live) if (!now.includes(tid)) files.forget(`${it.folder}task/${tid}/`);
    it.live = now;
    return true;
  } catch {
    return false;
  }
}

/**
 * Threads are told in ns, but one that began and ended between two readings only shows in the process's total, which has
 * 10 ms ticks and is cut, never rounded up. So the larger of both is nearer, and it never falls.
 */
function cpuOf(it: Watched, stat: Stat): number {
  it.cpuMs = Math.max(it.cpuMs, sum(it, "cpuNs") / 1e6, stat.utimeMs + stat.stimeMs);
  return it.cpuMs;
}

function sum({ tasks }: Watched, field: "cpuNs" | "waitNs"): number {
  let total = 0;
  for (const task of tasks.values()) total += task[field];
  return total;
}
