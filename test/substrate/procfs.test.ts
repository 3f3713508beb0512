import { readFileSync, symlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test as prop } from "@fast-check/vitest";
import fc from "fast-check";
import { expect, test } from "vitest";
import { descriptors } from "../../runner/substrate/procfs/descriptors.ts";
import {
  environmentOf,
  isSame,
  isStopped,
  parseStat,
  processesWith,
  readStat,
  startTime,
} from "../../runner/substrate/procfs/process.ts";
import { forever, start, startNode } from "../support/child.ts";
import { confined, nodeScript } from "../support/confined.ts";
import { eventually } from "../support/eventually.ts";
import { needs } from "../support/needs.ts";
import { unique } from "../support/unique.ts";

const nobody = 2 ** 22 + 1; // beyond the largest pid that Linux gives

prop.prop([fc.string({ unit: "binary-ascii", maxLength: 15 }), fc.nat(), fc.nat(), fc.nat()])(
  "no name of a process moves the fields behind it",
  (name, utime, startedAt, threads) => {
    const stat = parseStat(
      `7 (${name}) S 3 7 7 0 -1 4194304 11 0 13 0 ${utime} 9 5 6 20 0 ${threads} 0 ${startedAt} 1 2 3`,
    );
    expect(stat).toEqual({
      pid: 7,
      state: "S",
      parent: 3,
      minorFaults: 11,
      majorFaults: 13,
      utimeMs: utime * 10,
      stimeMs: 90,
      waitedForMs: 110,
      threads,
      startedAt,
      virtualBytes: 1,
      rssPages: 2,
    });
  },
);

test("a line that is no stat is null", () => {
  expect(parseStat("")).toBeNull();
  expect(parseStat("1 (cut) S 3")).toBeNull();
});

needs.linux("a process whose program is named like a field is read right", async () => {
  const folder = await mkdtemp(join(tmpdir(), "shakedown-"));
  const odd = join(folder, "a) R 1 (b");
  symlinkSync("/bin/sleep", odd);
  await using child = start([odd, "60"]);
  const stat = await eventually(() => {
    const now = readStat(child.pid);
    expect(environmentOf(child.pid)?.size).toBeGreaterThan(0);
    expect(now?.state).toBe("S");
    return now;
  });
  expect(stat).toMatchObject({ pid: child.pid, parent: process.pid, threads: 1 });
  await rm(folder, { recursive: true });
});

needs.linux("burnt CPU time, threads and faults are seen", async () => {
  await using child = startNode("for (;;);");
  await eventually(() => expect(readStat(child.pid)?.utimeMs).toBeGreaterThan(100));
  const stat = readStat(child.pid);
  expect(stat?.threads).toBeGreaterThan(4);
  expect(stat?.minorFaults).toBeGreaterThan(100);
});

needs.linux("a process is the same until it ends, and a pid with another start time is a stranger", async () => {
  await using child = startNode(forever);
  const startedAt = startTime(child.pid) ?? 0;
  expect(isSame(child.pid, startedAt)).toBe(true);
  expect(isSame(child.pid, startedAt + 1)).toBe(false);
  child.process.kill("SIGKILL");
  await child.exited;
  expect(isSame(child.pid, startedAt)).toBe(false);
  expect(startTime(nobody)).toBeNull();
});

needs.linux("a zombie is gone, though its start time can still be read", async () => {
  // The shell starts a child and becomes a program that never waits for it: only then, lest the shell waits, the child ends.
  await using parent = start(["/bin/sh", "-c", "sleep 60 & echo $!; exec sleep 60"]);
  const pid = await eventually(() => {
    expect(readFileSync(`/proc/${parent.pid}/comm`, "utf8")).toBe("sleep\n");
    return Number(parent.out());
  });
  process.kill(pid, "SIGKILL");
  await eventually(() => expect(readStat(pid)?.state).toBe("Z"));
  expect(isSame(pid, startTime(pid) ?? 0)).toBe(false);
  expect(startTime(pid)).toBeGreaterThan(0);
});

