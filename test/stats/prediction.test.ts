/** Boundaries for the next value: Bencher's numbers, and how often a next value lies beyond. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { OutOfDomain, TooFew } from "../../reports/stats/errors.ts";
import { normalBoundary, predictionInterval, quartileBoundary, summarize } from "../../reports/stats/prediction.ts";
import { seeded } from "../../runner/shared/random.ts";
import { autoregressive } from "../support/autoregressive.ts";

describe("Bencher's boundaries at 0.977 for 25 values, mean 100, standard deviation 10", () => {
  const before = { n: 25, mean: 100, deviation: 10 };

  test("by t", () => {
    expect(predictionInterval(before, 0.977).lower).toBeCloseTo(78.54, 2);
    expect(predictionInterval(before, 0.977).upper).toBeCloseTo(121.46, 2);
  });

  test("by z", () => {
    expect(normalBoundary(before, 0.977).lower).toBeCloseTo(80.05, 2);
    expect(normalBoundary(before, 0.977).upper).toBeCloseTo(119.95, 2);
  });

  test("by two interquartile ranges of 10 about a median of 100", () => {
    expect(quartileBoundary([90, 95, 100, 105, 110], 2)).toEqual({ lower: 80, upper: 120 });
  });
});

test("of nine nights the next lies beyond Student's in the stated share of series, and beyond the normal one in more", () => {
  const random = seeded(1, "prediction");
  const series = 20_000;
  let student = 0;
  let normal = 0;
  for (let i = 0; i < series; i++) {
    const values = autoregressive(random, 10, 0);
    const before = summarize(values.slice(0, 9));
    const next = values[9] as number;
    if (next > predictionInterval(before, 0.99).upper) student++;
    if (next > normalBoundary(before, 0.99).upper) normal++;
  }
  expect(Math.abs(student / series - 0.01)).toBeLessThan(3 * Math.sqrt((0.01 * 0.99) / series));
  expect(normal / series).toBeGreaterThan(0.02);
});

const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 30 });

test.prop([values, fc.integer({ min: -100, max: 100 }), fc.constantFrom(0.5, 4)])(
  "boundaries move and scale with the values",
  (of, offset, factor) => {
    const moved = of.map((it) => it * factor + offset);
    for (const boundary of [
      (it: readonly number[]) => predictionInterval(summarize(it), 0.95),
      (it: readonly number[]) => normalBoundary(summarize(it), 0.95),
      (it: readonly number[]) => quartileBoundary(it, 1.5),
    ]) {
      expect(boundary(moved).lower).toBeCloseTo(boundary(of).lower * factor + offset, 6);
      expect(boundary(moved).upper).toBeCloseTo(boundary(of).upper * factor + offset, 6);
    }
  },
);

test("too little and what is out of range is refused", () => {
  expect(() => predictionInterval({ n: 1, mean: 0, deviation: 1 }, 0.9)).toThrow(TooFew);
  expect(() => predictionInterval({ n: 5, mean: 0, deviation: 1 }, 1)).toThrow(OutOfDomain);
  expect(() => normalBoundary({ n: 5, mean: 0, deviation: -1 }, 0.9)).toThrow("negative");
  expect(() => normalBoundary({ n: 5, mean: Number.NaN, deviation: 1 }, 0.9)).toThrow("finite");
  expect(() => quartileBoundary([], 2)).toThrow(TooFew);
});
