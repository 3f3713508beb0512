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

test("live figures follow the merged lines: p99 per phase, recent seconds only", () => {
  const phases = (["warm", "steady"] as const).map((name) => ({
    name,
    durationMs: 5000,
    load: { kind: "open" as const, from: 1, to: 1 },
  }));
  const live = createLive(phases, () => 100);
  expect(live.p99("steady")).toBeNull();
  expect(live.recent(1000)).toEqual({ due: 0, counts: {}, p50: null, p99: null });

  const add = (line: LoadLine) => live.add({ v: 1, ...line });
  add(histogramLine([1_000_000], { phase: "warm" }));
  for (let second = 0; second < 3; second++) {
    add(histogramLine(Array(100).fill((second + 1) * 10_000), { t: second * 1000 }));
    for (let t = 5000 + second * 1000; t < 6000 + second * 1000; t += 100) {
      add({ type: "bin", t, due: 10, counts: { ok: 9, "5xx": 1 }, slow: 0 });
    }
    add(self(6000 + second * 1000));
  }
  expect(live.p99("steady")).toBeCloseTo(30_000, -2);
  const recent = live.recent(1000);
  expect([recent.due, recent.counts]).toEqual([100, { ok: 90, "5xx": 10 }]);
  expect(recent.p50).toBeCloseTo(30, 0);
  expect(live.recent(2000)).toMatchObject({ due: 200 });
});
