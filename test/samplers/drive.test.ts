import { test as prop } from "@fast-check/vitest";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SeriesLine } from "../../runner/record/load-lines.ts";
import { batches } from "../../runner/samplers/batches.ts";
import { startSamplers } from "../../runner/samplers/drive.ts";
import type { Sampler } from "../../runner/samplers/sampler.ts";
import type { Host } from "../../runner/shared/host.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import { forever, startNode } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";
import { needs } from "../support/needs.ts";
import { instanceOf } from "../support/sampled.ts";

/** A host whose clock jumps to the end of each sleep, up to `untilMs`; `spend` is time that passes in between. */
function jumpingHost(untilMs: number): { host: Host; spend: (ms: number) => void; done: Promise<void> } {
  const begin = 5000;
  let now = begin;
  const { promise: done, resolve: finish } = Promise.withResolvers<void>();
  const clock: Host["clock"] = {
    now: () => now,
    wall: () => new Date(0),
    sleep: async (ms, signal) => {
      now += ms;
      if (now - begin < untilMs) return;
      finish();
      await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
    },
  };
  return {
    host: { ...realHost(), clock },
    spend: (ms) => {
      now += ms;
    },
    done,
  };
}

const sampler = (name: string, tick: (t: number, emit: Parameters<Sampler["start"]>[0]["emit"]) => void): Sampler => ({
  name,
  series: { [name]: "count" },
  start: ({ emit }) => ({ tick: (t) => tick(t, emit), stop: async () => undefined }),
});

/** Runs these for three seconds of that clock. */
async function driven(available: (spend: (ms: number) => void) => readonly Sampler[], off: readonly string[] = []) {
  const { host, spend, done } = jumpingHost(3000);
  const lines: SeriesLine[] = [];
  const events: unknown[] = [];
  const running = startSamplers({
    host,
    zero: 5000,
    everyMs: 100,
    off,
    rawDir: "/nowhere",
    targets: () => [],
    write: (line) => lines.push(line),
    journal: (event) => events.push(event),
    available: available(spend),
  });
  await done;
  await running.stop();
  return { lines, events };
}

const columns = (lines: readonly SeriesLine[], metric: string) =>
  lines.filter((it) => it.metric === metric && "t" in it) as Extract<SeriesLine, { t: unknown }>[];

test("readings come at multiples of the rate, in one line a second", async () => {
  const labels = {};
  const run = await driven(() => [sampler("steady", (t, emit) => emit("steady", labels, t, 1))]);
  const found = columns(run.lines, "steady");
  expect(found.length).toBeLessThanOrEqual(4);
  expect(found.flatMap((it) => it.t)).toEqual(Array.from({ length: 30 }, (_, i) => i * 100));
});

test("a slow reading makes the next one late, never the ones after it", async () => {
  const times: number[] = [];
  await driven((spend) => [
    sampler("slow", (t) => {
      times.push(t);
      spend(t === 500 ? 230 : 3);
    }),
  ]);
  expect(times.slice(0, 9)).toEqual([0, 100, 200, 300, 400, 500, 800, 900, 1000]);
});

test("a sampler that throws is switched off with an event, and the others go on", async () => {
  const fails = (reason: string) => () => {
    throw new Error(reason);
  };
  const run = await driven(() => [
    sampler("broken", (t, emit) => {
      emit("broken", {}, t, 1);
      if (t >= 200) throw new Error("its file is odd");
    }),
    sampler("nan", (t, emit) => emit("nan", {}, t, Number.NaN)),
    { ...sampler("unborn", () => undefined), start: fails("could not begin") },
    sampler("fine", (t, emit) => emit("fine", {}, t, 1)),
    {
      ...sampler("bad-end", () => undefined),
      start: () => ({ tick: () => undefined, stop: fails("could not end") }),
    },
  ]);
  expect(run.events).toEqual([
    { type: "sampler.off", sampler: "unborn", reason: "could not begin" },
    { type: "sampler.off", sampler: "nan", reason: expect.stringContaining("nan is NaN") },
    { type: "sampler.off", sampler: "broken", reason: "its file is odd" },
    { type: "sampler.off", sampler: "bad-end", reason: "could not end" },
  ]);
  expect(columns(run.lines, "broken").flatMap((it) => it.t)).toEqual([0, 100, 200]);
  expect(columns(run.lines, "fine").flatMap((it) => it.t)).toHaveLength(30);
});

