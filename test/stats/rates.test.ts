/** Exact comparisons of counts: published answers, the definition, and what must hold for any counts. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { binomialCdf, binomialUpperTail } from "../../reports/stats/binomial.ts";
import { OutOfDomain, TooFew } from "../../reports/stats/errors.ts";
import { comparePoisson, dispersion, fisherExact, type Share, shareDispersion } from "../../reports/stats/rates.ts";
import { seeded } from "../../runner/shared/random.ts";

const rate = fc.record({
  events: fc.integer({ min: 0, max: 300 }),
  exposure: fc.double({ min: 0.01, max: 100, noNaN: true }),
});
const share = fc
  .tuple(fc.integer({ min: 1, max: 300 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([of, part]) => ({ events: Math.round(part * of), of }));

describe("two Poisson counts", () => {
  test("30 against 18 over equal exposures", () => {
    const found = comparePoisson({ events: 30, exposure: 60 }, { events: 18, exposure: 60 });
    expect(found.twoSided).toBeCloseTo(0.1114029, 7);
    expect(found.greater).toBeCloseTo(0.1114029 / 2, 7);
  });

  test("R's poisson.test: 11 in 800 against 21 in 3 011 person-years", () => {
    const found = comparePoisson({ events: 11, exposure: 800 }, { events: 21, exposure: 3011 });
    expect(found.twoSided).toBeCloseTo(0.07967, 5);
  });

  test.prop([rate, rate])("tails are those of the binomial distribution of the first count", (first, second) => {
    const found = comparePoisson(first, second);
    const n = first.events + second.events;
    const p = first.exposure / (first.exposure + second.exposure);
    expect(found.greater).toBeCloseTo(binomialUpperTail(first.events, n, p), 11);
    expect(found.less).toBeCloseTo(binomialCdf(first.events, n, p), 11);
  });

  test("a far tail keeps its digits", () => {
    const { greater } = comparePoisson({ events: 900, exposure: 1 }, { events: 100, exposure: 1 });
    expect(greater / binomialUpperTail(900, 1000, 0.5)).toBeCloseTo(1, 10);
    expect(greater).toBeLessThan(1e-150);
  });

  test.prop([rate, rate, fc.constantFrom(1e-3, 60, 1e6)])(
    "swap, and don't depend on the unit of exposure",
    (first, second, unit) => {
      const there = comparePoisson(first, second);
      const back = comparePoisson(second, first);
      expect(back.greater).toBeCloseTo(there.less, 10);
      expect(back.twoSided).toBeCloseTo(there.twoSided, 10);
      const scaled = comparePoisson(
        { ...first, exposure: first.exposure * unit },
        { ...second, exposure: second.exposure * unit },
      );
      expect(scaled.twoSided).toBeCloseTo(there.twoSided, 10);
    },
  );

  test.prop([rate, rate])("more events of the first are more evidence that it is larger", (first, second) => {
    const { greater } = comparePoisson({ ...first, events: first.events + 1 }, second);
    expect(greater).toBeLessThanOrEqual(comparePoisson(first, second).greater * (1 + 1e-9));
  });

  test("no events tell nothing apart", () => {
    expect(comparePoisson({ events: 0, exposure: 1 }, { events: 0, exposure: 9 })).toEqual({
      greater: 1,
      less: 1,
      twoSided: 1,
    });
  });

  test("what is no count or no exposure is refused", () => {
    const good = { events: 1, exposure: 1 };
    for (const events of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => comparePoisson({ events, exposure: 1 }, good)).toThrow(OutOfDomain);
    }
    for (const exposure of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => comparePoisson(good, { events: 1, exposure })).toThrow(OutOfDomain);
    }
  });
});

/** The definition: every table with these margins, by factorials. */
function byTables(first: Share, second: Share): { greater: number; less: number; twoSided: number } {
  const choose = (n: number, k: number): number => {
    let ways = k < 0 || k > n ? 0 : 1;
    for (let i = 1; i <= k && ways > 0; i++) ways *= (n - k + i) / i;
    return ways;
  };
  const events = first.events + second.events;
  const p = (k: number): number =>
    (choose(first.of, k) * choose(second.of, events - k)) / choose(first.of + second.of, events);
  const sum = { greater: 0, less: 0, twoSided: 0 };
  for (let k = 0; k <= events; k++) {
    if (k >= first.events) sum.greater += p(k);
    if (k <= first.events) sum.less += p(k);
    if (p(k) <= p(first.events) * (1 + 1e-7)) sum.twoSided += p(k);
  }
  return sum;
}

