/** Merging adds up exactly, round by round, also when a worker is slow or gone. */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { emptyHistogram, encodeHistogram } from "../../runner/engines/histogram.ts";
import { createLive } from "../../runner/engines/live.ts";
import { createMerger } from "../../runner/engines/merge.ts";
import type { HistogramLine, LatencyLine, LoadLine, SelfLine } from "../../runner/record/load-lines.ts";
import { allOf, countsOf, histogramLines } from "../support/load.ts";

const histogram = (values: readonly number[]) => {
  const it = emptyHistogram();
  for (const value of values) it.recordValue(value);
  return it;
};
const histogramLine = (values: readonly number[], changes: Partial<HistogramLine> = {}): HistogramLine => ({
  type: "histogram",
  phase: "steady",
  t: 0,
  request: "get",
  outcome: "ok",
  count: values.length,
  response: encodeHistogram(histogram(values)),
  service: encodeHistogram(histogram(values.map((it) => Math.floor(it / 2)))),
  ...changes,
});
const self = (t: number): SelfLine => ({
  type: "self",
  t,
  cpu: 0.1,
  loopP99: 0,
  lagP50: null,
  lagP99: null,
  inFlight: 0,
  connections: 1,
  rss: 1,
});

const values = fc.array(fc.integer({ min: 0, max: 3_600_000_000 }), { minLength: 1, maxLength: 30 });
/** What each of three workers tells in each of some rounds. */
const told = fc.array(fc.tuple(values, values, values), { minLength: 1, maxLength: 4 });

test.prop([told, fc.array(fc.nat({ max: 2 }), { maxLength: 40 })])(
  "buckets and counts of three workers are those of one that did it all, in whatever order they tell",
  (rounds, order) => {
    const merger = createMerger(3);
    const out: LatencyLine[] = [];
    const queues = [0, 1, 2].map((worker) =>
      rounds.flatMap((round, i): LoadLine[] => {
        const mine = round[worker] as number[];
        const bin: LoadLine = { type: "bin", t: 100 * i, due: mine.length, counts: { ok: mine.length }, slow: 1 };
        return [histogramLine(mine), bin, self(1000 * (i + 1))];
      }),
    );
    for (const worker of [...order, ...queues.flatMap((queue, i) => queue.map(() => i))]) {
      const line = queues[worker]?.shift();
      if (line !== undefined) out.push(...merger.add(worker, line));
    }
    for (const worker of [0, 1, 2]) out.push(...merger.leave(worker));

    const all = rounds.flat(2);
    expect(encodeHistogram(allOf(out, "response"))).toBe(encodeHistogram(histogram(all)));
    expect(encodeHistogram(allOf(out, "service"))).toBe(
      encodeHistogram(histogram(all.map((it) => Math.floor(it / 2)))),
    );
    expect(histogramLines(out).reduce((n, it) => n + it.count, 0)).toBe(all.length);
    expect(countsOf(out)).toEqual({ due: all.length, ok: all.length, slow: 3 * rounds.length });
  },
);

test("a round waits for all workers, and not for one that is gone", () => {
  const merger = createMerger(2);
  merger.add(0, histogramLine([1000]));
  expect(merger.add(0, self(1000))).toEqual([{ v: 1, worker: 0, ...self(1000) }]);
  merger.add(1, histogramLine([2000]));
  const released = merger.leave(1);
  expect(released).toMatchObject([{ type: "histogram", count: 2 }]);
});

test("what was dropped has no histograms, and keeps none when merged", () => {
  const merger = createMerger(2);
  const dropped = histogramLine([], { outcome: "dropped", count: 3, response: null, service: null });
  merger.add(0, dropped);
  merger.add(1, dropped);
  merger.leave(0);
  expect(merger.add(1, self(1000))[0]).toMatchObject({ count: 6, response: null, service: null });
});

const live = (workers = 1, timeoutMs = 2000) => {
  const it = createLive(workers, timeoutMs, () => 100);
  return { ...it, add: (line: LoadLine, worker = 0) => it.add({ v: 1, worker, ...line }) };
};
/** Bins of the second before `end`, 10 requests due in each. */
const second = (end: number): LoadLine[] =>
  Array.from({ length: 10 }, (_, i) => ({
    type: "bin",
    t: end - 1000 + 100 * i,
    due: 10,
    counts: { ok: 9, "5xx": 1 },
    slow: 0,
  }));

test("live figures follow the merged lines: p99 per phase, recent seconds only", () => {
  const { add, p99, recent } = live();
  expect(p99("steady")).toBeNull();
  expect(recent(1000)).toEqual({ heardMs: 0, due: 0, counts: {}, p50: null, p99: null });

  add(histogramLine([1_000_000], { phase: "warm" }));
  for (const end of [1000, 2000, 3000]) {
    add(histogramLine(Array(100).fill(end * 10)));
    for (const line of second(end)) add(line);
    // Never on the dot.
    add(self(end + 3));
  }
  expect(p99("steady")).toBeCloseTo(30_000, -2);
  expect(recent(1000)).toMatchObject({ heardMs: 1000, due: 100, counts: { ok: 90, "5xx": 10 } });
  expect(recent(1000).p50).toBeCloseTo(30, 0);
  expect(recent(1000).p99).toBeCloseTo(30, 0);
  expect(recent(2000)).toMatchObject({ heardMs: 2000, due: 200 });
  expect(recent(2000).p50).toBeCloseTo(20, 0);
  expect(recent(10_000)).toMatchObject({ heardMs: 3000, due: 300 });
});

test("what was never answered counts at the timeout among recent latencies, and not for the slow threshold", () => {
  const { add, p99, recent } = live(1, 5000);
  for (const outcome of ["timeout", "lost", "dropped"] as const) {
    // It was due long before anybody could know.
    add(histogramLine([], { t: 0, outcome, count: 1, response: null, service: null }));
    add(self(6000));
    expect(recent(1000).p99, outcome).toBeCloseTo(5000, -1);
  }
  add(histogramLine(Array(97).fill(10_000)));
  add(self(6100));
  expect(recent(1000).p50).toBeCloseTo(10, 0);
  expect(recent(1000).p99).toBeCloseTo(5000, -1);
  expect(p99("steady")).toBeCloseTo(10_000, -2);
  add(histogramLine([1000], { t: 6000, outcome: "5xx" }));
  add(self(7100));
  expect(recent(1000)).toMatchObject({ p50: null, p99: null });
});

test("a window is heard of when every worker that lives has told of it", () => {
  const { add, leave, recent } = live(2);
  add(self(1000), 0);
  expect(recent(1000).heardMs).toBe(0);
  add(self(1050), 1);
  expect(recent(2000).heardMs).toBe(1000);
  add(self(2000), 0);
  expect(recent(2000).heardMs).toBe(1000);
  leave(1);
  expect(recent(2000).heardMs).toBe(2000);
  leave(0);
  expect(recent(2000).heardMs).toBe(2000);
});
