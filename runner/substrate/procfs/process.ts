/** What /proc tells about a process: identity, state, times, environment. Everything is null for a process that is gone. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { pageBytes } from "./page-size.ts";

interface Stat {
  readonly pid: number;
  /** One letter as in proc(5): R running, S sleeping, D disk, T stopped, Z zombie … */
  readonly state: string;
  readonly parent: number;
  /** Clock ticks since boot: with the pid it names one process for ever. */
  readonly startedAt: number;
  readonly utimeMs: number;
  readonly stimeMs: number;
  /** CPU time of children that ended and were waited for, and of theirs. */
  readonly waitedForMs: number;
  readonly threads: number;
  /** 0 of a kernel thread, and of a zombie. */
  readonly virtualBytes: number;
  /** Resident set, in pages (`pageBytes`). */
  readonly rssPages: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
}

interface ProcessId {
  readonly pid: number;
  readonly startedAt: number;
}

/** USER_HZ: the unit of times in /proc, 100 on every architecture that Node runs on. */
export const TICK_MS = 10;

/** A process as /proc/PID/stat shows it, zombies included; null when there is none. */
export function readStat(pid: number): Stat | null {
  const text = readOrNull(`/proc/${pid}/stat`);
  return text === null ? null : parseStat(text);
}

/** The name in parentheses may hold spaces and parentheses itself: fields are counted from the last ")". */
export function parseStat(text: string): Stat | null {
  const close = text.lastIndexOf(")");
  if (close < 0) return null;
  const field = text.slice(close + 2).split(" ");
  // proc(5) counts from 1 and `state` is field 3.
  const number = (n: number) => Number(field[n - 3]);
  const stat = {
    pid: Number.parseInt(text, 10),
    state: field[0] ?? "",
    parent: number(4),
    minorFaults: number(10),
    majorFaults: number(12),
    utimeMs: number(14) * TICK_MS,
    stimeMs: number(15) * TICK_MS,
    waitedForMs: (number(16) + number(17)) * TICK_MS,
    threads: number(20),
    startedAt: number(22),
    virtualBytes: number(23),
    rssPages: number(24),
  };
  return Number.isFinite(stat.rssPages) ? stat : null;
}

/** Start time in clock ticks since boot, of a zombie too: a child that died at once still had one. */
export const startTime = (pid: number): number | null => readStat(pid)?.startedAt ?? null;

/** Its first thread has ended: /proc shows no memory of the process any more, though other threads may still run. */
export const isZombie = ({ state }: Stat): boolean => state === "Z" || state === "X";

/**
 * Whether this very process still runs. A zombie whose threads are all gone does not: it only waits for its parent. One with threads
 * left does: under a CPU quota the killed threads need their turn to end, and until then the process is in its cgroup and has its files open.
 */
export function isSame(pid: number, startedAt: number): boolean {
  const stat = readStat(pid);
  return stat !== null && stat.startedAt === startedAt && !(isZombie(stat) && stat.threads <= 1);
}

/** Resident set, in bytes. A zombie has none: null, as for a process that is gone. */
export function residentBytes(pid: number): number | null {
  const stat = readStat(pid);
  return stat === null || isZombie(stat) ? null : stat.rssPages * pageBytes();
}

/** Stopped by SIGSTOP, or by a debugger. */
export function isStopped(pid: number): boolean {
  const state = readStat(pid)?.state;
  return state === "T" || state === "t";
}

/**
 * The environment that the process was started with; null when it is gone or not ours to read. A program that writes its
 * title over its environment (some servers do) shows that instead. Once its first thread has ended, another one is asked.
 */
export function environmentOf(pid: number): ReadonlyMap<string, string> | null {
  const text = readOrNull(`/proc/${pid}/environ`) ?? readOfAnyThread(pid, "environ");
  if (text === null) return null;
  const entries = text.split("\0").filter((entry) => entry.includes("=", 1));
  return new Map(
    entries.map((entry) => {
      const equals = entry.indexOf("=", 1);
      return [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}

/** Every living process of this user that was started with `name=value` in its environment, in order of pid. */
export function processesWith(name: string, value: string): ProcessId[] {
  return ownPids().flatMap((pid) => {
    const startedAt = startTime(pid);
    if (startedAt === null || environmentOf(pid)?.get(name) !== value) return [];
    // Asked again: between the two reads the pid may have passed to somebody else.
    return isSame(pid, startedAt) ? [{ pid, startedAt }] : [];
  });
}

/**
 * Whether any process of this user is in the midst of becoming another program: the kernel has given it its new memory, and neither
 * arguments nor environment to show. Kernel threads and zombies have no memory.
 */
export const anyIsStarting = (): boolean =>
  ownPids().some((pid) => {
    if (readOrNull(`/proc/${pid}/cmdline`) !== "") return false;
    const stat = readStat(pid);
    return stat !== null && stat.virtualBytes > 0;
  });

function ownPids(): number[] {
  const user = userInfo().uid;
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && ownerOf(entry) === user)
    .map(Number)
    .sort((a, b) => a - b);
}

const ownerOf = (pid: string): number | null => statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid ?? null;

function readOfAnyThread(pid: number, file: string): string | null {
  let threads: readonly string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return null;
  }
  for (const thread of threads) {
    const text = readOrNull(`/proc/${pid}/task/${thread}/${file}`);
    if (text !== null) return text;
  }
  return null;
}

/** ENOENT and ESRCH mean gone, EACCES and EPERM not ours: all the same to the callers. */
export function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
