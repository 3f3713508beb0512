/** When requests are due: exact over workers, right on ramps, Poisson where asked. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { Job } from "../../runner/engines/engine.ts";
import { arrivals, phaseArrivals, type Spacing, timeOf } from "../../runner/engines/native/schedule.ts";
import { shareOf } from "../../runner/engines/worker/share.ts";
import { seeded } from "../../runner/shared/random.ts";
import { aLoad } from "../support/load.ts";

const ramp = (from: number, to: number, durationMs: number) => ({
  name: "ramp",
  durationMs,
  load: { kind: "open" as const, from, to },
});
const all = (from: number, to: number, durationMs: number, spacing: Spacing, workers = 1) =>
  Array.from({ length: workers }, (_, i) => [
    ...phaseArrivals(ramp(from, to, durationMs), spacing, i, workers, seeded(7, `w${i}`)),
  ]);
const rate = fc.double({ min: 0, max: 500, noNaN: true });
const length = fc.integer({ min: 1, max: 10_000 });

test.prop([rate, rate, length, fc.integer({ min: 1, max: 5 })])(
  "evenly spaced, any number of workers makes the schedule of one",
  (from, to, durationMs, workers) => {
    const [one] = all(from, to, durationMs, "even");
    const many = all(from, to, durationMs, "even", workers);
    expect(many.flat().sort((a, b) => a - b)).toEqual(one);
  },
);

test.prop([rate, rate, length])("evenly spaced, as many are due as the area under the rate", (from, to, durationMs) => {
  const expected = ((from + to) / 2) * (durationMs / 1000);
  expect(Math.abs((all(from, to, durationMs, "even")[0]?.length ?? 0) - expected)).toBeLessThanOrEqual(0.5 + 1e-6);
});

test.prop([rate, rate, length, fc.constantFrom<Spacing>("even", "poisson")])(
  "times rise and stay within the phase",
  (from, to, durationMs, spacing) => {
    const times = all(from, to, durationMs, spacing)[0] ?? [];
    expect(times.every((it, i) => it >= 0 && it < durationMs && it >= (times[i - 1] ?? 0))).toBe(true);
  },
);

test.prop([fc.double({ min: 0.1, max: 1e4, noNaN: true }), fc.double({ min: 0, max: 1e4, noNaN: true }), length])(
  "the time of a count is where the integral of the rate reaches it",
  (from, to, durationMs) => {
    const total = ((from + to) / 2) * (durationMs / 1000);
    const t = timeOf(total / 3, from, to, durationMs) / 1000;
    const seconds = durationMs / 1000;
    expect(from * t + ((to - from) * t * t) / (2 * seconds)).toBeCloseTo(total / 3, 5);
  },
);

describe("Poisson arrivals", () => {
  test.each([1, 3])("from %i workers have exponential gaps at the whole rate", (workers) => {
    const times = all(2000, 2000, 20_000, "poisson", workers)
      .flat()
      .sort((a, b) => a - b);
    const gaps = times.slice(1).map((it, i) => it - (times[i] as number));
    const mean = gaps.reduce((sum, it) => sum + it, 0) / gaps.length;
    const variance = gaps.reduce((sum, it) => sum + (it - mean) ** 2, 0) / gaps.length;
    // 40 000 gaps of mean 0.5 ms: 4 standard errors are 2 %; an exponential's deviation is its mean.
    expect(mean).toBeCloseTo(0.5, 1.5);
    expect(Math.sqrt(variance) / mean).toBeGreaterThan(0.95);
    expect(Math.sqrt(variance) / mean).toBeLessThan(1.05);
  });
  test("follow a ramp: a quarter of the way up there is a sixteenth of them", () => {
    const times = all(0, 4000, 20_000, "poisson")[0] ?? [];
    expect(times.filter((it) => it < 5000).length / times.length).toBeCloseTo(1 / 16, 1.5);
    expect(Math.abs(times.length - 40_000)).toBeLessThan(5 * 200);
  });
});

test("each phase starts afresh at its own boundary; closed phases have no arrivals", () => {
  const job: Job = {
    load: aLoad(),
    phases: [
      ramp(10, 10, 1000),
      { name: "off", durationMs: 500, load: { kind: "closed", connections: 3 } },
      ramp(100, 100, 100),
    ],
    address: { host: "127.0.0.1", port: 1 },
    worker: 0,
    workers: 1,
    seed: 1,
  };
  const times = [...arrivals(job, "even")];
  expect(times.map((it) => it.phase)).toEqual([...Array(10).fill(0), ...Array(10).fill(2)]);
  expect(times.find((it) => it.phase === 2)?.at).toBeCloseTo(1505, 6);
});

test("the same seed gives the same arrivals, another seed others", () => {
  const at = (seed: number) => [...phaseArrivals(ramp(50, 50, 1000), "poisson", 0, 1, seeded(seed, "a"))];
  expect(at(1)).toEqual(at(1));
  expect(at(1)).not.toEqual(at(2));
});

test.prop([fc.nat({ max: 10_000 }), fc.integer({ min: 1, max: 20 })])(
  "shares add up to the whole",
  (total, workers) => {
    const shares = Array.from({ length: workers }, (_, i) => shareOf(total, i, workers));
    expect(shares.reduce((sum, it) => sum + it, 0)).toBe(total);
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
  },
);