describe("Fisher's exact test", () => {
  test("5 of 1 000 against 15 of 1 000", () => {
    const found = fisherExact({ events: 5, of: 1000 }, { events: 15, of: 1000 });
    expect(found.twoSided).toBeCloseTo(0.0403942, 7);
    expect(found.less).toBeCloseTo(0.0403942 / 2, 7);
  });

  test("the lady tasting tea, and R's convictions of twins", () => {
    const tea = fisherExact({ events: 3, of: 4 }, { events: 1, of: 4 });
    expect(tea.greater).toBeCloseTo(17 / 70, 14);
    expect(tea.twoSided).toBeCloseTo(34 / 70, 14);
    const twins = fisherExact({ events: 2, of: 17 }, { events: 10, of: 13 });
    expect(twins.less).toBeCloseTo(0.0004652, 7);
    expect(twins.twoSided).toBeCloseTo(0.0005367, 7);
  });

  test("millions of attempts keep their digits: near the binomial when one side is large", () => {
    const { greater } = fisherExact({ events: 9, of: 1000 }, { events: 40_000, of: 10_000_000 });
    expect(greater / binomialUpperTail(9, 1000, 40_009 / 10_001_000)).toBeCloseTo(1, 3);
  });

  const small = fc
    .tuple(fc.integer({ min: 1, max: 15 }), fc.integer({ min: 0, max: 15 }))
    .map(([of, events]) => ({ events: Math.min(events, of), of }));
  test.prop([small, small])("counts every table once", (first, second) => {
    const found = fisherExact(first, second);
    const expected = byTables(first, second);
    expect(found.greater).toBeCloseTo(expected.greater, 12);
    expect(found.less).toBeCloseTo(expected.less, 12);
    expect(found.twoSided).toBeCloseTo(expected.twoSided, 12);
  });

  test.prop([share, share])("mirrors when arms swap, and when events and the rest swap", (first, second) => {
    const there = fisherExact(first, second);
    const back = fisherExact(second, first);
    const rest = (it: Share): Share => ({ events: it.of - it.events, of: it.of });
    const inverse = fisherExact(rest(first), rest(second));
    for (const mirrored of [back, inverse]) {
      expect(mirrored.less).toBeCloseTo(there.greater, 11);
      expect(mirrored.greater).toBeCloseTo(there.less, 11);
      expect(mirrored.twoSided).toBeCloseTo(there.twoSided, 11);
    }
  });

  test("what is no count is refused", () => {
    const good = { events: 1, of: 2 };
    for (const bad of [
      { events: 3, of: 2 },
      { events: -1, of: 2 },
      { events: 0, of: 0 },
      { events: Number.NaN, of: 2 },
    ]) {
      expect(() => fisherExact(bad, good)).toThrow(OutOfDomain);
      expect(() => fisherExact(good, bad)).toThrow(OutOfDomain);
    }
  });
});

describe("dispersion", () => {
  test("is the chi-squared of a table", () => {
    const trials = [
      { events: 10, of: 100 },
      { events: 20, of: 100 },
    ];
    // The 2 x 2 table 10/90, 20/80: chi-squared 3.9216, p .04767.
    const found = shareDispersion(trials);
    expect(found.statistic).toBeCloseTo(200 / 51, 12);
    expect(found.p).toBeCloseTo(0.04767, 5);
    const poisson = dispersion(trials.map((it) => ({ events: it.events, exposure: it.of })));
    expect(poisson.statistic).toBeCloseTo(10 / 3, 12);
    expect(poisson.ratio).toBeCloseTo(10 / 3, 12);
  });

  test("is near 1 for trials that differ by chance only, and its p-value is honest", () => {
    const random = seeded(4, "dispersion");
    const sessions = 1000;
    let alarms = 0;
    let sum = 0;
    for (let i = 0; i < sessions; i++) {
      const trials = Array.from({ length: 10 }, () => {
        let events = 0;
        for (let request = 0; request < 200; request++) if (random() < 0.3) events++;
        return { events, of: 200 };
      });
      const { ratio, p } = shareDispersion(trials);
      sum += ratio;
      if (p <= 0.05) alarms++;
    }
    expect(Math.abs(sum / sessions - 1)).toBeLessThan(3 * Math.sqrt(2 / 9 / sessions));
    expect(Math.abs(alarms / sessions - 0.05)).toBeLessThan(3 * Math.sqrt((0.05 * 0.95) / sessions));
  });

  test.prop([fc.array(rate, { minLength: 2, maxLength: 12 }), fc.constantFrom(1e-3, 60, 1e6)])(
    "does not depend on order or on the unit of exposure",
    (trials, unit) => {
      const there = dispersion(trials);
      const other = dispersion(trials.map((it) => ({ ...it, exposure: it.exposure * unit })).reverse());
      expect(Math.abs(other.ratio - there.ratio)).toBeLessThanOrEqual(1e-9 * (1 + there.ratio));
      expect(other.p).toBeCloseTo(there.p, 8);
      expect(there.df).toBe(trials.length - 1);
    },
  );

  test("trials with the same rate vary by nothing, and so do none or all", () => {
    expect(dispersion([3, 3, 3].map((events) => ({ events, exposure: 7 })))).toEqual({
      ratio: 0,
      statistic: 0,
      df: 2,
      p: 1,
    });
    expect(dispersion([0, 0].map((events) => ({ events, exposure: 7 }))).ratio).toBe(0);
    expect(shareDispersion([5, 5].map((events) => ({ events, of: 5 }))).p).toBe(1);
  });

  test("one trial is too few", () => {
    expect(() => dispersion([])).toThrow(TooFew);
    expect(() => dispersion([{ events: 1, exposure: 1 }])).toThrow(TooFew);
    expect(() => shareDispersion([{ events: 1, of: 1 }])).toThrow(TooFew);
    expect(() => dispersion([{ events: Number.NaN, exposure: 1 }])).toThrow(OutOfDomain);
  });
});
