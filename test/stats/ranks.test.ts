/** Rank and sign-flip tests: published answers, exact small cases, symmetry. */
import { fc, test } from "@fast-check/vitest";
import { median } from "simple-statistics";
import { describe, expect } from "vitest";
import { differenceAt, sortedPair } from "../../reports/stats/differences.ts";
import {
  hodgesLehmannShift,
  mannWhitney,
  mannWhitneyNormal,
  shiftInterval,
  superiority,
} from "../../reports/stats/mann-whitney.ts";
import { quantileRanks } from "../../reports/stats/order-statistics.ts";
import { subsetSums, tails } from "../../reports/stats/ranks.ts";
import { pseudomedian, signedRank, walshInterval } from "../../reports/stats/signed-rank.ts";
import { signFlip } from "../../reports/stats/signflip.ts";

const never = (): number => {
  throw new Error("an exact test draws no random numbers");
};
/** Mulberry32: any fixed stream will do here. */
const stream = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const small = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 8 });

describe("benchstat's data", () => {
  test("json: every new one is quicker", () => {
    const before = [1726, 1723, 1707, 1707, 1713, 1729, 1736, 1707, 1705, 1774];
    const after = [1423, 1416, 1411, 1413, 1412, 1426, 1422, 1424, 1447, 1425];
    expect(median(before)).toBe(1718);
    expect(median(after)).toBe(1422.5);
    expect(median(after) / median(before) - 1).toBeCloseTo(-0.172, 4);
    for (const [values, widest] of [
      [before, 18],
      [after, 10.5],
    ] as const) {
      // Shown as 1 % of the median on either side.
      const sorted = values.toSorted((a, b) => a - b);
      const { lower, upper } = quantileRanks(10, 0.5);
      const center = median([...values]);
      const ends = [center - (sorted[lower - 1] as number), (sorted[upper - 1] as number) - center];
      expect(Math.max(...ends)).toBe(widest);
      expect(Math.round((100 * widest) / center)).toBe(1);
    }
    const exact = mannWhitney(before, after);
    expect(exact.statistic).toBe(100);
    expect(exact.twoSided).toBeCloseTo(1.0825e-5, 9);
    expect(mannWhitneyNormal(before, after).twoSided).toBeCloseTo(1.786e-4, 7);
    expect(hodgesLehmannShift(after, before)).toBe(-296.5);
  });

  test("gob: no difference, with ties", () => {
    const before = [3069, 3075, 3069, 3067, 3207, 3064, 3064, 3058, 3059, 3062];
    const after = [3075, 3065, 3059, 3065, 3060, 3081, 3186, 3135, 3087, 3062];
    expect([median(before), median(after)]).toEqual([3065.5, 3070]);
    expect(mannWhitney(before, after).twoSided).toBeCloseTo(0.4461, 5);
    // As if there were no ties: U, 60.5, rounded towards no difference.
    expect(2 * tails(subsetSums(range(1, 21), 10).subarray(55), 60).upper).toBeCloseTo(0.4813, 4);
    expect(mannWhitneyNormal(before, after).twoSided).toBeCloseTo(0.4487, 4);
    expect(superiority(after, before)).toBeCloseTo(0.605, 12);
    expect(hodgesLehmannShift(after, before)).toBe(3);
  });

  test("five against five, one against one", () => {
    expect(mannWhitney([115, 114, 115, 115, 115], [78.8, 78.8, 78.8, 78.8, 78.8]).twoSided).toBeCloseTo(0.0079, 4);
    expect(mannWhitney([100], [101]).twoSided).toBe(1);
    // "need >= 4 samples to detect a difference", "need >= 6 samples for a confidence interval".
    const detects = (n: number): boolean => mannWhitney(range(0, n), range(10, 10 + n)).twoSided <= 0.05;
    expect([3, 4].map(detects)).toEqual([false, true]);
    expect([5, 6].map((n) => quantileRanks(n, 0.5).lower)).toEqual([0, 1]);
  });
});

describe("R's wilcox.test", () => {
  const x = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
  const y = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
  const differences = x.map((it, i) => it - (y[i] as number));

  test("paired", () => {
    const result = signedRank(differences);
    expect(result.statistic).toBe(40);
    expect(result.greater).toBe(0.01953125);
    expect(result.twoSided).toBe(0.0390625);
    expect(pseudomedian(differences)).toBeCloseTo(0.46, 12);
    expect(walshInterval(differences)?.lower).toBeCloseTo(0.01, 12);
    expect(walshInterval(differences)?.upper).toBeCloseTo(0.786, 12);
  });

  test("two samples", () => {
    const a = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const b = [1.15, 0.88, 0.9, 0.74, 1.21];
    const result = mannWhitney(a, b);
    expect(result.statistic).toBe(35);
    expect(result.greater).toBeCloseTo(0.1272061, 7);
    expect(result.twoSided).toBeCloseTo(0.2544123, 7);
    expect(hodgesLehmannShift(a, b)).toBeCloseTo(0.305, 12);
    expect(shiftInterval(a, b)?.lower).toBeCloseTo(-0.15, 12);
    expect(shiftInterval(a, b)?.upper).toBeCloseTo(0.76, 12);
  });
});

