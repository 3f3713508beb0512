import process from "node:process";
import { expect } from "vitest";
import { process as sampler } from "../../runner/samplers/process.ts";
import { findProgram, launchArgv, launchEnv } from "../../runner/substrate/launch.ts";
import { readStat } from "../../runner/substrate/procfs/process.ts";
import { forever, start, startNode } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";
import { needs } from "../support/needs.ts";
import { instanceOf, sample } from "../support/sampled.ts";

const printCpu = "const { user, system } = process.cpuUsage(); console.log((user + system) / 1000);";

needs.linux("CPU time is what the process itself says, to the millisecond", async () => {
  await using it = sample(sampler);
  await using child = startNode(`const t = Date.now(); while (Date.now() - t < 300); ${printCpu} ${forever}`);
  it.change("start", instanceOf(child.pid));
  const told = await eventually(() => {
    it.tick();
    expect(child.out()).not.toBe("");
    return Number(child.out());
  });
  await eventually(() => {
    it.tick();
    expect(it.last("cpu.time")).toBeGreaterThan(told - 1);
  });
  // Writing the line and going idle cost little more.
  expect(it.last("cpu.time")).toBeLessThan(told + 60);
  const values = it.points("cpu.time").map((point) => point.value);
  expect(values).toEqual(values.toSorted((a, b) => a - b));
  expect(values.some((value) => value % 10 !== 0)).toBe(true);
});

needs.linux(
  "memory and threads are the program's from the first reading on, never those of the launcher that becomes it",
  async () => {
    await using it = sample(sampler);
    const sleep = findProgram("sleep", process.env, "/") ?? "";
    await using child = start(launchArgv(process.execPath, null, [sleep, "60"]), { env: launchEnv(process.env) });
    it.change("start", instanceOf(child.pid));
    await eventually(() => {
      it.tick();
      expect(it.points("rss").length).toBeGreaterThan(2);
    });
    expect(it.points("cpu.time").length).toBeGreaterThan(it.points("rss").length);
    expect(Math.max(...it.points("rss").map((point) => point.value))).toBeLessThan(10 * 2 ** 20);
    expect(new Set(it.points("threads").map((point) => point.value))).toEqual(new Set([1]));
  },
);

needs.linux("threads that came and went are in the CPU time", async () => {
  await using it = sample(sampler);
  await using child = startNode(`
    const { Worker } = require("node:worker_threads");
    const burn = () => new Promise((done) => new Worker("const t = Date.now(); while (Date.now() - t < 60);", { eval: true }).on("exit", done));
    (async () => { for (let i = 0; i < 6; i++) await burn(); ${printCpu} ${forever} })();`);
  it.change("start", instanceOf(child.pid));
  const told = await eventually(() => {
    expect(child.out()).not.toBe("");
    return Number(child.out());
  });
  it.tick();
  // Nothing was read while they lived: only the process's total knows them, in ticks of 10 ms, user and system apart.
  expect(it.last("cpu.time")).toBeGreaterThan(told - 20);
});

needs.linux("CPU time of processes that an instance started is told, also after they ended", async () => {
  await using it = sample(sampler);
  // 200 ms of CPU, however long that takes.
  const burn =
    "for (let used = 0; used < 2e5; ) { const { user, system } = process.cpuUsage(); used = user + system; }";
  const run = (code: string) =>
    `require("child_process").spawnSync(process.execPath, ["-e", ${JSON.stringify(code)}]);`;
  const lasting = `${run(burn)} console.log("burnt"); process.stdin.on("end", () => process.exit()).resume();`;
  await using child = startNode(`
    ${run(burn)}
    const stdio = ["pipe", "inherit", "inherit"];
    const other = require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(lasting)}], { stdio });
    other.on("exit", () => console.log("gone"));
    process.stdin.once("data", () => other.stdin.end());
    ${forever}`);
  it.change("start", instanceOf(child.pid));
  const told = async (after: string) => {
    await eventually(() => expect(child.out()).toContain(after));
    const before = it.points("cpu.children").length;
    return eventually(() => {
      it.tick();
      expect(it.points("cpu.children").length).toBeGreaterThan(before);
      return it.last("cpu.children");
    });
  };
  // One that ended, and one of a child that lives; each in ticks of 10 ms, user and system apart.
  const living = await told("burnt");
  expect(living).toBeGreaterThan(2 * 180);
  child.process.stdin?.write("x");
  expect(await told("gone")).toBeGreaterThanOrEqual(living);
});

