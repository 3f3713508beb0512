/** Spread against spread: published answers, the definition, levels by simulation, and what must hold for any data. */
import { fc, test } from "@fast-check/vitest";
import { sampleCorrelation } from "simple-statistics";
import { describe, expect } from "vitest";
import { OutOfDomain, TooFew } from "../../reports/stats/errors.ts";
import { pairedSpread, unpairedSpread } from "../../reports/stats/spread.ts";
import { studentCdf } from "../../reports/stats/student.ts";
import { seeded } from "../../runner/shared/random.ts";
import { gauss } from "../support/fake-trial.ts";

const sleep = {
  a: [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
  b: [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
};
/** R's ToothGrowth, length by supplement. */
const teeth = {
  oj: [
    15.2, 21.5, 17.6, 9.7, 14.5, 10, 8.2, 9.4, 16.5, 9.7, 19.7, 23.3, 23.6, 26.4, 20, 25.2, 25.8, 21.2, 14.5, 27.3,
    25.5, 26.4, 22.4, 24.5, 24.8, 30.9, 26.4, 27.3, 29.4, 23,
  ],
  vc: [
    4.2, 11.5, 7.3, 5.8, 6.4, 10, 11.2, 11.2, 5.2, 7, 16.5, 16.5, 15.2, 17.3, 22.5, 17.3, 13.6, 14.5, 18.8, 15.5, 23.6,
    18.5, 33.9, 25.5, 26.4, 32.5, 26.7, 21.5, 23.3, 29.5,
  ],
};

const value = fc.integer({ min: -1000, max: 1000 });
/** Pairs in which both arms vary, and neither is the other plus a shift. */
const pairs = fc
  .array(fc.tuple(value, value), { minLength: 5, maxLength: 20 })
  .filter((it) =>
    [(p: number[]) => p[0], (p: number[]) => p[1], (p: number[]) => (p[1] as number) - (p[0] as number)].every(
      (of) => new Set(it.map(of)).size > 2,
    ),
  );
const arms = (it: readonly (readonly [number, number])[]) => [it.map(([x]) => x), it.map(([, y]) => y)] as const;
const both = [pairedSpread, unpairedSpread];

describe("Pitman and Morgan's test", () => {
  test.prop([pairs])("is the correlation of sums and differences", (it) => {
    const [x, y] = arms(it);
    const r = sampleCorrelation(
      it.map(([a, b]) => a + b),
      it.map(([a, b]) => b - a),
    );
    fc.pre(Math.abs(r) < 0.999999);
    const t = r * Math.sqrt((it.length - 2) / (1 - r * r));
    expect(pairedSpread(x, y).p).toBeCloseTo(studentCdf(-t, it.length - 2), 8);
  });

  test("R's sleep data: F 1.2526, r 0.7952", () => {
    const found = pairedSpread(sleep.a, sleep.b);
    expect(found.ratio).toBeCloseTo(2.002249 / 1.78901, 5);
    const f = found.ratio ** 2;
    const t = ((f - 1) * Math.sqrt(8)) / (2 * Math.sqrt(f * (1 - 0.7951702 ** 2)));
    expect(found.p).toBeCloseTo(studentCdf(-t, 8), 6);
  });

  test("finds more in pairs that share a drift than two independent samples do", () => {
    const random = seeded(8, "shared");
    const drift = Array.from({ length: 20 }, () => 3 * gauss(random));
    const x = drift.map((it) => it + 0.1 * gauss(random));
    const y = drift.map((it) => 1.3 * it + 0.1 * gauss(random));
    expect(pairedSpread(x, y).p).toBeLessThan(1e-6);
    expect(unpairedSpread(x, y).p).toBeGreaterThan(0.01);
  });

  test("a second sample that is the first plus a shift does not spread more", () => {
    for (const shift of [0, 0.1, 1 / 3, 1e6]) {
      expect(
        pairedSpread(
          sleep.a,
          sleep.a.map((it) => it + shift),
        ).p,
      ).toBe(0.5);
    }
  });

  test("one that is the first stretched does", () => {
    const { ratio, p } = pairedSpread(
      sleep.a,
      sleep.a.map((it) => 1.01 * it),
    );
    expect(ratio).toBeCloseTo(1.01, 12);
    expect(p).toBeLessThan(1e-12);
  });
});

test("Brown and Forsythe: R's leveneTest(len ~ supp, ToothGrowth) has F 1.2136, p .2752", () => {
  const found = unpairedSpread(teeth.oj, teeth.vc);
  expect(2 * found.p).toBeCloseTo(0.2752, 4);
  expect(1 / found.ratio ** 2).toBeCloseTo(0.6385951, 7);
});

describe("both tests", () => {
  test.prop([pairs, fc.integer({ min: -1000, max: 1000 }), fc.constantFrom(0.125, 3, 1e6)])(
    "do not depend on the unit, on where each sample lies, or on order",
    (it, shift, unit) => {
      const [x, y] = arms(it);
      const [u, v] = arms([...it].reverse().map(([a, b]) => [a * unit, (b + shift) * unit]));
      for (const spread of both) {
        expect(spread(u, v).p).toBeCloseTo(spread(x, y).p, 8);
        expect(spread(u, v).ratio / spread(x, y).ratio).toBeCloseTo(1, 9);
      }
    },
  );

  test.prop([pairs])("mirror when the samples swap", (it) => {
    const [x, y] = arms(it);
    for (const spread of both) {
      expect(spread(x, y).ratio * spread(y, x).ratio).toBeCloseTo(1, 10);
      expect(spread(x, y).p + spread(y, x).p).toBeCloseTo(1, 10);
    }
  });

  test.prop([pairs, fc.double({ min: 1.1, max: 5, noNaN: true })])(
    "find more when the second is stretched",
    (it, factor) => {
      const [x, y] = arms(it);
      const stretched = y.map((value) => value * factor);
      for (const spread of both) expect(spread(x, stretched).p).toBeLessThanOrEqual(spread(x, y).p + 1e-12);
    },
  );

  test("alarm at 5 % as often as promised when nothing changed", () => {
    const random = seeded(6, "spread");
    const sessions = 3000;
    let paired = 0;
    let unpaired = 0;
    for (let i = 0; i < sessions; i++) {
      const shared = Array.from({ length: 10 }, () => gauss(random));
      const x = shared.map((it) => it + gauss(random));
      const y = shared.map((it) => it + gauss(random));
      if (pairedSpread(x, y).p <= 0.05) paired++;
      const normal = () => Array.from({ length: 10 }, () => gauss(random));
      if (unpairedSpread(normal(), normal()).p <= 0.05) unpaired++;
    }
    const error = Math.sqrt((0.05 * 0.95) / sessions);
    expect(Math.abs(paired / sessions - 0.05)).toBeLessThan(3 * error);
    expect(unpaired / sessions).toBeLessThan(0.05 + 3 * error);
    expect(unpaired / sessions).toBeGreaterThan(0.025);
  });
});

describe("constant samples", () => {
  test("two have the same spread", () => {
    for (const spread of both) expect(spread([1, 1, 1], [5, 5, 5])).toEqual({ ratio: 1, p: 1 });
  });

  test("against one that varies once there is little evidence, paired or not", () => {
    for (const spread of both) {
      const found = spread([0, 0, 0, 0], [0, 0, 0, 1]);
      expect(found.ratio).toBe(Number.POSITIVE_INFINITY);
      expect(found.p).toBeGreaterThan(0.15);
      expect(found.p).toBeLessThan(0.2);
      expect(spread([0, 0, 0, 1], [0, 0, 0, 0]).ratio).toBe(0);
      expect(spread([0, 0, 0, 1], [0, 0, 0, 0]).p).toBeCloseTo(1 - found.p, 12);
    }
  });

  test("distances that do not vary leave the regroupings: 1 of 70 for four and four", () => {
    for (const [low, high] of [
      [-1, 1],
      [0.1, 0.3],
    ] as const) {
      const two = [low, high, low, high];
      expect(unpairedSpread([0, 0, 0, 0], two).p).toBeCloseTo(1 / 70, 12);
      expect(unpairedSpread(two, [0, 0, 0, 0]).p).toBe(1);
      expect(unpairedSpread(two, two).p).toBe(1);
    }
  });
});

test("too few, unequal and broken samples are refused", () => {
  for (const spread of both) {
    expect(() => spread([], [])).toThrow(TooFew);
    expect(() => spread([1, 2], [1, 2])).toThrow(TooFew);
    for (const it of [Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
      expect(() => spread([1, 2, it], [1, 2, 3])).toThrow(OutOfDomain);
      expect(() => spread([1, 2, 3], [1, 2, it])).toThrow(OutOfDomain);
    }
  }
  expect(() => pairedSpread([1, 2, 3], [1, 2, 3, 4])).toThrow(OutOfDomain);
});