test("a sampler that is off is never started, and leaves word that it was off", async () => {
  const run = await driven(() => [sampler("left-out", () => expect.unreachable())], ["left-out"]);
  const events = [{ type: "sampler.off", sampler: "left-out", reason: "switched off by the scenario" }];
  expect(run).toEqual({ lines: [], events });
});

prop.prop([
  fc.array(
    fc.record({ metric: fc.constantFrom("a", "b"), pid: fc.constantFrom("1", "2"), t: fc.nat(), value: fc.integer() }),
  ),
])("columns hold every reading once, in its order, whatever was asked between", (readings) => {
  const lines: SeriesLine[] = [];
  const { emit, flush } = batches((line) => lines.push(line));
  const [one, two] = [{ pid: "1" }, { pid: "2" }];
  readings.forEach(({ metric, pid, t, value }, i) => {
    emit(metric, pid === "1" ? one : two, t, value);
    if (i % 7 === 0) flush();
  });
  flush();
  flush();
  for (const metric of ["a", "b"]) {
    for (const pid of ["1", "2"]) {
      const told = lines
        .filter((it) => it.metric === metric && it.labels.pid === pid)
        .flatMap((it) => ("t" in it ? it.t.map((t, i) => [t, it.x[i]]) : []));
      expect(told).toEqual(
        readings.filter((it) => it.metric === metric && it.pid === pid).map((it) => [it.t, it.value]),
      );
    }
  }
});

test("why something is absent is written once for each reason", () => {
  const lines: SeriesLine[] = [];
  const { emit, flush } = batches((line) => lines.push(line));
  for (const t of [1, 2, 3]) emit.absent("peak", { pid: "1" }, t, { kind: "unavailable", reason: "old kernel" });
  emit.absent("peak", { pid: "1" }, 4, { kind: "stale", reason: "no answer" });
  flush();
  expect(lines).toEqual([
    { v: 1, metric: "peak", labels: { pid: "1" }, at: 1, absent: "unavailable", reason: "old kernel" },
    { v: 1, metric: "peak", labels: { pid: "1" }, at: 4, absent: "stale", reason: "no answer" },
  ]);
});

needs.linux("all samplers together follow a real instance through its life", async () => {
  const lines: SeriesLine[] = [];
  const events: unknown[] = [];
  const host = realHost();
  const running = startSamplers({
    host,
    zero: host.clock.now(),
    everyMs: 50,
    off: [],
    rawDir: "/nowhere",
    targets: () => [],
    write: (line) => lines.push(line),
    journal: (event) => events.push(event),
  });
  expect(running.instanceEnv("shop-0")).toMatchObject({ SHAKEDOWN_GC_LOG: "/nowhere/gc-shop-0" });
  await using child = startNode(forever);
  const instance = instanceOf(child.pid);
  running.onInstance("start", instance);
  running.onInstance("ready", { ...instance, state: "ready" });
  await eventually(() => expect(columns(lines, "rss").flatMap((it) => it.t).length).toBeGreaterThan(5));
  child.process.kill("SIGKILL");
  await child.exited;
  running.onInstance("exit", { ...instance, state: "exited" });
  await running.stop();
  expect(events).toEqual([]);
  const told = new Set(lines.map((it) => it.metric));
  for (const metric of ["cpu.time", "rss", "rss.peak", "host.steal"]) expect(told).toContain(metric);
  for (const metric of ["cgroup.memory", "gc.pause"])
    expect(lines).toContainEqual(expect.objectContaining({ metric, absent: "not-applicable" }));
  const after = lines.length;
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(lines).toHaveLength(after);
});