needs.linux("memory and threads of processes that an instance started are told, and that they are gone", async () => {
  await using it = sample(sampler);
  const large =
    "globalThis.kept = Buffer.alloc(96 << 20, 1); console.log(process.memoryUsage.rss()); process.stdin.resume();";
  await using child = startNode(`
    const stdio = ["pipe", "inherit", "inherit"];
    const other = require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(large)}], { stdio });
    other.on("exit", () => console.log("gone"));
    process.stdin.once("data", () => other.stdin.end());
    ${forever}`);
  it.change("start", instanceOf(child.pid));
  const said = await eventually(() => {
    expect(child.out()).not.toBe("");
    return Number(child.out());
  });
  await eventually(() => {
    it.tick();
    expect(Math.abs(it.last("rss.children") - said)).toBeLessThan(16 << 20);
  });
  expect(it.last("rss")).toBeLessThan(said);
  expect(it.last("threads.children")).toBeGreaterThan(1);
  child.process.stdin?.write("x");
  await eventually(() => expect(child.out()).toContain("gone"));
  await eventually(() => {
    it.tick();
    expect(it.last("rss.children")).toBe(0);
  });
  expect(it.last("threads.children")).toBe(0);
});

needs.linux("the resident set is what the process says, and its peak stays when memory is freed", async () => {
  await using it = sample(sampler);
  await using child = startNode(
    `
    let kept = Buffer.alloc(96 << 20, 1);
    console.log(process.memoryUsage.rss());
    process.stdin.once("data", () => { kept = null; gc(); gc(); console.log(process.memoryUsage.rss()); });
    ${forever}`,
    { flags: ["--expose-gc"] },
  );
  it.change("start", instanceOf(child.pid));
  const full = await eventually(() => {
    expect(child.out()).not.toBe("");
    return Number(child.out());
  });
  it.tick();
  expect(Math.abs(it.last("rss") - full)).toBeLessThan(8 << 20);
  child.process.stdin?.write("x");
  const freed = await eventually(() => {
    const lines = child.out().trim().split("\n");
    expect(lines).toHaveLength(2);
    return Number(lines[1]);
  });
  await eventually(() => {
    it.tick();
    expect(Math.abs(it.last("rss") - freed)).toBeLessThan(8 << 20);
    expect(it.last("rss.peak")).toBeGreaterThan(full - (8 << 20));
  });
  expect(it.last("faults.major")).toBeGreaterThanOrEqual(0);
  // Every page of the buffer was touched once, or every huge page of 2 MiB.
  expect(it.last("faults.minor")).toBeGreaterThanOrEqual(96 / 2);
});

needs.linux("time spent waiting for a CPU rises when there are more threads than CPUs", async () => {
  await using it = sample(sampler);
  await using child = startNode(`
    const { Worker } = require("node:worker_threads");
    const { availableParallelism } = require("node:os");
    for (let i = 0; i <= availableParallelism(); i++) new Worker("for (;;);", { eval: true });
    ${forever}`);
  it.change("start", instanceOf(child.pid));
  await eventually(() => {
    it.tick();
    expect(it.last("runqueue.wait")).toBeGreaterThan(50);
  });
});

needs.linux("a restarted instance begins a new series and the former one ends", async () => {
  await using it = sample(sampler);
  await using first = startNode(forever);
  const former = instanceOf(first.pid);
  it.change("start", former);
  first.process.kill("SIGKILL");
  await first.exited;
  // Dead, and nobody has said so yet: nothing is told, least of all zero.
  const before = it.points("rss").length;
  it.tick();
  expect(it.points("rss")).toHaveLength(before);

  await using second = startNode(forever);
  it.change("start", instanceOf(second.pid));
  it.change("exit", former);
  await eventually(() => {
    it.tick();
    expect(it.points("rss", { pid: String(second.pid), instance: "shop-0", target: "shop" })).not.toEqual([]);
  });
  expect(it.points("rss", { pid: String(first.pid) })).toHaveLength(before);
  expect(it.points("rss").every((point) => point.value > 0)).toBe(true);
});

needs.linux("a stranger who got the pid is not measured", async () => {
  await using it = sample(sampler);
  await using child = startNode(forever);
  const instance = instanceOf(child.pid);
  it.change("start", { ...instance, startedAt: instance.startedAt - 1 });
  it.tick();
  expect(Object.keys(sampler.series).flatMap((metric) => it.points(metric))).toEqual([]);
});

needs.linux("a process with very many threads is still told", async () => {
  await using it = sample(sampler);
  await using child = startNode(
    `
    require("node:crypto").randomBytes(1);
    require("node:fs").stat("/", () => console.log("up"));
    ${forever}`,
    { env: { ...process.env, UV_THREADPOOL_SIZE: "100" } },
  );
  it.change("start", instanceOf(child.pid));
  await eventually(() => {
    it.tick();
    expect(it.last("threads")).toBeGreaterThan(100);
    // Some may only be starting.
    expect(it.last("threads")).toBe(readStat(child.pid)?.threads);
  });
  expect(it.last("cpu.time")).toBeGreaterThan(0);
  expect(it.last("runqueue.wait")).toBeGreaterThan(0);
});
