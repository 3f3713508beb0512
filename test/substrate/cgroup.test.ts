import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { namesIn } from "../../runner/shared/files.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import type { CgroupSupport } from "../../runner/substrate/cgroup/cgroup.ts";
import { cgroupPaths, createCgroup, openCgroup, removeCgroup } from "../../runner/substrate/cgroup/create.ts";
import { detectCgroup } from "../../runner/substrate/cgroup/detect.ts";
import { FOLDER } from "../../runner/substrate/cgroup/folder.ts";
import { hierarchies } from "../../runner/substrate/cgroup/hierarchies.ts";
import { forever } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";
import { group, nodeIn } from "../support/group.ts";
import { cgroupSupport, needs, unifiedMount } from "../support/needs.ts";

const MiB = 2 ** 20;
const { clock } = realHost();

needs.cgroup("the paths are known before anything is made, and the group is at exactly these", async () => {
  const name = `test-${process.pid}-paths`;
  const paths = cgroupPaths(cgroupSupport, name);
  expect(paths.some((path) => existsSync(path))).toBe(false);
  const it = group({ memory: 64 * MiB, cpu: 0.25 }, name);
  expect(it.paths).toEqual(paths);
  expect(paths.every((path) => existsSync(path))).toBe(true);
  expect(it.memory()).toMatchObject({ limit: 64 * MiB, oomKills: 0 });
  expect(it.cpuLimit()).toBe(0.25);
  await it.remove();
  expect(paths.some((path) => existsSync(path))).toBe(false);
  await it.remove();
});

needs.cgroup("without limits the readings say so by null, not by a huge number", async () => {
  await using it = group();
  expect(it.memory().limit).toBeNull();
  expect(it.cpuLimit()).toBeNull();
});

needs.cgroup("a process beyond the limit dies of SIGKILL and oom_kill rises", async () => {
  await using it = group({ memory: 80 * MiB, cpu: null });
  await using hog = nodeIn(it, "const all = []; setInterval(() => all.push(Buffer.alloc(4 << 20, 1)), 5);");
  expect(await hog.exited).toEqual({ code: null, signal: "SIGKILL" });
  expect(it.memory().oomKills).toBe(1);
  expect(it.memory().peak).toBeGreaterThan(70 * MiB);
});

needs.cgroup("under a quota periods are throttled, and for how long is told in milliseconds", async () => {
  await using it = group({ memory: null, cpu: 0.05 });
  await using burner = nodeIn(it, "for (;;);");
  await eventually(() => expect(it.cpu().throttled).toBeGreaterThan(5));
  const cpu = it.cpu();
  expect(cpu.periods).toBeGreaterThanOrEqual(cpu.throttled ?? 0);
  // 95 ms of each period of 100 ms: a mistake between ns, µs and ms would be a factor of 1000.
  const perPeriod = (cpu.throttledMs ?? 0) / (cpu.throttled ?? 0);
  expect(perPeriod).toBeGreaterThan(5);
  expect(perPeriod).toBeLessThan(1000);
  expect(burner.process.exitCode).toBeNull();
});

needs.cgroup("a limit can be squeezed, is refused below usage, and its files put it back", async () => {
  await using it = group({ memory: 200 * MiB, cpu: 1 });
  await using child = nodeIn(it, `globalThis.kept = Buffer.alloc(30 << 20, 1); console.log("full"); ${forever}`);
  await eventually(() => expect(child.out()).toContain("full"));
  const before = [...it.memoryLimitFiles(), ...it.cpuLimitFiles()];

  it.setMemoryLimit(150 * MiB);
  it.setCpuLimit(0.1);
  expect(it.memory().limit).toBe(150 * MiB);
  expect(it.cpuLimit()).toBe(0.1);
  if (it.version === 1) {
    expect(() => it.setMemoryLimit(1 * MiB)).toThrow(/refuses a memory limit of 1048576 bytes, below what is used/);
    expect(it.memory().limit).toBe(150 * MiB);
  }
  for (const { file, value } of before) await writeFile(file, value);
  expect(it.memory().limit).toBe(200 * MiB);
  expect(it.cpuLimit()).toBe(1);

  it.setMemoryLimit(null);
  it.setCpuLimit(null);
  expect(it.memory().limit).toBeNull();
  expect(it.cpuLimit()).toBeNull();
  for (const { file, value } of [...it.memoryLimitFiles(), ...it.cpuLimitFiles()]) await writeFile(file, value);
  expect(it.memory().limit).toBeNull();
});

