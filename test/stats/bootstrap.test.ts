/** Resampled intervals: coverage by simulation, and what must hold for any data. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { blockInterval } from "../../reports/stats/block-bootstrap.ts";
import { bootstrapT } from "../../reports/stats/bootstrap.ts";
import { mean, standardError } from "../../reports/stats/describe.ts";
import { OutOfDomain, TooFew } from "../../reports/stats/errors.ts";
import { seeded } from "../../runner/shared/random.ts";
import { gauss } from "../support/fake-trial.ts";

const random = () => seeded(5, "bootstrap");
const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 4, maxLength: 20 });
const few = { numRuns: 30 };

/** Share of samples whose interval holds the truth. */
function coverage(samples: number, covers: (random: () => number) => boolean): number {
  const random = seeded(9, "coverage");
  let covered = 0;
  for (let i = 0; i < samples; i++) if (covers(random)) covered++;
  return covered / samples;
}
const error = (share: number, samples: number): number => Math.sqrt((share * (1 - share)) / samples);

describe("bootstrap-t", () => {
  test.each([5, 10])("covers the mean of %i normal values as promised", (n) => {
    const found = coverage(400, (it) => {
      const { lower, upper } = bootstrapT(
        Array.from({ length: n }, () => gauss(it)),
        it,
      );
      return lower <= 0 && upper >= 0;
    });
    expect(Math.abs(found - 0.95)).toBeLessThan(3 * error(0.95, 400));
  });

  test("reaches farther where the sample has its tail", () => {
    const skewed = [1, 1.1, 1.2, 1.3, 1.5, 1.8, 2.5, 6];
    const { lower, upper } = bootstrapT(skewed, random());
    expect(upper - mean(skewed)).toBeGreaterThan(2 * (mean(skewed) - lower));
  });

  test("agrees with all resamples of five values, counted one by one", () => {
    const five = [1, 2.3, 3.1, 4.7, 5.2];
    const t: number[] = [];
    for (let pattern = 0; pattern < 5 ** 5; pattern++) {
      const drawn = five.map((_, i) => five[Math.floor(pattern / 5 ** i) % 5] as number);
      if (standardError(drawn) > 0) t.push((mean(drawn) - mean(five)) / standardError(drawn));
    }
    t.sort((a, b) => a - b);
    const reach = (quantile: number): number => (t[Math.round(quantile * t.length)] as number) * standardError(five);
    const drawn = Array.from({ length: 20 }, (_, seed) => bootstrapT(five, seeded(seed, "bootstrap"), 0.8));
    // The steps of so few values are coarse; a divisor of n instead of n - 1 would be 12 % off.
    expect(Math.abs((mean(five) - mean(drawn.map((it) => it.upper))) / reach(0.1) - 1)).toBeLessThan(0.05);
    expect(Math.abs((mean(five) - mean(drawn.map((it) => it.lower))) / reach(0.9) - 1)).toBeLessThan(0.05);
  });

  test("agrees with Student's t for many even values", () => {
    const even = Array.from({ length: 201 }, (_, i) => i - 100);
    const { lower, upper } = bootstrapT(even, random(), 0.9);
    // A 5 % quantile of 1 999 draws has a standard error of 3 %.
    const reach = 1.6525 * standardError(even);
    expect(Math.abs(upper / reach - 1)).toBeLessThan(0.09);
    expect(Math.abs(lower / -reach - 1)).toBeLessThan(0.09);
  });

  test.prop([values, fc.integer({ min: -1000, max: 1000 }), fc.constantFrom(1e-6, 3, 1e6)], few)(
    "moves with a shift and a change of unit",
    (it, shift, unit) => {
      const there = bootstrapT(it, random());
      const moved = bootstrapT(
        it.map((x) => (x + shift) * unit),
        random(),
      );
      expect(moved.lower / unit).toBeCloseTo(there.lower + shift, 4);
      expect(moved.upper / unit).toBeCloseTo(there.upper + shift, 4);
    },
  );

  test.prop([values], few)("mirrors with the sign, and holds the mean", (it) => {
    const there = bootstrapT(it, random());
    const mirrored = bootstrapT(
      it.map((x) => -x),
      random(),
    );
    expect(mirrored.lower).toBeCloseTo(-there.upper, 6);
    expect(mirrored.upper).toBeCloseTo(-there.lower, 6);
    expect(there.lower).toBeLessThanOrEqual(mean(it) + 1e-9);
    expect(there.upper).toBeGreaterThanOrEqual(mean(it) - 1e-9);
  });

  test.prop([values], few)("is longer the more confidence is asked", (it) => {
    const narrow = bootstrapT(it, random(), 0.8);
    const wide = bootstrapT(it, random(), 0.9);
    expect(wide.lower).toBeLessThanOrEqual(narrow.lower);
    expect(wide.upper).toBeGreaterThanOrEqual(narrow.upper);
  });

  test("equal values have bounds at their value", () => {
    expect(bootstrapT([0.1, 0.1, 0.1, 0.1], random())).toEqual({ lower: 0.1, upper: 0.1 });
  });

  test("three values, NaN, infinities and overflowing spread are refused", () => {
    expect(() => bootstrapT([], random())).toThrow(TooFew);
    expect(() => bootstrapT([1, 2, 3], random())).toThrow(TooFew);
    for (const it of [Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
      expect(() => bootstrapT([1, 2, 3, it], random())).toThrow(OutOfDomain);
    }
    expect(() => bootstrapT([1, 2, 3, 4], random(), 1)).toThrow(OutOfDomain);
  });
});

describe("moving-block bootstrap", () => {
  const autoregressive = (it: () => number, phi: number): number[] => {
    let x = gauss(it) / Math.sqrt(1 - phi * phi);
    return Array.from({ length: 400 }, () => {
      x = phi * x + gauss(it);
      return x;
    });
  };
  const covers = (length: number) =>
    coverage(100, (it) => {
      const { lower, upper } = blockInterval(autoregressive(it, 0.5), mean, { length, random: it });
      return lower <= 0 && upper >= 0;
    });

  test("covers the mean of a dependent series where single values do not", () => {
    expect(covers(1)).toBeLessThan(0.8);
    expect(covers(15)).toBeGreaterThan(0.95 - 3 * error(0.95, 100));
  });

  test("a resample is made of runs of neighbours, as long as the series", () => {
    const series = Array.from({ length: 25 }, (_, i) => i);
    blockInterval(
      series,
      (it) => {
        expect(it).toHaveLength(25);
        for (let start = 0; start < 25; start += 6) {
          for (let i = start + 1; i < Math.min(25, start + 6); i++) expect(it[i]).toBe((it[i - 1] as number) + 1);
        }
        return 0;
      },
      { length: 6, random: random(), confidence: 0.5 },
    );
  });

  test("any value can be drawn, the last one too", () => {
    const seen = new Set<number>();
    blockInterval([0, 1, 2, 3, 4], (it) => it.forEach((x) => void seen.add(x)) ?? 0, { length: 2, random: random() });
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  test.prop([values, fc.integer({ min: 1, max: 2 }), fc.integer({ min: -1000, max: 1000 })], few)(
    "moves with a shift, and mirrors with the sign",
    (it, length, shift) => {
      const interval = (series: readonly number[]) => blockInterval(series, mean, { length, random: random() });
      const there = interval(it);
      expect(interval(it.map((x) => x + shift)).lower).toBeCloseTo(there.lower + shift, 6);
      expect(interval(it.map((x) => -x)).lower).toBeCloseTo(-there.upper, 6);
      expect(interval(it.map((x) => 3 * x)).upper).toBeCloseTo(3 * there.upper, 6);
    },
  );

  test("leaves as many resamples beyond its bounds as the confidence says", () => {
    const series = Array.from({ length: 30 }, (_, i) => (i * 17) % 31);
    const all: number[] = [];
    const { lower, upper } = blockInterval(
      series,
      (it) => {
        const value = mean(it);
        all.push(value);
        return value;
      },
      { length: 3, random: random(), confidence: 0.8 },
    );
    const inside = all.filter((it) => it >= lower && it <= upper).length / all.length;
    expect(inside).toBeCloseTo(0.8, 1);
  });

  test("a constant series has bounds at its value", () => {
    expect(blockInterval([7, 7, 7, 7], mean, { length: 2, random: random() })).toEqual({ lower: 7, upper: 7 });
  });

  test("less than two blocks, a broken length and a broken statistic are refused", () => {
    expect(() => blockInterval([], mean, { length: 1, random: random() })).toThrow(TooFew);
    expect(() => blockInterval([1, 2, 3], mean, { length: 2, random: random() })).toThrow(TooFew);
    for (const length of [0, 1.5, Number.NaN]) {
      expect(() => blockInterval([1, 2, 3], mean, { length, random: random() })).toThrow(OutOfDomain);
    }
    expect(() => blockInterval([1, 2], () => Number.NaN, { length: 1, random: random() })).toThrow(OutOfDomain);
    expect(() => blockInterval([1, 2], mean, { length: 1, random: random(), confidence: 0 })).toThrow(OutOfDomain);
  });
});
