/** What single requests show: the slowest with what happened near them, and how instances shared the rest. */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { factsNear } from "../../reports/analyses/sections/near.ts";
import { slowestRequests } from "../../reports/analyses/sections/slowest.ts";
import { spreadOverInstances } from "../../reports/analyses/sections/spread.ts";
import { loadEvidence } from "../../reports/evidence/load.ts";
import type { RequestLine } from "../../runner/record/load-lines.ts";
import { plainSpaces } from "../../runner/shared/format.ts";
import { type FakeRecord, fakeRecord } from "../support/fake-record.ts";
import { scratch } from "../support/scratch.ts";

const tmp = scratch();
afterAll(() => tmp[Symbol.dispose]());

const record = (given: FakeRecord = {}): string =>
  fakeRecord(join(tmp.dir, String(Math.random())), { pairs: 1, arms: ["baseline"], noise: 0, ...given });

/** The record with these single requests in its first trial instead of its own. */
function withSingles(dir: string, singles: readonly Partial<RequestLine>[]): string {
  const file = join(dir, "trial-01-baseline", "latency.ndjson");
  const others = readFileSync(file, "utf8").replaceAll(/^.*"type":"request".*\n/gm, "");
  const lines = singles.map((it) => {
    const usual = { phase: "steady", request: "checkout", outcome: "ok", due: 2000, sent: it.due ?? 2000, end: 2100 };
    return JSON.stringify({ v: 1, worker: 0, type: "request", ...usual, port: 40_000, ...it });
  });
  writeFileSync(file, `${others}${lines.join("\n")}\n`);
  return dir;
}

/** More lines of the first trial; `at` is ms since the load's start, as requests have it. */
function journaled(dir: string, ...events: readonly Readonly<Record<string, unknown> & { at: number }>[]): void {
  const zero = loadEvidence(dir).trials[0]?.loadStart ?? 0;
  const lines = events.map(({ at, ...event }) => JSON.stringify({ v: 1, seq: 9000, t: zero + at, trial: 1, ...event }));
  const file = join(dir, "journal.ndjson");
  const whole = readFileSync(file, "utf8").trimEnd().split("\n");
  writeFileSync(file, `${[...whole, ...lines].join("\n")}\n`);
}

function sampled(dir: string, metric: string, instance: string, points: readonly (readonly [number, number])[]): void {
  const trial = loadEvidence(dir).trials[0];
  const file = join(dir, "trial-01-baseline", "series.ndjson");
  const kept = readFileSync(file, "utf8")
    .split("\n")
    .filter((it) => it !== "" && !(it.includes(`"metric":"${metric}"`) && it.includes(`"instance":"${instance}"`)));
  writeFileSync(file, `${kept.join("\n")}\n`);
  const labels = { target: "shop", instance, pid: "1" };
  const t = points.map(([at]) => (trial?.loadStart ?? 0) + at);
  appendFileSync(file, `${JSON.stringify({ v: 1, metric, labels, t, x: points.map(([, x]) => x) })}\n`);
}

const slowest = (dir: string) => slowestRequests(loadEvidence(dir))?.arms[0]?.requests ?? [];

describe("the slowest requests", () => {
  test("are at most five of each arm, of phases without faults, the slowest first, each with who served it", () => {
    const table = slowestRequests(loadEvidence(record({ pairs: 2, arms: ["baseline", "candidate"] })));
    expect(table?.arms.map(({ arm, requests }) => [arm, requests.length])).toEqual([
      ["baseline", 5],
      ["candidate", 5],
    ]);
    for (const { requests } of table?.arms ?? []) {
      const times = requests.map((it) => it.responseMs);
      expect(times).toEqual(times.toSorted((a, b) => b - a));
      for (const it of requests) {
        expect(it).toMatchObject({ phase: "steady", instance: expect.stringMatching(/^shop-[012]$/) });
        expect(it.atMs).toBeGreaterThanOrEqual(0);
        expect(it.atMs).toBeLessThan(6000);
      }
    }
  });

  test("of one stall are one line: those under way at the same time as a slower one are left out", () => {
    const dir = withSingles(record({ faults: false }), [
      { due: 2000, end: 2500 },
      { due: 2100, end: 2500 },
      { due: 2499, end: 2520 },
      { due: 2500, end: 2530 },
      { due: 500, end: 5000, phase: "warmup" },
    ]);
    expect(slowest(dir).map((it) => [it.atMs, it.responseMs])).toEqual([
      [1000, 500],
      [1500, 30],
    ]);
  });

  test("are served by whom the router connected their port to at that time", () => {
    const dir = withSingles(record({ faults: false }), [
      { due: 2000, end: 2090, port: 40_001 },
      { due: 4000, end: 4080, port: 40_001 },
      { due: 3000, end: 3070, port: 49_999 },
      { due: 5000, end: 5060, sent: null, port: null, outcome: "timeout" },
    ]);
    const list = (instance: string) => [{ client: 40_001, instance }];
    journaled(
      dir,
      // Told in a batch, after the request was sent.
      { type: "connections", target: "shop", list: list("shop-2"), at: 4090 },
      { type: "connections", target: "db", list: list("db-0"), at: 1000 },
    );
    expect(slowest(dir).map((it) => [it.outcome, it.instance])).toEqual([
      ["ok", "shop-1"],
      ["ok", "shop-2"],
      ["ok", null],
      ["timeout", null],
    ]);
    expect(slowest(dir)[3]?.near).toEqual(["it was never sent"]);
  });

  test("are not told where no worker told of single requests, and not of failed trials", () => {
    expect(slowestRequests(loadEvidence(withSingles(record({ faults: false }), [])))).toBeNull();
    const outcomes = { 1: { outcome: "failed", reason: "crash loop" } } as const;
    expect(slowestRequests(loadEvidence(record({ faults: false, outcomes })))).toBeNull();
  });
});

