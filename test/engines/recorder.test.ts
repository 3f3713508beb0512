/** What a worker tells adds up to what happened, whenever it is asked; and it remembers no single request. */
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { Code, createRecorder } from "../../runner/engines/worker/recorder.ts";
import { createReservoir, type Single } from "../../runner/engines/worker/reservoir.ts";
import type { LatencyLine } from "../../runner/record/load-lines.ts";
import { outcomes } from "../../runner/record/outcomes.ts";
import { seeded } from "../../runner/shared/random.ts";
import { allOf, countsOf, histogramLines } from "../support/load.ts";

const phase = (name: string, durationMs: number) => ({
  name,
  durationMs,
  load: { kind: "open" as const, from: 1, to: 1 },
});
const phases = [phase("warm", 1500), phase("steady", 2700)];
const twoPhases = () => createRecorder(phases, ["a", "b"], seeded(1, "r"));
const drained = (recorder: ReturnType<typeof twoPhases>): LatencyLine[] =>
  [...recorder.flush()].map((it) => ({ v: 1, ...it }));

const request = fc.record({
  due: fc.integer({ min: 0, max: 4199 }),
  took: fc.integer({ min: 0, max: 10_000 }),
  request: fc.nat({ max: 1 }),
  outcome: fc.nat({ max: outcomes.length - 2 }),
  flush: fc.boolean(),
});

test.prop([fc.array(request, { maxLength: 60 })])("lines add up, however often they are asked for", (its) => {
  const recorder = twoPhases();
  const lines: LatencyLine[] = [];
  for (const it of its) {
    recorder.due(it.due);
    const sent = it.outcome === Code.connect ? Number.NaN : it.due;
    recorder.finished(it.due < 1500 ? 0 : 1, it.request, it.outcome, it.due, sent, it.due + it.took, 1);
    if (it.flush) lines.push(...drained(recorder));
  }
  lines.push(...drained(recorder));

  const { due, slow: _, ...counts } = countsOf(lines);
  expect(due).toBe(its.length);
  for (const [code, outcome] of outcomes.entries()) {
    const mine = its.filter((it) => it.outcome === code);
    expect(counts[outcome] ?? 0).toBe(mine.length);
    expect(allOf(lines, "response", outcome).totalCount).toBe(mine.length);
    expect(allOf(lines, "service", outcome).totalCount).toBe(outcome === "connect" ? 0 : mine.length);
  }
  for (const line of histogramLines(lines)) {
    const from = (line.phase === "warm" ? 0 : 1500) + line.t;
    const to = Math.min(from + 1000, line.phase === "warm" ? 1500 : 4200);
    expect(its.some((it) => it.due >= from && it.due < to && outcomes[it.outcome] === line.outcome)).toBe(true);
  }
});

test("a late answer amends the second and the bin in which it was due", () => {
  const recorder = twoPhases();
  recorder.due(1620);
  expect(drained(recorder)).toEqual([{ v: 1, type: "bin", t: 1600, due: 1, counts: {}, slow: 0 }]);
  recorder.finished(1, 0, Code.ok, 1620, 1621, 4100, 7);
  const later = drained(recorder);
  expect(later).toContainEqual({ v: 1, type: "bin", t: 1600, due: 0, counts: { ok: 1 }, slow: 0 });
  expect(histogramLines(later)).toMatchObject([{ phase: "steady", t: 0, count: 1, outcome: "ok" }]);
});

test("only ok answers slower than the threshold count as slow", () => {
  const recorder = twoPhases();
  recorder.finished(0, 0, Code.ok, 0, 0, 90, 1);
  recorder.slowerThan(50_000);
  recorder.finished(0, 0, Code.ok, 0, 0, 51, 1);
  recorder.finished(0, 0, Code.ok, 0, 0, 50, 1);
  recorder.finished(0, 0, Code["5xx"], 0, 0, 90, 1);
  expect(countsOf(drained(recorder)).slow).toBe(1);
});

test("a time beyond an hour is an hour, one below zero is zero", () => {
  const recorder = twoPhases();
  recorder.finished(0, 0, Code.ok, 100, 100, 1e9, 1);
  recorder.finished(0, 0, Code.ok, 100, 100, 99, 1);
  const it = allOf(drained(recorder), "response");
  expect(it.totalCount).toBe(2);
  expect(it.getValueAtPercentile(50)).toBe(0);
  expect(it.maxValue / 3_600_000_000).toBeCloseTo(1, 2);
});

test("a million requests leave no more behind than a thousand", () => {
  const recorder = createRecorder([phase("long", 1_000_000)], ["a"], seeded(1, "r"));
  const heapAfter = (from: number, to: number): number => {
    for (let i = from; i < to; i++) {
      recorder.due(i);
      recorder.finished(0, 0, Code.ok, i, i, i + (i % 90), 1);
      if (i % 1000 === 999) for (const _ of recorder.flush());
    }
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const early = heapAfter(0, 100_000);
  // A hundred bytes kept of each would be 90 MB.
  expect(heapAfter(100_000, 1_000_000) - early).toBeLessThan(10e6);
});

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

const single = (end: number): Single => ({ phase: 0, request: 0, outcome: 0, due: 0, sent: 0, end, port: 1 });

test.prop([fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 200 }), fc.nat()])(
  "the reservoir holds the slowest, each request once, and never more than its size",
  (times, seed) => {
    const reservoir = createReservoir(5, 5, seeded(seed, "r"));
    for (const it of times) reservoir.offer(it, () => single(it));
    const kept = reservoir.drain();
    expect(kept.length).toBeLessThanOrEqual(10);
    expect(kept.length).toBeGreaterThanOrEqual(Math.min(5, times.length));
    expect(new Set(kept).size).toBe(kept.length);
    expect(kept.filter((it) => it.random)).toHaveLength(Math.min(5, times.length));
    const slowest = times.toSorted((a, b) => b - a).slice(0, 5);
    const ends = kept.map((it) => it.end).sort((a, b) => b - a);
    expect(ends.slice(0, slowest.length)).toEqual(slowest);
    expect(reservoir.drain()).toEqual([]);
  },
);

test("the random part of the reservoir is uniform, the slowest included: each of 20 is as likely", () => {
  const hits = Array(20).fill(0);
  const reservoir = createReservoir(5, 5, seeded(3, "r"));
  for (let round = 0; round < 4000; round++) {
    for (let i = 0; i < 20; i++) reservoir.offer(i, () => single(i));
    for (const it of reservoir.drain()) if (it.random) hits[it.end]++;
  }
  // 1000 expected each, standard deviation 27.
  for (const it of hits) expect(Math.abs(it - 1000)).toBeLessThan(150);
});