test("Pinpoint's normal approximation with continuity", () => {
  expect(mannWhitneyNormal(range(0, 10), range(20, 30)).twoSided).toBeCloseTo(0.000182672, 9);
  expect(mannWhitneyNormal(range(0, 5), range(0, 10)).twoSided).toBeCloseTo(0.139863577, 9);
  // What it calls the same, unknown (its lower threshold is 0.01) and different.
  const shifted = (by: number): number => mannWhitneyNormal(range(0, 10), range(by, by + 10)).twoSided;
  expect(shifted(0)).toBe(1);
  expect(shifted(3)).toBeGreaterThan(0.01);
  expect(shifted(3)).toBeLessThan(0.1);
  expect(shifted(7)).toBeLessThan(0.01);
});

describe("Mann-Whitney", () => {
  test("the smallest two-sided p of three, four, five and six a side", () => {
    const smallest = (n: number) => mannWhitney(range(0, n), range(10, 10 + n)).twoSided;
    expect([3, 4, 5, 6].map(smallest).map((p) => Number(p.toPrecision(3)))).toEqual([0.1, 0.0286, 0.00794, 0.00216]);
  });

  test.prop([small, small])("mirrors when the samples swap", (x, y) => {
    const there = mannWhitney(x, y);
    const back = mannWhitney(y, x);
    expect(there.greater).toBeCloseTo(back.less, 12);
    expect(there.statistic + back.statistic).toBe(x.length * y.length);
  });

  test("large samples go over to the normal approximation without a step", () => {
    const x = range(0, 40).map((it) => (it * 37) % 101);
    const y = range(0, 40).map((it) => ((it * 53) % 101) + 5);
    expect(mannWhitney(x, y).method).toBe("normal");
    expect(mannWhitney(x.slice(10), y.slice(10)).method).toBe("exact");
    expect(mannWhitneyNormal(x.slice(10), y.slice(10)).greater).toBeCloseTo(
      mannWhitney(x.slice(10), y.slice(10)).greater,
      2,
    );
  });

  test("all values equal: nothing to tell apart", () => {
    expect(mannWhitney([1, 1], [1, 1]).twoSided).toBe(1);
    expect(mannWhitneyNormal([1, 1], [1, 1]).twoSided).toBe(1);
  });
});

describe("signed ranks", () => {
  test("an infinite difference ranks beyond all others", () => {
    expect(signedRank([Number.POSITIVE_INFINITY, -1, -2]).statistic).toBe(3);
    expect(signedRank([1, 2, Number.POSITIVE_INFINITY]).greater).toBe(1 / 8);
  });

  test("only zeros: nothing to tell apart", () => {
    expect(signedRank([0, 0]).twoSided).toBe(1);
    expect(() => signedRank([])).toThrow("at least 1");
  });

  test("too few values for a confidence have no interval", () => {
    expect(walshInterval([1, 2, 3], 0.95)).toBeNull();
  });
});

/** The definition, pattern by pattern. */
function bruteForce(differences: readonly number[]): number {
  const observed = differences.reduce((a, b) => a + b, 0);
  let reached = 0;
  for (let pattern = 0; pattern < 2 ** differences.length; pattern++) {
    const sum = differences.reduce((total, it, i) => total + ((pattern >> i) & 1 ? -it : it), 0);
    if (sum >= observed) reached++;
  }
  return reached / 2 ** differences.length;
}

describe("sign-flip", () => {
  test.prop([small])("counts every pattern once, ties included", (differences) => {
    expect(signFlip(differences, never).p).toBe(bruteForce(differences));
  });

  test("the smallest p of k pairs is 2^-k", () => {
    for (const k of [1, 5, 6, 8, 10, 20]) expect(signFlip(range(1, k + 1), never).p).toBe(2 ** -k);
  });

  test.prop([
    fc.array(fc.double({ min: 0.001, max: 10, noNaN: true }), { minLength: 1, maxLength: 12 }),
    fc.constantFrom(1e-6, 3, 1e6),
  ])("a change of unit changes nothing", (differences, factor) => {
    expect(
      signFlip(
        differences.map((it) => it * factor),
        never,
      ).p,
    ).toBe(signFlip(differences, never).p);
  });

  test("above 30 pairs a seeded draw agrees with the exact answer, and is never 0", () => {
    const differences = range(0, 30).map((it) => ((it * 7) % 11) - 4.2);
    // A zero has no sign: with one more pair the exact answer stays.
    const drawn = signFlip([...differences, 0], stream(1));
    expect(drawn.method).toBe("monte-carlo");
    expect(drawn).toEqual(signFlip([...differences, 0], stream(1)));
    expect(drawn.p).toBeCloseTo(signFlip(differences, never).p, 2);
    expect(signFlip(range(1, 40), stream(2)).p).toBeGreaterThan(0);
  });

  test("above 30 pairs a p too small to be drawn is bounded from above, never below the exact one", () => {
    for (const odd of [0, -3, -9]) {
      const differences = [...range(1, 30).map((it) => 10 + (it % 7)), odd];
      const exact = signFlip(differences.slice(0, 30), never).p;
      const bounded = signFlip([...differences, 0], stream(3));
      expect(bounded.method).toBe("bound");
      expect(bounded.p).toBeLessThan(1 / 20_001);
      expect(bounded.p).toBeGreaterThanOrEqual(exact);
    }
  });
});

const sample = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ min: -1e3, max: 1e3, noNaN: true })), {
  minLength: 1,
  maxLength: 12,
});
test.prop([sample, sample])("any rank of the differences is the one that sorting all of them finds", (x, y) => {
  const all = x.flatMap((a) => y.map((b) => a - b)).sort((a, b) => a - b);
  const pair = sortedPair(x, y);
  // Zero has two signs, which sorting does not tell apart.
  expect(all.filter((it, i) => differenceAt(pair, i + 1) !== it)).toEqual([]);
});
