import { copyFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { requireOption, gc as sampler } from "../../runner/samplers/gc.ts";
import { packageFile } from "../../runner/shared/package.ts";
import { joinEnv } from "../../runner/targets/environment.ts";
import { forever, start, startNode } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";
import { instanceOf, type Sampled, sample } from "../support/sampled.ts";

let rawDir = "";
beforeAll(async () => {
  rawDir = await mkdtemp(join(tmpdir(), "shakedown gc "));
});
afterAll(() => rm(rawDir, { recursive: true }));

const envOf = (it: Sampled, id = "shop-0") => joinEnv(process.env, {}, it.running.instanceEnv?.(id) ?? {});
const count = (it: Sampled, kind: string) => it.points("gc.pause", { kind }).length;

test("every collection is told: as many as --trace-gc prints, of the same kinds", async () => {
  await using it = sample(sampler, { rawDir });
  await using child = startNode(
    `
    let rounds = 0;
    const garbage = () => {
      for (let i = 0; i < 15; i++) globalThis.kept = Array.from({ length: 50_000 }, (_, n) => ({ n }));
      if (rounds % 3 === 0) gc();
      if (++rounds < 10) setTimeout(garbage, 5);
      else setTimeout(() => console.log("done"), 100);
    };
    setTimeout(garbage, 50); ${forever}`,
    { env: envOf(it), flags: ["--expose-gc", "--trace-gc"] },
  );
  const instance = instanceOf(child.pid);
  it.change("start", instance);
  await eventually(() => expect(child.out()).toContain("done\n"));
  child.process.kill("SIGKILL");
  await child.exited;
  it.change("exit", instance);

  const traced = (words: RegExp) =>
    child
      .out()
      .split("\n")
      .filter((line) => / ms: /.test(line) && words.test(line)).length;
  expect(traced(/Scavenge/)).toBeGreaterThan(3);
  expect(count(it, "minor")).toBe(traced(/Scavenge/));
  expect(count(it, "major")).toBe(traced(/Mark-Compact/));
  expect(it.absent).toEqual([]);

  // The times: inside the life of the process, on the run's clock, and together less than the trace says plus its rounding.
  const pauses = it.points("gc.pause");
  expect(pauses.every((pause) => pause.t > -1000 && pause.t + pause.value < it.now())).toBe(true);
  const traceMs = [...child.out().matchAll(/ MB, (?:pooled: [\d.]+ MB, )?([\d.]+) \/ /g)].reduce(
    (sum, [, ms]) => sum + Number(ms),
    0,
  );
  const minorAndMajor = pauses.filter((it) => it.labels.kind === "minor" || it.labels.kind === "major");
  const toldMs = minorAndMajor.reduce((sum, pause) => sum + pause.value, 0);
  expect(toldMs / traceMs).toBeGreaterThan(0.8);
  expect(toldMs / traceMs).toBeLessThan(1.5);
});

test("the time in collections rises, and is zero, not absent, for a Node that never collects", async () => {
  await using it = sample(sampler, { rawDir });
  await using idle = startNode(forever, { env: envOf(it, "idle") });
  await using busy = startNode(`setInterval(() => gc(), 20); ${forever}`, {
    env: envOf(it, "busy"),
    flags: ["--expose-gc"],
  });
  it.change("start", instanceOf(idle.pid, { id: "idle" }));
  it.change("start", instanceOf(busy.pid, { id: "busy" }));
  await eventually(() => {
    it.running.tick(it.now());
    expect(it.last("gc.time", { instance: "busy" })).toBeGreaterThan(5);
    expect(it.points("gc.time", { instance: "idle" }).length).toBeGreaterThan(0);
  });
  expect(it.points("gc.pause", { instance: "idle" })).toEqual([]);
  expect(it.points("gc.time", { instance: "idle" })[0]?.value).toBe(0);
  const sum = it.points("gc.pause", { instance: "busy" }).reduce((total, pause) => total + pause.value, 0);
  // Nested ones count once.
  expect(it.last("gc.time", { instance: "busy" })).toBeLessThanOrEqual(sum);
  expect(it.last("heap.used", { instance: "idle" })).toBeGreaterThan(1 << 20);
});

test("the program behaves as without the preload: arguments, output, exit code, and it ends by itself", async () => {
  await using it = sample(sampler, { rawDir });
  const code = `
    console.log(JSON.stringify([process.argv.slice(1), process.execArgv, typeof require.main, process._getActiveHandles().length]));
    process.exitCode = 3;`;
  const outputs = [];
  for (const env of [process.env, envOf(it)]) {
    await using child = start([process.execPath, "-e", code, "a", "b c"], { env });
    child.process.stdin?.end();
    expect(await child.exited).toEqual({ code: 3, signal: null });
    expect(child.err()).toBe("");
    outputs.push(child.out());
  }
  expect(outputs[1]).toBe(outputs[0]);
});

test("a folder that can't be written to does not disturb the program", async () => {
  await using it = sample(sampler, { rawDir: join(rawDir, "absent") });
  await using child = startNode('console.log("fine")', { env: envOf(it) });
  expect(await child.exited).toEqual({ code: 0, signal: null });
  expect(child.out()).toBe("fine\n");
  expect(child.err()).toBe("");
});

test("a preload whose path has spaces and quotes works, beside NODE_OPTIONS that the program has", async () => {
  const folder = join(rawDir, 'a "b" \\c');
  await mkdir(folder);
  const preload = join(folder, "pre load.cjs");
  await copyFile(packageFile("runner", "samplers", "gc-preload.cjs"), preload);
  const env = joinEnv(
    process.env,
    { NODE_OPTIONS: "--stack-trace-limit=3" },
    { NODE_OPTIONS: requireOption(preload), SHAKEDOWN_GC_LOG: join(folder, "gc") },
  );
  await using child = startNode("console.log(Error.stackTraceLimit)", { env });
  expect((await child.exited).code).toBe(0);
  expect(child.out()).toBe("3\n");
  expect(await readdir(folder)).toContain(`gc-${child.pid}.ndjson`);
});

test("children and worker threads of the program write nothing into its file", async () => {
  await using it = sample(sampler, { rawDir });
  await using child = startNode(
    `
    const { spawnSync } = require("node:child_process");
    const { Worker } = require("node:worker_threads");
    spawnSync(process.execPath, ["--expose-gc", "-e", "for (let i = 0; i < 30; i++) gc(); setTimeout(() => {}, 50)"], { stdio: "inherit" });
    new Worker("for (let i = 0; i < 60; i++) globalThis.x = Array.from({ length: 50_000 }, (_, n) => ({ n }));", { eval: true })
      .on("exit", () => setTimeout(() => console.log("done"), 50));
    ${forever}`,
    { env: envOf(it, "parent") },
  );
  const instance = instanceOf(child.pid, { id: "parent" });
  it.change("start", instance);
  await eventually(() => expect(child.out()).toBe("done\n"));
  it.change("exit", instance);
  expect(it.points("gc.pause").length).toBeLessThan(20);
  expect(it.points("gc.time", { pid: String(child.pid) }).length).toBeGreaterThan(0);
  const files = (await readdir(rawDir)).filter((name) => name.startsWith("gc-parent-"));
  expect(files).toHaveLength(2);
});

test("an instance that is not Node has no collections to tell, which is not the same as none", async () => {
  await using it = sample(sampler, { rawDir });
  await using child = start(["/bin/sleep", "60"], { env: envOf(it) });
  const instance = instanceOf(child.pid, { id: "sleepy" });
  it.change("start", instance);
  it.tick();
  it.change("exit", instance);
  expect(it.points("gc.time")).toEqual([]);
  expect(it.absent.map((absence) => absence.metric)).toEqual(Object.keys(sampler.series));
  expect(it.absent[0]?.why.kind).toBe("not-applicable");
  expect(it.absent[0]?.labels).toMatchObject({ instance: "sleepy" });
});

test("a line that is cut off or still being written is left until it is whole", async () => {
  const it = sample(sampler, { rawDir });
  const { appendFileSync } = await import("node:fs");
  await using child = start(["/bin/sleep", "60"]);
  const file = join(rawDir, `gc-cut-${child.pid}.ndjson`);
  it.change("start", instanceOf(child.pid, { id: "cut" }));
  appendFileSync(file, '{"v":1,"pid":1,"node":"v24"}\n{"at":5,"ms":2,"kind":"weak"}\n{"at":4,"ms":6,"ki');
  it.running.tick(1000);
  expect(it.points("gc.pause")).toHaveLength(1);
  appendFileSync(file, 'nd":"major"}\n{"at":20,"used":10}\n{"at":21,"ms":1,"kind":"mi');
  await it.running.stop();
  expect(it.points("gc.pause").map((point) => point.labels.kind)).toEqual(["weak", "major"]);
  // 4 to 10 with 5 to 7 inside. The outer one came in a later reading: what it adds begins where the inner one ended.
  expect(it.last("gc.time")).toBe(2 + 3);
  expect(it.last("heap.used")).toBe(10);
});