needs.cgroup("a killed process is still there until the last of its threads has had its turn to end", async () => {
  const threads = `const { Worker } = require("node:worker_threads");
    for (let i = 0; i < 8; i++) new Worker("for (;;);", { eval: true });
    setTimeout(() => console.log("up"), 0);`;
  await using it = await confined(nodeScript(threads), { memory: null, cpu: null });
  it.cgroup.setCpuLimit(0.01);
  await eventually(() => expect(it.cgroup.cpu().throttled).toBeGreaterThan(2));
  it.process.kill("SIGKILL");
  // Asked without a pause: between the end of its first thread and that of its last are a few milliseconds.
  while (isSame(it.pid, it.startedAt)) await new Promise(setImmediate);
  expect(it.cgroup.pids()).toEqual([]);
});

needs.python("a process whose first thread has ended is still found by what it was started with", async () => {
  // 60 is the system call exit on x86-64, 93 on arm64: it ends the calling thread alone.
  const script = `import ctypes, platform, threading, time
threading.Thread(target=time.sleep, args=(60,)).start()
ctypes.CDLL(None).syscall(60 if platform.machine() == "x86_64" else 93, 0)`;
  const mark = `first-${process.pid}`;
  await using child = start(["python3", "-c", script], { env: { ...process.env, MARK: mark } });
  await eventually(() => expect(readStat(child.pid)?.state).toBe("Z"));
  expect(environmentOf(child.pid)?.get("MARK")).toBe(mark);
  expect(processesWith("MARK", mark).map(({ pid }) => pid)).toEqual([child.pid]);
});

needs.linux("a stopped process is stopped until it is continued", async () => {
  await using child = startNode(forever);
  expect(isStopped(child.pid)).toBe(false);
  child.process.kill("SIGSTOP");
  await eventually(() => expect(isStopped(child.pid)).toBe(true));
  child.process.kill("SIGCONT");
  await eventually(() => expect(isStopped(child.pid)).toBe(false));
  expect(isStopped(nobody)).toBe(false);
});

needs.linux("an environment is read whole, values with = and newlines too", async () => {
  await using child = startNode(forever, { env: { ...process.env, ODD: "a=b\nc", EMPTY: "" } });
  await eventually(() => expect(environmentOf(child.pid)?.get("ODD")).toBe("a=b\nc"));
  expect(environmentOf(child.pid)?.get("EMPTY")).toBe("");
  expect(environmentOf(nobody)).toBeNull();
});

needs.linux("processes are found by what is in their environment, grandchildren too, others are not", async () => {
  const run = unique("environment");
  const env = { ...process.env, SHAKEDOWN_RUN: run };
  await using parent = start(["/bin/sh", "-c", "sleep 60 & echo $!; wait"], { env });
  await using other = startNode(forever, { env: { ...env, SHAKEDOWN_RUN: `${run}0` } });
  const grandchild = await eventually(() => {
    expect(parent.out()).toMatch(/\d+\n/);
    return Number(parent.out());
  });
  try {
    await eventually(() => {
      const found = processesWith("SHAKEDOWN_RUN", run);
      expect(found.map((it) => it.pid)).toEqual([parent.pid, grandchild].sort((a, b) => a - b));
      expect(found.every((it) => isSame(it.pid, it.startedAt))).toBe(true);
    });
    expect(processesWith("SHAKEDOWN_RUN", `${run}0`).map((it) => it.pid)).toEqual([other.pid]);
    expect(processesWith("SHAKEDOWN_RUN", "")).toEqual([]);
  } finally {
    process.kill(grandchild, "SIGKILL");
  }
});

needs.linux("a kept descriptor sees new values, and a process that ended reads as null", async () => {
  const files = descriptors();
  await using child = startNode("for (;;);");
  const path = `/proc/${child.pid}/stat`;
  const first = files.read(path);
  expect(first).not.toBeNull();
  await eventually(() => expect(files.read(path)).not.toBe(first));
  child.process.kill("SIGKILL");
  await child.exited;
  expect(files.read(path)).toBeNull();
  expect(files.read("/proc/no-such-file")).toBeNull();
  files.close();
});
