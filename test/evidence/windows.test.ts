/** The windows of a fault, by the design's definitions, on bins with a known answer. */
import { fc, test as prop } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { meets, observedWindow, recoveryMs, withinUsual } from "../../reports/evidence/windows.ts";
import { condition } from "../support/fake-scenario.ts";

/** 100 ms bins with 30 requests each; `bad` by bin, `slow` of them slow. */
function binsOf(bad: readonly number[], slow: readonly number[] = []) {
  const due = Float64Array.from(bad, () => 30);
  return {
    every: 100,
    due,
    bad: Float64Array.from(bad),
    slow: Float64Array.from(bad, (_, i) => slow[i] ?? 0),
    ok: Float64Array.from(bad, (it, i) => 30 - it + (slow[i] ?? 0)),
  };
}
const calm = (n: number): number[] => Array.from({ length: n }, () => 0);
const all = { start: 0, end: 1e9 };
const usual = 0.01;

describe("the observed window", () => {
  test("reaches from the first to the last affected bin", () => {
    expect(observedWindow(binsOf([...calm(10), 20, 25, 30, 9, ...calm(40)]), usual, all)).toEqual({
      start: 1000,
      end: 1400,
    });
  });

  test("is not opened by a single bad bin, nor by what chance brings", () => {
    expect(observedWindow(binsOf([...calm(10), 30, ...calm(40)]), usual, all)).toBeNull();
    expect(observedWindow(binsOf(Array.from({ length: 100 }, () => 2)), usual, all)).toBeNull();
  });

  test("takes what comes back within 2 s into itself, and not what comes later", () => {
    expect(observedWindow(binsOf([30, 30, ...calm(15), 30, 30, ...calm(40)]), usual, all)).toEqual({
      start: 0,
      end: 1900,
    });
    expect(observedWindow(binsOf([30, 30, ...calm(25), 30, 30, ...calm(40)]), usual, all)).toEqual({
      start: 0,
      end: 200,
    });
  });

  test("ends where the next fault begins", () => {
    const bins = binsOf([...calm(5), ...Array.from({ length: 40 }, () => 30)]);
    expect(observedWindow(bins, usual, { start: 0, end: 2000 })).toEqual({ start: 500, end: 2000 });
  });
});

const seenAfter = (ms: number) => ({ ms, seen: true });

describe("recovery", () => {
  const recovered = withinUsual(usual);

  test("is the first bin that opens 2 s of normal service", () => {
    const bins = binsOf([30, 30, 30, ...calm(60)]);
    expect(recoveryMs(bins, recovered, { from: 0, until: 6000 })).toEqual(seenAfter(300));
    expect(recoveryMs(bins, recovered, { from: 250, until: 6000 })).toEqual(seenAfter(50));
  });

  test("waits for a relapse within the 2 s", () => {
    expect(recoveryMs(binsOf([30, ...calm(10), 30, 30, ...calm(60)]), recovered, { from: 0, until: 6000 })).toEqual(
      seenAfter(1300),
    );
  });

  test("is nothing when nothing was wrong", () => {
    expect(recoveryMs(binsOf(calm(60)), recovered, { from: 0, until: 6000 })).toEqual(seenAfter(0));
  });

  test("is censored when 2 s of normal service do not fit before the end", () => {
    const bins = binsOf([...Array.from({ length: 41 }, () => 30), ...calm(19)]);
    expect(recoveryMs(bins, recovered, { from: 0, until: 6000 })).toEqual({ ms: 4100, seen: false });
    expect(recoveryMs(bins, recovered, { from: 0, until: 1500 })).toEqual({ ms: 1500, seen: false });
    expect(recoveryMs(bins, recovered, { from: 5000, until: 6000 })).toEqual({ ms: 0, seen: false });
  });

  prop.prop([fc.array(fc.constantFrom(0, 0, 0, 0, 1, 30), { minLength: 30, maxLength: 90 }), fc.nat(9000)])(
    "of which the end was not watched never took less than was said",
    (bad, until) => {
      const whole = recoveryMs(binsOf([...bad, ...calm(20)]), recovered, { from: 0, until: (bad.length + 20) * 100 });
      const watched = recoveryMs(binsOf(bad), recovered, { from: 0, until: Math.min(until, bad.length * 100) });
      if (watched.seen) expect(watched).toEqual(whole);
      else expect(watched.ms).toBeLessThanOrEqual(whole.ms);
    },
  );

  prop.prop([fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 120 }), fc.nat(3000)])(
    "never lies before its start, and a better service is never slower to recover",
    (bad, from) => {
      const until = bad.length * 100;
      const found = recoveryMs(binsOf(bad), recovered, { from, until });
      const better = recoveryMs(binsOf(bad.map((it) => Math.max(0, it - 5))), recovered, { from, until });
      expect(found.ms).toBeGreaterThanOrEqual(0);
      if (!found.seen) return;
      expect(found.ms + from).toBeLessThanOrEqual(until);
      expect(better.seen).toBe(true);
      expect(better.ms).toBeLessThanOrEqual(found.ms);
    },
  );
});

describe("a `recovered:` condition", () => {
  const span = { from: 0, until: 6000 };

  test("on errors looks at failures alone", () => {
    const bins = binsOf([30, 15, 15, ...calm(60)], [0, 15, 15]);
    expect(recoveryMs(bins, meets(condition({ metric: "errors.ratio", max: 0.01 })), span)).toEqual(seenAfter(100));
  });

  test("on latency wants the share of slow answers that its quantile allows", () => {
    const bins = binsOf(
      [30, 30, ...Array.from({ length: 60 }, () => 10)],
      Array.from({ length: 62 }, () => 10),
    );
    expect(recoveryMs(bins, meets(condition({ metric: "latency.p50", max: 100 })), span)).toEqual(seenAfter(200));
    expect(recoveryMs(bins, meets(condition({ metric: "latency.p90", max: 100 })), span).seen).toBe(false);
  });

  test("on throughput wants as many ok answers a second", () => {
    const bins = binsOf([30, 20, 20, ...calm(60)]);
    expect(recoveryMs(bins, meets(condition({ metric: "throughput", min: 250 })), span)).toEqual(seenAfter(300));
    expect(recoveryMs(bins, meets(condition({ metric: "throughput", min: 100 })), span)).toEqual(seenAfter(100));
  });
});
