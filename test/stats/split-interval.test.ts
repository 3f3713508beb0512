/** The interval for the place of a shift: how often it holds the truth, and what must hold for any series. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { OutOfDomain, TooFew } from "../../reports/stats/errors.ts";
import { splitInterval } from "../../reports/stats/split-interval.ts";
import { seeded } from "../../runner/shared/random.ts";
import { autoregressive } from "../support/autoregressive.ts";

const terms = (seed = 1) => ({ blockLength: 5, minimum: 5, random: seeded(seed, "place") });
const step = (random: () => number, size: number) =>
  autoregressive(random, 60, 0).map((it, i) => it + (i < 35 ? 0 : size));

describe("the place of a shift", () => {
  test("of twenty standard deviations is known to the night", () => {
    expect(splitInterval(step(seeded(1, "x"), 20), 35, terms())).toEqual({ first: 35, last: 35 });
  });

  test("without any noise is known to the night", () => {
    expect(splitInterval([1, 1, 1, 1, 1, 2, 2, 2, 2, 2], 5, terms())).toEqual({ first: 5, last: 5 });
  });

  test("is held by the interval in about 95 % of series", () => {
    const random = seeded(2, "coverage");
    const series = 200;
    let held = 0;
    let width = 0;
    for (let i = 0; i < series; i++) {
      const values = step(random, 2);
      const { first, last } = splitInterval(values, largest(values), terms(i));
      if (first <= 35 && 35 <= last) held++;
      width += last - first + 1;
    }
    expect(held / series).toBeGreaterThan(0.9);
    expect(width / series).toBeLessThan(8);
  });

  test("is the more certain the larger the shift", () => {
    const width = (size: number): number => {
      const { first, last } = splitInterval(step(seeded(3, "x"), size), 35, terms());
      return last - first;
    };
    expect(width(1)).toBeGreaterThan(width(3));
  });

  test.prop([
    fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 10, maxLength: 40 }),
    fc.nat(),
    fc.integer({ min: 1, max: 50 }),
  ])("always holds the place that was found, within the series", (values, at, blockLength) => {
    const index = 5 + (at % (values.length - 9));
    const { first, last } = splitInterval(values, index, { ...terms(at), blockLength });
    expect(first).toBeGreaterThanOrEqual(5);
    expect(first).toBeLessThanOrEqual(index);
    expect(last).toBeGreaterThanOrEqual(index);
    expect(last).toBeLessThanOrEqual(values.length - 5);
  });

  test("is in the interval even where no resample finds it again", () => {
    expect(splitInterval(new Array<number>(30).fill(2), 17, terms())).toEqual({ first: 5, last: 17 });
  });

  test("a place too near to an end, and too few values, are refused", () => {
    expect(() => splitInterval(step(seeded(1, "x"), 1), 4, terms())).toThrow(OutOfDomain);
    expect(() => splitInterval(step(seeded(1, "x"), 1), 56, terms())).toThrow("5 values on both sides");
    expect(() => splitInterval([1, 2, 3], 1, terms())).toThrow(TooFew);
  });
});

/** Where the means before and after differ most, in standard errors. */
function largest(values: readonly number[]): number {
  const mean = (of: readonly number[]) => of.reduce((a, b) => a + b, 0) / of.length;
  const strength = (m: number) => m * (values.length - m) * (mean(values.slice(0, m)) - mean(values.slice(m))) ** 2;
  return Array.from({ length: values.length - 9 }, (_, i) => i + 5).reduce((a, b) =>
    strength(b) > strength(a) ? b : a,
  );
}
