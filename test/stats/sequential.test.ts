/** Looks and their levels: published bounds, the error rate that was promised, and a p-value that agrees with the levels. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { OutOfDomain, TooFew } from "../../reports/stats/errors.ts";
import { normalCdf, normalQuantile } from "../../reports/stats/normal.ts";
import { nominalLevels, sequentialP } from "../../reports/stats/sequential.ts";
import { type Spend, spendOBrienFleming, spendPocock } from "../../reports/stats/spending.ts";
import { seeded } from "../../runner/shared/random.ts";
import { gauss } from "../support/fake-trial.ts";

const bounds = (fractions: readonly number[], alpha: number, spend?: Spend): number[] =>
  nominalLevels(fractions, alpha, spend).map((p) => -normalQuantile(p));
const LOOKS = [6 / 24, 10 / 24, 16 / 24, 1];

const alphas = fc.constantFrom(1e-12, 1e-4, 0.01, 0.025, 0.05, 0.3);
const spends = fc.constantFrom(spendOBrienFleming, spendPocock);
/** Looks after some of forty blocks. */
const plans = fc
  .uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 5 })
  .map((it) => it.sort((a, b) => a - b).map((blocks) => blocks / 40));
const probabilities = fc.array(fc.double({ min: 1e-9, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 });

describe("published bounds", () => {
  test.each<[string, Spend, number, number[], number[]]>([
    ["two looks", spendOBrienFleming, 0.025, [0.5, 1], [2.9626, 1.9686]],
    ["four looks", spendOBrienFleming, 0.025, [0.25, 0.5, 0.75, 1], [4.3326, 2.9631, 2.359, 2.0141]],
    ["four looks at 5 %", spendOBrienFleming, 0.05, [0.25, 0.5, 0.75, 1], [3.7496, 2.5399, 2.0161, 1.7202]],
    ["Pocock's type, five looks", spendPocock, 0.025, [0.2, 0.4, 0.6, 0.8, 1], [2.438, 2.427, 2.41, 2.397, 2.386]],
  ])("%s", (_, spend, alpha, fractions, published) => {
    const found = bounds(fractions, alpha, spend);
    for (const [i, z] of published.entries()) expect(found[i]).toBeCloseTo(z, 3);
  });

  test("figures from a coarser grid lie above ours by half its step, 0.0025 on the scale of the motion", () => {
    const coarse = [
      { fractions: [0.5, 1], z: [2.966, 1.971] },
      { fractions: LOOKS, z: [4.338, 3.287, 2.523, 1.996] },
    ];
    for (const { fractions, z } of coarse) {
      const found = bounds(fractions, 0.025);
      for (const [i, t] of fractions.entries()) {
        expect(Math.abs(((z[i] as number) - (found[i] as number)) * Math.sqrt(t) - 0.0025)).toBeLessThan(0.0006);
      }
    }
  });

  test("one look has the whole level", () => {
    expect(nominalLevels([1], 0.025)).toEqual([0.025]);
    expect(nominalLevels([1], 1e-12)[0]).toBeCloseTo(1e-12, 22);
  });
});

describe("spending", () => {
  test("nothing at the start, alpha at the end", () => {
    for (const spend of [spendOBrienFleming, spendPocock]) {
      expect([spend(0.025, 0), spend(0.025, 1), spend(0.025, 1.5)]).toEqual([0, 0.025, 0.025]);
    }
    expect(spendOBrienFleming(0.025, 0.5)).toBeCloseTo(0.00152532, 8);
    expect(spendPocock(0.025, 0.5)).toBeCloseTo(0.025 * 0.62011451, 8);
  });

  test.prop([spends, plans, fc.double({ min: 1e-9, max: 1, noNaN: true }), fc.double({ min: 1, max: 2, noNaN: true })])(
    "a larger level allots no look less",
    (spend, fractions, alpha, factor) => {
      const larger = Math.min(1, alpha * factor);
      const share = (level: number, i: number): number =>
        spend(level, fractions[i] as number) - (i === 0 ? 0 : spend(level, fractions[i - 1] as number));
      fractions.forEach((_, i) => {
        expect(share(larger, i)).toBeGreaterThanOrEqual(share(alpha, i) - 1e-15);
      });
    },
  );

  test("levels and fractions outside their range are refused", () => {
    for (const spend of [spendOBrienFleming, spendPocock]) {
      for (const alpha of [0, -1, 1.1, Number.NaN]) expect(() => spend(alpha, 0.5)).toThrow(OutOfDomain);
      for (const t of [-0.1, Number.NaN]) expect(() => spend(0.05, t)).toThrow(OutOfDomain);
    }
  });
});

describe("levels of looks", () => {
  test.each([
    { spend: spendOBrienFleming, alpha: 0.025 },
    { spend: spendPocock, alpha: 0.05 },
  ])("simulated tests without an effect first reject at each look as often as was allotted", ({ spend, alpha }) => {
    const sessions = 100_000;
    const random = seeded(3, `type I ${alpha}`);
    const z = bounds(LOOKS, alpha, spend);
    const rejected = LOOKS.map(() => 0);
    for (let i = 0; i < sessions; i++) {
      let sum = 0;
      let before = 0;
      for (const [look, t] of LOOKS.entries()) {
        sum += Math.sqrt(t - before) * gauss(random);
        before = t;
        if (sum / Math.sqrt(t) >= (z[look] as number)) {
          rejected[look] = (rejected[look] as number) + 1;
          break;
        }
      }
    }
    let allotted = 0;
    for (const [look, t] of LOOKS.entries()) {
      const share = spend(alpha, t) - allotted;
      allotted += share;
      const error = Math.sqrt((share * (1 - share)) / sessions);
      expect(Math.abs((rejected[look] as number) / sessions - share)).toBeLessThan(3 * error);
    }
    const total = rejected.reduce((a, b) => a + b, 0) / sessions;
    expect(Math.abs(total - alpha)).toBeLessThan(3 * Math.sqrt((alpha * (1 - alpha)) / sessions));
  });

  test.prop([spends, plans, alphas])(
    "lie between what is allotted to the look and what is spent by it",
    (spend, fractions, alpha) => {
      const levels = nominalLevels(fractions, alpha, spend);
      fractions.forEach((t, i) => {
        const spent = spend(alpha, t);
        const share = spent - (i === 0 ? 0 : spend(alpha, fractions[i - 1] as number));
        expect(levels[i]).toBeGreaterThanOrEqual(share * (1 - 1e-9));
        expect(levels[i]).toBeLessThanOrEqual(spent * (1 + 1e-9));
      });
    },
  );

  test.prop([spends, plans, alphas])("rise with the level of the whole", (spend, fractions, alpha) => {
    const levels = nominalLevels(fractions, alpha, spend);
    nominalLevels(fractions, alpha * 1.1, spend).forEach((it, i) => {
      expect(it).toBeGreaterThanOrEqual(levels[i] as number);
    });
  });

  test.prop([spends, plans, alphas])("of earlier looks do not depend on later ones", (spend, fractions, alpha) => {
    const found = nominalLevels(fractions.slice(0, -1), alpha, spend);
    nominalLevels(fractions, alpha, spend)
      .slice(0, -1)
      .forEach((it, i) => {
        expect(it).toBeCloseTo(found[i] as number, 12);
      });
  });

  test("a level as small as 1e-12 keeps its digits: two looks against a plain double integral", () => {
    const [first, last] = bounds([0.5, 1], 1e-12) as [number, number];
    let crossed = 0;
    const step = 1e-4;
    for (let x = -8; x < first; x += step) {
      const middle = Math.min(x + step / 2, first);
      const density = Math.exp((-middle * middle) / 2) / Math.sqrt(2 * Math.PI);
      crossed += step * density * normalCdf(middle - last * Math.SQRT2);
    }
    const share = 1e-12 - spendOBrienFleming(1e-12, 0.5);
    expect(Math.abs(crossed / share - 1)).toBeLessThan(1e-4);
  });

  test("a look with next to nothing to spend can't reject, and takes nothing from the others", () => {
    const [early, ...rest] = nominalLevels([0.001, 0.5, 1], 0.01);
    expect(early).toBe(0);
    expect(rest[1]).toBeCloseTo(nominalLevels([0.5, 1], 0.01)[1] as number, 12);
  });

  test("looks that go back, repeat or pass the plan are refused", () => {
    expect(() => nominalLevels([], 0.05)).toThrow(TooFew);
    for (const fractions of [[0.5, 0.5], [0.6, 0.5], [0, 1], [0.5, 1.1], [Number.NaN], [0.5, 0.500001]]) {
      expect(() => nominalLevels(fractions, 0.05)).toThrow(OutOfDomain);
    }
    for (const alpha of [0, 1.5, Number.NaN]) expect(() => nominalLevels([1], alpha)).toThrow(OutOfDomain);
  });
});

describe("the p-value of a sequential test", () => {
  const looksOf = (fractions: readonly number[], p: readonly number[]) =>
    fractions.map((fraction, i) => ({ fraction, p: p[i] as number }));

  test.prop([fc.double({ min: 1e-200, max: 1, noNaN: true }), spends])(
    "of one look at the end is that look's",
    (p, spend) => {
      expect(sequentialP([{ fraction: 1, p }], spend) / p).toBeCloseTo(1, 9);
    },
  );

  test.prop([spends, plans, probabilities, alphas])(
    "is at most alpha exactly when a look reaches its level",
    (spend, fractions, p, alpha) => {
      const overall = sequentialP(looksOf(fractions, p), spend);
      fc.pre(Math.abs(overall / alpha - 1) > 1e-6);
      const rejects = nominalLevels(fractions, alpha, spend).some((level, i) => (p[i] as number) <= level);
      expect(overall <= alpha).toBe(rejects);
    },
  );

  test("is alpha when a look has just its level", () => {
    for (const [i, level] of nominalLevels(LOOKS, 0.01).entries()) {
      const looks = LOOKS.slice(0, i + 1).map((fraction, k) => ({ fraction, p: k === i ? level : 1 }));
      expect(sequentialP(looks)).toBeCloseTo(0.01, 9);
    }
  });

  test.prop([spends, plans, probabilities])(
    "never falls when a look's p grows, nor rises with a further look",
    (spend, fractions, p) => {
      const overall = sequentialP(looksOf(fractions, p), spend);
      expect(overall).toBeGreaterThanOrEqual(Math.min(...p.slice(0, fractions.length)) * (1 - 1e-9));
      const larger = p.map((it) => Math.min(1, it * 1.5));
      expect(sequentialP(looksOf(fractions, larger), spend)).toBeGreaterThanOrEqual(overall * (1 - 1e-9));
      expect(sequentialP(looksOf(fractions.slice(0, -1), p), spend)).toBeGreaterThanOrEqual(overall * (1 - 1e-9));
    },
  );

  test("nothing seen is 1, and the least p-value has an answer", () => {
    expect(sequentialP(LOOKS.map((fraction) => ({ fraction, p: 1 })))).toBe(1);
    expect(sequentialP([{ fraction: 0.25, p: 0 }])).toBeGreaterThan(0);
    expect(sequentialP([{ fraction: 0.25, p: 0 }])).toBeLessThan(1e-60);
  });

  test("what is no p-value or no look is refused", () => {
    for (const p of [-0.1, 1.1, Number.NaN]) expect(() => sequentialP([{ fraction: 1, p }])).toThrow(OutOfDomain);
    expect(() => sequentialP([])).toThrow(TooFew);
    expect(() => sequentialP([{ fraction: 2, p: 0.5 }])).toThrow(OutOfDomain);
  });
});