needs.cgroup("removal kills what is inside, stopped processes and children too", async () => {
  const it = group();
  await using child = nodeIn(
    it,
    `require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1e9)"]); ${forever}`,
  );
  await eventually(() => expect(it.pids().length).toBeGreaterThan(1));
  child.process.kill("SIGSTOP");
  await it.remove();
  expect((await child.exited).signal).toBe("SIGKILL");
  expect(it.paths.some((path) => existsSync(path))).toBe(false);
});

needs.cgroup("another process can open a group by its paths alone", async () => {
  await using it = group({ memory: 99 * MiB, cpu: 0.5 });
  const again = openCgroup(it.paths);
  expect(again.memory().limit).toBe(99 * MiB);
  expect(again.cpuLimit()).toBe(0.5);
  expect(again.version).toBe(it.version);
});

test("only folders of our own are removed, whatever a damaged lease says", async () => {
  for (const path of [
    "/sys/fs/cgroup/memory",
    "/sys/fs/cgroup",
    "/sys/fs/cgroup/memory/shakedown",
    "/a/shakedown/..",
    "/a/shakedown/x/y",
  ]) {
    await expect(removeCgroup(clock, [path])).rejects.toThrow(/not a cgroup of shakedown/);
  }
});

test("a name that leaves the folder is refused", () => {
  const support: CgroupSupport = { version: 2, memory: true, cpu: true, parents: ["/p"], reason: "" };
  expect(cgroupPaths(support, "run-1-shop-0")).toEqual(["/p/shakedown/run-1-shop-0"]);
  for (const name of ["", "..", ".", "a/b", "../x"]) expect(() => cgroupPaths(support, name)).toThrow(/not a name/);
});

test("opening what is not there names it", () => {
  expect(() => openCgroup(["/no/group"])).toThrow("there is no cgroup at /no/group");
});

test("where nothing works the reason is in words and nothing can be made", async () => {
  const folder = await mkdtemp(join(tmpdir(), "shakedown-"));
  const nothing = detectCgroup(folder);
  expect(nothing).toMatchObject({ version: null, memory: false, cpu: false, parents: [] });
  expect(nothing.reason).toContain("has no cgroups");
  expect(() => createCgroup(nothing, "x", { memory: 1, cpu: null })).toThrow("no cgroup can be made here");
  await rm(folder, { recursive: true });
});

/** Fixture of the version that the machine may not have: files of /proc/self beside a folder that looks like cgroup v2. */
let root = "";
let support: CgroupSupport;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "shakedown-v2-"));
  await cp(fileURLToPath(new URL("../fixtures/cgroup-v2", import.meta.url)), root, { recursive: true });
  support = { version: 2, memory: true, cpu: true, parents: [root], reason: "fixture" };
});
afterAll(() => rm(root, { recursive: true }));

const v2File = (name: string) => readFile(join(root, "shakedown/one", name), "utf8");

test("v2: counters are read in bytes and milliseconds", () => {
  const it = openCgroup(cgroupPaths(support, "one"));
  expect(it.version).toBe(2);
  expect(it.memory()).toEqual({ current: 90 * MiB, peak: 128 * MiB, limit: 128 * MiB, oomKills: 1 });
  expect(it.cpu()).toEqual({ periods: 120, throttled: 95, throttledMs: 4712 });
  expect(it.cpuLimit()).toBe(0.5);
  expect(it.procsFiles).toEqual([join(root, "shakedown/one/cgroup.procs")]);
});

test("v2: limits are written in its own words, swap is off, and the files put them back", async () => {
  const it = createCgroup(support, "one", { memory: 64 * MiB, cpu: 1.5 });
  expect(await v2File("memory.max")).toMatch(/^67108864/);
  expect(await v2File("memory.swap.max")).toMatch(/^0/);
  expect(await v2File("cpu.max")).toMatch(/^150000 100000/);
  expect(await readFile(join(root, "shakedown/cgroup.subtree_control"), "utf8")).toContain("+memory +cpu");
  await writeFile(join(root, "shakedown/one/cpu.max"), "max 100000\n");
  await writeFile(join(root, "shakedown/one/memory.max"), "max\n");
  expect(it.cpuLimit()).toBeNull();
  expect(it.memory().limit).toBeNull();
  expect(it.memoryLimitFiles()).toEqual([{ file: join(root, "shakedown/one/memory.max"), value: "max" }]);
  expect(it.cpuLimitFiles()).toEqual([{ file: join(root, "shakedown/one/cpu.max"), value: "max 100000" }]);
});

