/** Autocorrelation at lag 1: NIST's series, and what must hold for any. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { lag1, lag1Corrected } from "../../reports/stats/autocorrelation.ts";
import { mean } from "../../reports/stats/describe.ts";
import { OutOfDomain, TooFew } from "../../reports/stats/errors.ts";
import { seeded } from "../../runner/shared/random.ts";
import { autoregressive } from "../support/autoregressive.ts";

const varied = fc
  .array(fc.integer({ min: -1000, max: 1000 }), { minLength: 5, maxLength: 40 })
  .filter((it) => new Set(it).size > 1);

describe("lag-1 autocorrelation", () => {
  test("of NIST's NumAcc4", () => {
    const data = [10_000_000.2, ...Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 10_000_000.1 : 10_000_000.3))];
    expect(lag1(data)).toBeCloseTo(-0.999, 7);
  });

  test("of a ramp of five", () => {
    expect(lag1([1, 2, 3, 4, 5])).toBeCloseTo(0.4, 12);
  });

  test.prop([varied, fc.integer({ min: -1000, max: 1000 }), fc.constantFrom(-8, 0.25, 3)])(
    "does not depend on unit or offset, and is the same backwards",
    (values, offset, factor) => {
      const there = lag1(values);
      expect(lag1(values.map((it) => it * factor + offset))).toBeCloseTo(there, 9);
      expect(lag1([...values].reverse())).toBeCloseTo(there, 9);
      expect(Math.abs(there)).toBeLessThanOrEqual(1);
    },
  );

  test("what has no spread has none, and is said so", () => {
    expect(() => lag1([3, 3, 3])).toThrow(OutOfDomain);
    expect(() => lag1([3])).toThrow(TooFew);
    expect(() => lag1([3, Number.NaN])).toThrow("finite");
    expect(() => lag1Corrected([1, 2, 3, 5], 1)).toThrow("at least 5");
  });
});

describe("the correction for bias", () => {
  const random = seeded(3, "autocorrelation");
  const short = Array.from({ length: 4000 }, () => autoregressive(random, 25, 0.4));

  test("brings the mean of short series to the truth", () => {
    expect(mean(short.map((it) => lag1(it)))).toBeLessThan(0.32);
    expect(Math.abs(mean(short.map((it) => lag1Corrected(it))) - 0.4)).toBeLessThan(0.015);
  });

  test("knows how many levels were taken out", () => {
    const leveled = short.map((it) => {
      const halves = [it.slice(0, 12), it.slice(12)];
      return halves.flatMap((half) => half.map((x) => x - mean(half)));
    });
    expect(mean(leveled.map((it) => lag1Corrected(it, 1)))).toBeLessThan(0.36);
    expect(Math.abs(mean(leveled.map((it) => lag1Corrected(it, 2))) - 0.4)).toBeLessThan(0.025);
  });

  test.prop([varied])("stays within -1 to 1", (values) => {
    expect(Math.abs(lag1Corrected(values))).toBeLessThanOrEqual(1);
  });
});