describe("near a slow request", () => {
  const near = (dir: string) => slowest(dir)[0]?.near.map(plainSpaces);
  const one = (it: Partial<RequestLine> = {}) =>
    withSingles(record({ faults: false }), [{ due: 2000, end: 2200, port: 40_001, ...it }]);

  test("nothing out of the ordinary is no fact at all", () => {
    const dir = one();
    sampled(dir, "gc.pause", "shop-1", [[2100, 2]]);
    expect(near(dir)).toEqual([]);
  });

  test("a collection counts as far as it lies within the request, and only in the instance that served it", () => {
    const dir = one({ sent: 2050 });
    sampled(dir, "gc.pause", "shop-1", [[2030, 60]]);
    sampled(dir, "gc.pause", "shop-0", [[2100, 90]]);
    expect(near(dir)).toEqual([
      "it was sent 50.0 ms after it was due",
      "garbage collection stopped shop-1 for 40.0 ms",
    ]);
  });

  test("waiting for a CPU, throttling and page faults are told between the readings around it", () => {
    const dir = one();
    const readings = (step: number) => [0, 1, 2, 3].map((i) => [1950 + i * 100, i * step] as const);
    sampled(dir, "runqueue.wait", "shop-1", readings(20));
    sampled(dir, "cgroup.throttled.time", "shop-1", readings(50));
    sampled(dir, "faults.major", "shop-1", readings(1));
    expect(near(dir)).toEqual([
      "threads of shop-1 waited 60.0 ms for a CPU within 300 ms around it",
      "shop-1 was throttled for 150 ms within 300 ms around it",
      "shop-1 had 3 major page faults within 300 ms around it",
    ]);
    sampled(dir, "runqueue.wait", "shop-1", readings(4));
    sampled(dir, "cgroup.throttled.time", "shop-1", readings(0));
    sampled(dir, "faults.major", "shop-1", readings(0));
    expect(near(dir)).toEqual([]);
  });

  test("readings that do not reach around it say nothing", () => {
    const dir = one();
    sampled(dir, "runqueue.wait", "shop-1", [
      [2050, 0],
      [2150, 90],
    ]);
    expect(near(dir)).toEqual([]);
  });

  test("an instance that was started again a moment before is named", () => {
    const dir = one();
    const of = { target: "shop", instance: "shop-1" };
    journaled(
      dir,
      { type: "instance.start", ...of, pid: 77, port: 1, again: true, at: 1000 },
      { type: "instance.ready", ...of, at: 1600 },
    );
    expect(near(dir)).toEqual(["shop-1 had been started again and ready for 400 ms"]);
  });

  test("a fault is named when clients felt it at that time, or when it lasted then", () => {
    const evidence = loadEvidence(record());
    const [trial] = evidence.trials;
    const fault = (name: string) => trial?.faults.find((it) => it.name === name);
    const facts = (start: number, changed = trial) =>
      changed === undefined
        ? []
        : factsNear(evidence, changed, "shop", { due: start, sent: start, end: start + 50, instance: null });
    expect(facts(fault("one-dies")?.observed?.start ?? 0)).toEqual(["clients felt one-dies"]);
    const unfelt = trial && { ...trial, faults: trial.faults.map((it) => ({ ...it, observed: null })) };
    expect(facts(fault("slow-db")?.acknowledged?.start ?? 0, unfelt)).toEqual(["slow-db was on"]);
    expect(facts(fault("one-dies")?.acknowledged?.start ?? 0, unfelt)).toEqual([]);
    expect(facts((trial?.loadStart ?? 0) + 3000)).toEqual([]);
  });
});

describe("the spread over instances", () => {
  test("is the share of the random sample in phases without faults, mean over trials with their range", () => {
    const from = (i: number) => ({ port: 40_000 + i, random: true as const });
    const dir = withSingles(record({ faults: false }), [
      ...[0, 0, 1, 2].map(from),
      { port: 40_002 },
      { ...from(1), phase: "warmup", due: 100 },
      { port: 49_999, random: true },
    ]);
    expect(spreadOverInstances(loadEvidence(dir))?.arms).toEqual([
      {
        arm: "baseline",
        trials: 1,
        sampled: 4,
        instances: [
          { instance: "shop-0", center: 0.5, low: 0.5, high: 0.5 },
          { instance: "shop-1", center: 0.25, low: 0.25, high: 0.25 },
          { instance: "shop-2", center: 0.25, low: 0.25, high: 0.25 },
        ],
      },
    ]);
  });

  test("adds up to the whole in every arm", () => {
    const arms = spreadOverInstances(loadEvidence(record({ pairs: 3, arms: ["baseline", "candidate"] })))?.arms ?? [];
    expect(arms.map((it) => it.trials)).toEqual([3, 3]);
    for (const { instances } of arms) {
      expect(instances.reduce((sum, it) => sum + it.center, 0)).toBeCloseTo(1, 9);
      for (const { low, center, high } of instances) expect(low <= center && center <= high).toBe(true);
    }
  });

  test("is no question where one instance serves all, or nobody told who did", () => {
    const evidence = loadEvidence(record({ faults: false }));
    const alone = {
      ...evidence.run.scenario,
      arms: evidence.run.scenario.arms.map((arm) => ({
        ...arm,
        targets: arm.targets.map((it) => (it.kind === "process" ? { ...it, instances: 1 } : it)),
      })),
    };
    expect(spreadOverInstances({ ...evidence, run: { ...evidence.run, scenario: alone } })).toBeNull();
    const untold = { ...evidence, trials: evidence.trials.map((it) => ({ ...it, servedBy: () => null })) };
    expect(spreadOverInstances(untold)).toBeNull();
  });
});
