/** Tests and bounds for means: R's sleep data, and what must hold for any data. */
import { fc, test } from "@fast-check/vitest";
import { mean } from "simple-statistics";
import { describe, expect } from "vitest";
import { standardDeviation } from "../../reports/stats/describe.ts";
import { OutOfDomain, TooFew } from "../../reports/stats/errors.ts";
import { pairedBounds, pairedT, pValues, tInterval, tost, welchT } from "../../reports/stats/t-test.ts";

const a = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
const b = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
const gain = b.map((it, i) => it - (a[i] as number));

const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 30 });

describe("R's sleep data", () => {
  test("paired", () => {
    const test = pairedT(gain.map((it) => -it));
    expect(test.t).toBeCloseTo(-4.062128, 6);
    expect(test.df).toBe(9);
    expect(pValues(test).twoSided).toBeCloseTo(0.00283289, 8);
    expect(tInterval(test).lower).toBeCloseTo(-2.4598858, 7);
    expect(tInterval(test).upper).toBeCloseTo(-0.7001142, 7);
  });

  test("Welch", () => {
    const test = welchT(a, b);
    expect(test.t).toBeCloseTo(-1.860813, 6);
    expect(test.df).toBeCloseTo(17.77647, 5);
    expect(pValues(test).twoSided).toBeCloseTo(0.0793941, 6);
    expect(tInterval(test).lower).toBeCloseTo(-3.3654832, 6);
    expect(tInterval(test).upper).toBeCloseTo(0.2054832, 6);
  });

  test("equivalence within 3 hours", () => {
    expect(tost(gain, 3)).toBeCloseTo(0.0026556, 7);
    expect(pairedBounds(gain, 0.05).lower).toBeCloseTo(0.866995, 6);
    expect(pairedBounds(gain, 0.05).upper).toBeCloseTo(2.293005, 6);
  });
});

describe("bounds", () => {
  test.prop([values, fc.double({ min: -100, max: 100, noNaN: true })])("move with the data", (it, shift) => {
    const there = pairedBounds(it, 0.05);
    const moved = pairedBounds(
      it.map((x) => x + shift),
      0.05,
    );
    expect(moved.lower).toBeCloseTo(there.lower + shift, 6);
    expect(moved.upper).toBeCloseTo(there.upper + shift, 6);
  });

  test.prop([values])("mirror when the samples swap", (it) => {
    const there = pairedBounds(it, 0.01);
    const swapped = pairedBounds(
      it.map((x) => -x),
      0.01,
    );
    expect(swapped.lower).toBeCloseTo(-there.upper, 6);
  });

  test.prop([values])("do not depend on order", (it) => {
    expect(pairedBounds([...it].reverse(), 0.05).upper).toBeCloseTo(pairedBounds(it, 0.05).upper, 6);
  });

  test("equal differences: bounds at their value, and no t", () => {
    expect(pairedBounds([0.1, 0.1, 0.1], 0.05)).toEqual({ lower: 0.1, upper: 0.1 });
    expect(() => pairedT([0.1, 0.1, 0.1])).toThrow(OutOfDomain);
  });

  test("one pair is too few, and NaN is refused", () => {
    expect(() => pairedBounds([1], 0.05)).toThrow(TooFew);
    expect(() => pairedBounds([1, Number.NaN], 0.05)).toThrow("finite");
    expect(() => welchT([1], [1, 2])).toThrow(TooFew);
    expect(() => welchT([1, 1], [2, 2])).toThrow(OutOfDomain);
  });
});

test("the mean and spread of NIST's NumAcc4", () => {
  const data = [10_000_000.2, ...Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 10_000_000.1 : 10_000_000.3))];
  expect(mean(data)).toBeCloseTo(10_000_000.2, 8);
  expect(standardDeviation(data)).toBeCloseTo(0.1, 7);
});