test("v2: what an older kernel does not tell is null", async () => {
  await rm(join(root, "shakedown/one/memory.peak"));
  expect(openCgroup(cgroupPaths(support, "one")).memory().peak).toBeNull();
});

test("hierarchies: a v1 machine with v2 beside it, as many hosts are", () => {
  const cgroup = "4:memory:/user/one\n1:cpu,cpuacct:/\n9:name=systemd:/\n0::/\n";
  const mountinfo = [
    "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755",
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct",
    "36 31 0:33 / /sys/fs/cgroup/my\\040memory rw,relatime shared:9 - cgroup cgroup rw,memory",
    "40 31 0:37 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
    "41 31 0:38 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids",
  ].join("\n");
  expect(hierarchies(cgroup, mountinfo)).toEqual([
    {
      version: 1,
      controllers: ["cpu", "cpuacct"],
      mount: "/sys/fs/cgroup/cpu,cpuacct",
      own: "/sys/fs/cgroup/cpu,cpuacct",
    },
    {
      version: 1,
      controllers: ["memory"],
      mount: "/sys/fs/cgroup/my memory",
      own: "/sys/fs/cgroup/my memory/user/one",
    },
    { version: 2, controllers: [], mount: "/sys/fs/cgroup/unified", own: "/sys/fs/cgroup/unified" },
  ]);
});

test("hierarchies: a desktop session, and a container that sees only its own part", () => {
  const whole = "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate";
  expect(hierarchies("0::/user.slice/user-1000.slice/x.scope\n", whole)[0]?.own).toBe(
    "/sys/fs/cgroup/user.slice/user-1000.slice/x.scope",
  );
  const part = "30 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw";
  expect(hierarchies("0::/docker/abc/inner\n", part)[0]?.own).toBe("/sys/fs/cgroup/inner");
  expect(hierarchies("0::/docker/abcdef\n", part)[0]?.own).toBe("/sys/fs/cgroup");
  expect(hierarchies("0::/../other\n", whole)[0]?.own).toBe("/sys/fs/cgroup");
});

test("v2 that gives its children no controller can't be used, and the reason says what to do", async () => {
  const folder = await mkdtemp(join(tmpdir(), "shakedown-"));
  await writeFile(join(folder, "cgroup"), "0::/\n");
  await writeFile(join(folder, "mountinfo"), `30 23 0:26 / ${folder} rw - cgroup2 cgroup2 rw\n`);
  await writeFile(join(folder, "cgroup.subtree_control"), "pids\n");
  const found = detectCgroup(folder);
  expect(found.version).toBeNull();
  expect(found.reason).toContain(`${folder} gives its children neither memory nor cpu`);
  expect(found.reason).toContain("systemd-run --user --scope -p Delegate=yes");
  await rm(folder, { recursive: true });
});

needs.unified("v2: a live group without controllers is entered, told and removed", async () => {
  const live: CgroupSupport = { version: 2, memory: false, cpu: false, parents: [unifiedMount ?? ""], reason: "" };
  const it = group(undefined, `test-${process.pid}-v2`, live);
  expect(it.version).toBe(2);
  expect(it.memory()).toEqual({ current: null, peak: null, limit: null, oomKills: null });
  await using child = nodeIn(it, forever);
  await eventually(() => expect(it.pids()).toEqual([child.pid]));
  expect(() => it.setMemoryLimit(1)).toThrow("no memory controller");
  await it.remove();
  expect((await child.exited).signal).toBe("SIGKILL");
  expect(existsSync(it.paths[0] ?? "")).toBe(false);
});

needs.cgroup("detection leaves nothing behind", async () => {
  const found = detectCgroup();
  expect(found.version).not.toBeNull();
  for (const parent of found.parents) {
    expect(existsSync(join(parent, "cgroup.procs"))).toBe(true);
    // Others may detect at this moment.
    await eventually(() => expect(namesIn(join(parent, FOLDER)).filter((it) => it.startsWith("probe"))).toEqual([]));
  }
});
