/** Kolmogorov and Smirnov: published digits, small cases by hand, and what must hold for any values. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { OutOfDomain, TooFew } from "../../reports/stats/errors.ts";
import { kolmogorovTail, uniformityP } from "../../reports/stats/uniformity.ts";
import { seeded } from "../../runner/shared/random.ts";

const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 });
const sizes = fc.integer({ min: 1, max: 120 });
const distance = fc.double({ min: 0.001, max: 0.999, noNaN: true });

describe("the distribution of the largest distance", () => {
  test("Marsaglia, Tsang and Wang's own examples", () => {
    expect(1 - kolmogorovTail(10, 0.274)).toBeCloseTo(0.6284796154565, 12);
    expect(1 - kolmogorovTail(2000, 0.04)).toBeCloseTo(0.996769431917136, 11);
  });

  test("one and two values, by hand", () => {
    for (const d of [0.5, 0.6, 0.9]) expect(kolmogorovTail(1, d)).toBeCloseTo(2 * (1 - d), 14);
    for (const d of [0.25, 0.3, 0.49]) expect(kolmogorovTail(2, d)).toBeCloseTo(1 - 2 * (2 * d - 0.5) ** 2, 13);
    for (const d of [0.5, 0.7, 0.95]) expect(kolmogorovTail(2, d)).toBeCloseTo(2 * (1 - d) ** 2, 14);
  });

  test.each([
    [5, 0.56328],
    [10, 0.40925],
    [20, 0.29408],
    [50, 0.18841],
  ])("the 5 %% point of %i values in Miller's table", (n, d) => {
    expect(kolmogorovTail(n, d)).toBeCloseTo(0.05, 4);
  });

  test("a far tail keeps its digits", () => {
    // Beyond 1 - 1/n only the case is left in which all values lie at one end.
    expect(kolmogorovTail(3, 0.999) / 2e-9).toBeCloseTo(1, 9);
    expect(kolmogorovTail(20, 0.97) / (2 * 0.03 ** 20)).toBeCloseTo(1, 9);
  });

  test.prop([sizes, distance, distance])("falls from 1 at the least distance to 0 at 1", (n, a, b) => {
    expect(kolmogorovTail(n, Math.max(a, b))).toBeLessThanOrEqual(kolmogorovTail(n, Math.min(a, b)) + 1e-11);
    expect(kolmogorovTail(n, 1 / (2 * n))).toBeCloseTo(1, 12);
    expect(kolmogorovTail(n, 0)).toBe(1);
    expect(kolmogorovTail(n, 1)).toBe(0);
  });

  test("its three ways of reckoning meet", () => {
    for (const n of [17, 100, 1000]) {
      const d = 2 / Math.sqrt(n);
      expect(kolmogorovTail(n, d * (1 - 1e-9)) / kolmogorovTail(n, d)).toBeCloseTo(1, 6);
    }
    for (const x of [0.5, 0.8, 1.2, 1.9]) {
      const d = x / Math.sqrt(2000);
      const next = 2 * kolmogorovTail(2000, d) - kolmogorovTail(1999, d);
      expect(Math.abs(kolmogorovTail(2001, d) - next)).toBeLessThan(1.5e-5);
      expect(Math.abs(kolmogorovTail(2001, d) / next - 1)).toBeLessThan(0.002);
    }
  });

  test("what is no count or no distance is refused", () => {
    for (const n of [0, 1.5, Number.NaN]) expect(() => kolmogorovTail(n, 0.5)).toThrow(OutOfDomain);
    for (const d of [-0.1, 1.1, Number.NaN]) expect(() => kolmogorovTail(5, d)).toThrow(OutOfDomain);
  });
});

describe("uniformity", () => {
  test.each([8, 40])("%i uniform values are doubted as often as promised", (n) => {
    const random = seeded(2, `uniform ${n}`);
    const sessions = 2000;
    const p = Array.from({ length: sessions }, () => uniformityP(Array.from({ length: n }, random)));
    for (const level of [0.01, 0.05, 0.5]) {
      const doubted = p.filter((it) => it <= level).length / sessions;
      expect(Math.abs(doubted - level)).toBeLessThan(3 * Math.sqrt((level * (1 - level)) / sessions));
    }
  });

  test("p-values that crowd at either end are doubted", () => {
    expect(uniformityP([0.001, 0.01, 0.02, 0.04, 0.05, 0.06, 0.1, 0.2])).toBeLessThan(0.001);
    expect(uniformityP([0.999, 0.99, 0.98, 0.96, 0.95, 0.94, 0.9, 0.8])).toBeLessThan(0.001);
    expect(uniformityP(Array.from({ length: 20 }, () => 0.5))).toBeLessThan(0.0001);
  });

  test("values spread evenly are not", () => {
    expect(uniformityP(Array.from({ length: 100 }, (_, i) => (i + 0.5) / 100))).toBeCloseTo(1, 12);
    expect(uniformityP([0.5])).toBe(1);
  });

  test.prop([shares])("mirrors, and does not depend on order", (values) => {
    const p = uniformityP(values);
    expect(uniformityP(values.map((it) => 1 - it))).toBeCloseTo(p, 9);
    expect(uniformityP([...values].reverse())).toBe(p);
  });

  test.prop([shares])("is surer of the same crowd in more values", (values) => {
    expect(uniformityP([...values, ...values])).toBeLessThanOrEqual(uniformityP(values) + 1e-9);
  });

  test("none, NaN and what is no share are refused", () => {
    expect(() => uniformityP([])).toThrow(TooFew);
    for (const it of [Number.NaN, Number.POSITIVE_INFINITY, -0.1, 1.1]) {
      expect(() => uniformityP([0.5, it])).toThrow(OutOfDomain);
    }
  });
});
