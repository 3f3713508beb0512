/** What k pairs can find, and ranks that enclose a quantile. */
import { describe, expect, test } from "vitest";
import { quantileRanks } from "../../reports/stats/order-statistics.ts";
import { detectableEffect, pairedPower, pairsNeeded } from "../../reports/stats/power.ts";

const pairs = [4, 5, 6, 8, 10, 12, 16, 20, 24, 30];
/** The published digits are rounded, some of them away from the nearest. */
function agree(alpha: number, published: readonly number[]): void {
  for (const [i, k] of pairs.entries()) {
    expect(Math.abs(detectableEffect(k, alpha) - (published[i] as number))).toBeLessThanOrEqual(0.0055);
  }
}

describe("minimum detectable effect at 80 % power", () => {
  test("one-sided 5 %", () => {
    agree(0.05, [1.65, 1.36, 1.19, 0.98, 0.85, 0.77, 0.65, 0.58, 0.52, 0.46]);
  });

  test("one-sided 0.5 %: Holm of ten", () => {
    agree(0.005, [3.72, 2.63, 2.11, 1.6, 1.33, 1.17, 0.96, 0.84, 0.75, 0.66]);
  });

  test("that has to be large too: the further it has to be, the less it matters that it is significant", () => {
    const above = (least: number): number => detectableEffect(10, 0.001, least);
    expect(above(1e-9)).toBeCloseTo(detectableEffect(10, 0.001), 6);
    // An estimate lies above its own 20 % quantile with a chance of 80 %.
    for (const least of [3, 20, 1e9]) expect((above(least) - least) * Math.sqrt(10)).toBeCloseTo(0.8416, 3);
    expect(above(1)).toBeGreaterThan(Math.max(detectableEffect(10, 0.001), 1 + 0.8416 / Math.sqrt(10)));
  });

  test("without an effect the power is alpha", () => {
    for (const k of [2, 3, 10, 200]) {
      for (const alpha of [0.05, 0.001]) expect(pairedPower(k, 0, alpha)).toBeCloseTo(alpha, 9);
    }
  });

  test("even two pairs at a strict level have an answer", () => {
    expect(pairedPower(2, detectableEffect(2, 0.01), 0.01)).toBeCloseTo(0.8, 6);
    // With one degree of freedom t is Cauchy's: a tenth of the level is ten times as far.
    expect(detectableEffect(2, 1e-7) / detectableEffect(2, 1e-6)).toBeCloseTo(10, 1);
  });

  test("the pairs needed are the fewest that suffice", () => {
    const k = pairsNeeded(0.5, 0.05, 500) as number;
    expect(pairedPower(k, 0.5, 0.05)).toBeGreaterThanOrEqual(0.8);
    expect(pairedPower(k - 1, 0.5, 0.05)).toBeLessThan(0.8);
    expect(pairsNeeded(0.01, 0.05, 500)).toBeNull();
    expect(() => pairsNeeded(0, 0.05, 500)).toThrow("positive");
    expect(() => detectableEffect(1, 0.05)).toThrow("at least 2");
  });
});

describe("ranks that enclose a quantile", () => {
  test.each([
    [6, 1, 6, 0.96875],
    [8, 1, 8, 0.99219],
    [9, 2, 8, 0.96094],
    [10, 2, 9, 0.97852],
    [12, 3, 10, 0.96143],
    [20, 6, 15, 0.95861],
    [30, 10, 21, 0.95723],
  ])("median of %i", (n, lower, upper, coverage) => {
    const found = quantileRanks(n, 0.5);
    expect([found.lower, found.upper]).toEqual([lower, upper]);
    expect(found.coverage).toBeCloseTo(coverage, 5);
  });

  test.each([
    [1000, 0.9, 881, 919],
    [1000, 0.95, 936, 964],
    [1000, 0.99, 983, 997],
    [10_000, 0.99, 9880, 9920],
    [100_000, 0.99, 98_938, 99_062],
    [10_000, 0.999, 9983, 9997],
    [1000, 0.999, 997, 1001],
  ])("of %i values, quantile %d", (n, q, lower, upper) => {
    const found = quantileRanks(n, q);
    expect([found.lower, found.upper]).toEqual([lower, upper]);
  });

  test("their coverage is exact", () => {
    expect(quantileRanks(1000, 0.99).coverage).toBeCloseTo(0.97609, 5);
    expect(quantileRanks(10_000, 0.99).coverage).toBeCloseTo(0.95575, 5);
    expect(quantileRanks(10_000, 0.999).coverage).toBeCloseTo(0.97546, 5);
  });
});
