/** Binomial tails and the intervals of shares: published answers and what must hold for every argument. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  binomialCdf,
  binomialQuantile,
  binomialUpperTail,
  clopperPearson,
  wilson,
} from "../../reports/stats/binomial.ts";

const counts = fc
  .tuple(
    fc.integer({ min: 1, max: 5000 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0.001, max: 0.999, noNaN: true }),
  )
  .map(([n, share, p]) => ({ n, k: Math.round(share * n), p }));

describe("binomial", () => {
  test("keeps eight digits at a million trials", () => {
    expect(binomialCdf(990_050, 1_000_000, 0.99)).toBeCloseTo(0.69368569, 8);
  });

  test("agrees with sums of coefficients", () => {
    expect(binomialUpperTail(3, 10, 0.5)).toBeCloseTo(968 / 1024, 14);
    expect(binomialUpperTail(10, 10, 0.1)).toBeCloseTo(1e-10, 22);
    expect(binomialCdf(0, 20, 0.3)).toBeCloseTo(0.7 ** 20, 15);
  });

  test("answers at the ends", () => {
    expect(binomialUpperTail(0, 10, 0)).toBe(1);
    expect(binomialUpperTail(1, 10, 0)).toBe(0);
    expect(binomialUpperTail(10, 10, 1)).toBe(1);
    expect(binomialUpperTail(11, 10, 0.5)).toBe(0);
    expect(binomialQuantile(1, 10, 0.5)).toBe(10);
    expect(binomialQuantile(0.99, 0, 0.5)).toBe(0);
  });

  test.prop([counts])("tail and cumulative probability add up to one", ({ n, k, p }) => {
    expect(binomialUpperTail(k + 1, n, p) + binomialCdf(k, n, p)).toBeCloseTo(1, 12);
  });

  test.prop([counts, fc.double({ min: 0.0001, max: 0.9999, noNaN: true })])(
    "a quantile is the first count that reaches its level",
    ({ n, p }, q) => {
      const k = binomialQuantile(q, n, p);
      expect(binomialCdf(k, n, p)).toBeGreaterThanOrEqual(q);
      if (k > 0) expect(binomialCdf(k - 1, n, p)).toBeLessThan(q);
    },
  );
});

describe("intervals of a share", () => {
  test("5 of 1 000", () => {
    expect(clopperPearson(5, 1000).lower).toBeCloseTo(0.0016254, 7);
    expect(clopperPearson(5, 1000).upper).toBeCloseTo(0.0116295, 7);
    expect(wilson(5, 1000).lower).toBeCloseTo(0.0021375, 7);
    expect(wilson(5, 1000).upper).toBeCloseTo(0.011651, 7);
  });

  test("none of 1 000 still has an upper bound", () => {
    expect(clopperPearson(0, 1000).lower).toBe(0);
    expect(clopperPearson(0, 1000).upper).toBeCloseTo(0.0036821, 7);
  });

  test.prop([counts])("mirror when success and failure swap", ({ n, k }) => {
    for (const interval of [clopperPearson, wilson]) {
      const there = interval(k, n);
      const back = interval(n - k, n);
      expect(there.lower).toBeCloseTo(1 - back.upper, 10);
      expect(there.lower).toBeLessThanOrEqual(k / n);
      expect(there.upper).toBeGreaterThanOrEqual(k / n);
    }
  });

  test("a count beyond its total is refused", () => {
    expect(() => clopperPearson(3, 2)).toThrow("count up to 2");
    expect(() => wilson(1, 0)).toThrow("at least 1");
    expect(() => binomialUpperTail(1, 2, Number.NaN)).toThrow("found NaN");
  });
});
