/** A chance that falls: R's glm on the O-rings, likelihood by grid, coverage by simulation, and what must hold for any data. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { TooFew } from "../../reports/stats/errors.ts";
import { chanceAt, fallingInterval, fitFalling, type Response } from "../../reports/stats/falling.ts";
import { seeded } from "../../runner/shared/random.ts";

/** Temperature in Fahrenheit and whether an O-ring was damaged (Dalal, Fowlkes & Hoadley 1989): damage is what falls. */
const challenger: Response[] = (
  "66 0 70 1 69 0 68 0 67 0 72 0 73 0 70 0 57 1 63 1 70 1 78 0 67 0 53 1 67 0 75 0 70 0 81 0 76 0 79 0 75 1 76 0 58 1".match(
    /\d+ \d/g,
  ) ?? []
).map((it) => ({ x: Number(it.split(" ")[0]), success: it.endsWith("1") }));

const at = (x: number, successes: number, failures: number): Response[] => [
  ...Array.from({ length: successes }, () => ({ x, success: true })),
  ...Array.from({ length: failures }, () => ({ x, success: false })),
];

/** Likelihood over a grid of slopes: nothing in common with Newton's steps. */
function profileByGrid(responses: readonly Response[], p: number, quantile: number): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let slope = 0; slope <= 3; slope += 0.001) {
    let sum = 0;
    for (const { x, success } of responses) {
      const odds = Math.log(p / (1 - p)) + slope * (quantile - x);
      sum += success ? -Math.log1p(Math.exp(-odds)) : -Math.log1p(Math.exp(odds));
    }
    best = Math.max(best, sum);
  }
  return best;
}

describe("a chance that falls", () => {
  test("R's glm on the O-rings: coefficients 15.0429 and -0.2322, log-likelihood -10.1576", () => {
    const fit = fitFalling(challenger, 0.5);
    expect(fit?.slope).toBeCloseTo(0.2321627, 6);
    expect(fit?.quantile).toBeCloseTo(15.0429016 / 0.2321627, 4);
    expect(fit?.logLikelihood).toBeCloseTo(-10.1576, 4);
    expect(fit?.separated).toBe(false);
    const tenth = fitFalling(challenger, 0.1);
    expect(tenth?.quantile).toBeCloseTo((15.0429016 + Math.log(9)) / 0.2321627, 4);
    expect(chanceAt(fit as NonNullable<typeof fit>, 0.5, tenth?.quantile as number)).toBeCloseTo(0.1, 6);
  });

  test("the interval ends where the profile has fallen by 1.92, found over a grid as well", () => {
    const interval = fallingInterval(challenger, 0.5);
    const least = -10.1576 - 1.959964 ** 2 / 2;
    for (const end of [interval.lower, interval.upper])
      expect(profileByGrid(challenger, 0.5, end)).toBeCloseTo(least, 2);
    expect(interval.lower).toBeLessThan(64.8);
    expect(interval.upper).toBeGreaterThan(64.8);
  });

  test("two groups are fitted exactly: 3 of 4 at 1, 1 of 4 at 3 put even chances at 2 with slope ln 3", () => {
    const fit = fitFalling([...at(1, 3, 1), ...at(3, 1, 3)], 0.5);
    expect(fit?.quantile).toBeCloseTo(2, 9);
    expect(fit?.slope).toBeCloseTo(Math.log(3), 9);
  });

  test("without overlap the last success is told, and an interval that holds the whole gap", () => {
    const separated = [...at(1, 4, 0), ...at(2, 3, 0), ...at(2.5, 0, 2), ...at(4, 0, 3)];
    expect(fitFalling(separated, 0.9)).toMatchObject({ quantile: 2, separated: true, logLikelihood: 0 });
    const { lower, upper } = fallingInterval(separated, 0.9);
    expect(lower).toBeLessThan(2);
    expect(upper).toBeGreaterThanOrEqual(2.5);
    expect(Number.isFinite(lower) && Number.isFinite(upper)).toBe(true);
    expect(fitFalling([...at(1, 3, 0), ...at(2, 2, 1), ...at(3, 0, 3)], 0.9)).toMatchObject({
      quantile: 2,
      separated: true,
    });
  });

  test("a chance that does not fall has no such x, and nothing bounds it", () => {
    expect(fitFalling([...at(1, 1, 3), ...at(2, 3, 1)], 0.5)).toBeNull();
    expect(fallingInterval([...at(1, 1, 3), ...at(2, 3, 1)], 0.5)).toEqual({
      lower: Number.NEGATIVE_INFINITY,
      upper: Number.POSITIVE_INFINITY,
    });
    expect(fallingInterval([...at(1, 2, 1), ...at(2, 1, 2)], 0.5).upper).toBe(Number.POSITIVE_INFINITY);
  });

  test("without a success, or without a failure, nothing is told", () => {
    expect(() => fitFalling(at(1, 5, 0), 0.5)).toThrow(TooFew);
    expect(() => fallingInterval(at(1, 0, 5), 0.5)).toThrow(TooFew);
    expect(() => fitFalling([...at(1, 1, 0), ...at(Number.NaN, 0, 1)], 0.5)).toThrow("finite");
    expect(() => fitFalling(challenger, 1)).toThrow("between 0 and 1");
  });

  test("covers the truth about as often as it says", () => {
    const random = seeded(3, "falling");
    let covered = 0;
    const samples = 300;
    for (let i = 0; i < samples; i++) {
      const responses = Array.from({ length: 90 }, (_, j) => {
        const x = (j % 15) / 3 - 2.33;
        return { x, success: random() < 1 / (1 + Math.exp(x)) };
      });
      const { lower, upper } = fallingInterval(responses, 0.8, 0.9);
      if (lower <= -Math.log(4) && upper >= -Math.log(4)) covered++;
    }
    expect(Math.abs(covered / samples - 0.9)).toBeLessThan(3 * Math.sqrt((0.9 * 0.1) / samples));
  });

  const responses = fc
    .array(fc.record({ x: fc.integer({ min: 0, max: 12 }), success: fc.boolean() }), { minLength: 4, maxLength: 30 })
    .filter((it) => it.some(({ success }) => success) && it.some(({ success }) => !success));

  test.prop([responses, fc.integer({ min: -50, max: 50 }), fc.constantFrom(0.01, 1, 50)], { numRuns: 60 })(
    "moves with a shift and a change of unit",
    (it, shift, unit) => {
      const moved = it.map(({ x, success }) => ({ x: (x + shift) * unit, success }));
      const [here, there] = [fallingInterval(it, 0.7), fallingInterval(moved, 0.7)];
      for (const end of ["lower", "upper"] as const) {
        if (Number.isFinite(here[end])) expect(there[end] / unit - shift).toBeCloseTo(here[end], 3);
        else expect(there[end]).toBe(here[end]);
      }
    },
  );

  test.prop([responses], { numRuns: 60 })("holds its own estimate, and a higher confidence holds a lower one", (it) => {
    const fit = fitFalling(it, 6 / 7);
    const [narrow, wide] = [fallingInterval(it, 6 / 7, 0.8), fallingInterval(it, 6 / 7, 0.99)];
    expect(narrow.lower).toBeLessThanOrEqual(narrow.upper);
    expect(wide.lower).toBeLessThanOrEqual(narrow.lower + 1e-9);
    expect(wide.upper).toBeGreaterThanOrEqual(narrow.upper - 1e-9);
    if (fit !== null) {
      expect(narrow.lower).toBeLessThanOrEqual(fit.quantile + 1e-9);
      expect(narrow.upper).toBeGreaterThanOrEqual(fit.quantile - 1e-9);
    }
  });
});
