/** Two independent sets of trials: Welch with a rank-sum companion, ranks alone where a value is out of reach. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { standardDeviation } from "../../reports/stats/describe.ts";
import type { Known, Terms } from "../../reports/verdict/inference/comparison.ts";
import { decideFamily } from "../../reports/verdict/inference/family.ts";
import { fixedLevels } from "../../reports/verdict/inference/levels.ts";
import { compareSamples } from "../../reports/verdict/inference/unpaired.ts";
import type { Drift } from "../../reports/verdict/inference/welch.ts";
import { seeded } from "../../runner/shared/random.ts";

const levels = fixedLevels(0.05, 0.01);
const terms = (given: Partial<Terms> = {}): Terms => ({
  scale: "ratio",
  better: "lower",
  margin: 0.05,
  alpha: levels.alpha,
  resolution: 0.001,
  rounding: 0.001,
  stream: () => () => 0.5,
  ...given,
});
const values = (...of: readonly number[]): Known[] => of.map((value) => ({ kind: "value", value }));
const verdict = (baseline: readonly Known[], candidate: readonly Known[], of = terms()): string =>
  decideFamily([compareSamples(baseline, candidate, of)], levels)[0]?.verdict ?? "none";
const sample = (random: () => number, n: number, effect: number, spread: number): Known[] =>
  values(
    ...Array.from({ length: n }, () => {
      const gauss = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return 100 * Math.exp(effect + spread * gauss);
    }),
  );

describe("independent trials", () => {
  test("R's sleep data by Welch: t -1.860813 with 17.77647 degrees of freedom, p .0793941 on two sides", () => {
    const a = values(0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2);
    const b = values(1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4);
    const it = compareSamples(a, b, terms({ scale: "difference", margin: 1, alpha: 0.025 }));
    expect(it.estimate).toBeCloseTo(1.58, 12);
    expect(it.p * 2).toBeCloseTo(0.0793941, 6);
    expect([it.lower, it.upper]).toEqual([expect.closeTo(-0.2054832, 6), expect.closeTo(3.3654832, 6)]);
  });

  test("a change as large as the margin passes in 5 % of sessions, no change fails in 1 %", () => {
    const random = seeded(3, "unpaired");
    const sessions = 1500;
    let [passed, failed] = [0, 0];
    for (let i = 0; i < sessions; i++) {
      if (verdict(sample(random, 8, 0, 0.03), sample(random, 12, Math.log(1.05), 0.05)) === "pass") passed++;
      const small = terms({ margin: 1e-9 });
      if (verdict(sample(random, 8, 0, 0.03), sample(random, 12, 0, 0.05), small) === "regressed") failed++;
    }
    const most = (level: number) => level + 3 * Math.sqrt((level * (1 - level)) / sessions);
    expect(passed / sessions).toBeLessThanOrEqual(most(0.05));
    expect(failed / sessions).toBeLessThanOrEqual(most(0.01));
    expect(passed).toBeGreaterThan(0);
    expect(failed).toBeGreaterThan(0);
  });

  test("two noisy values against twenty steady ones fail no oftener, among ten metrics", () => {
    const random = seeded(4, "small and noisy");
    const sessions = 800;
    const small = terms({ margin: 1e-9 });
    let failed = 0;
    for (let i = 0; i < sessions; i++) {
      const family = Array.from({ length: 10 }, () =>
        compareSamples(sample(random, 2, 0, 0.06), sample(random, 20, 0, 0.02), small),
      );
      if (decideFamily(family, levels).some((it) => it?.verdict === "regressed")) failed++;
    }
    expect(failed / sessions).toBeLessThanOrEqual(0.01 + 3 * Math.sqrt((0.01 * 0.99) / sessions));
  });

  test("the same holds across sessions that drift apart, when eight sessions of history say how far; without them it does not", () => {
    const random = seeded(5, "drift");
    const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const sessions = 1500;
    const session = (effect = 0) => sample(random, 8, effect + 0.04 * gauss(), 0.03);
    const center = (it: readonly Known[]) =>
      it.reduce((sum, one) => sum + (one.kind === "value" ? Math.log(one.value) : 0), 0) / it.length;
    const said = (them: readonly Known[], own: readonly Known[], of: Terms, drift: Drift | null) =>
      decideFamily([compareSamples(them, own, of, drift)], levels)[0]?.verdict;
    const count = { passed: 0, failed: 0, blind: 0 };
    for (let i = 0; i < sessions; i++) {
      const drift = { sd: standardDeviation(Array.from({ length: 8 }, () => center(session()))), sessions: 8 };
      const small = terms({ margin: 1e-9 });
      if (said(session(), session(Math.log(1.05)), terms(), drift) === "pass") count.passed++;
      const [them, own] = [session(), session()];
      if (said(them, own, small, drift) === "regressed") count.failed++;
      if (said(them, own, small, null) === "regressed") count.blind++;
    }
    const most = (level: number) => level + 3 * Math.sqrt((level * (1 - level)) / sessions);
    expect(count.passed / sessions).toBeLessThanOrEqual(most(0.05));
    expect(count.passed).toBeGreaterThan(0);
    expect(count.failed / sessions).toBeLessThanOrEqual(most(0.01));
    expect(count.blind / sessions).toBeGreaterThan(0.1);
  });

  test("a failed trial ranks worst, whichever arm it is of", () => {
    const failed: Known = { kind: "worst", reason: "it failed", atLeast: null };
    const ten = values(100, 101, 99, 100, 102, 98, 101, 99, 100, 100);
    const all = Array.from({ length: 10 }, () => failed);
    expect(compareSamples(ten, [...ten.slice(1), failed], terms()).method).toBe("rank-sum");
    expect(verdict(ten, all)).toBe("regressed");
    expect(verdict(all, ten)).toBe("pass");
  });

  test("where higher is better, less is worse", () => {
    const [more, less] = [values(100, 101, 99, 100, 102, 98), values(80, 81, 79, 80, 82, 78)];
    expect(verdict(more, less, terms({ better: "higher" }))).toBe("regressed");
    expect(verdict(less, more, terms({ better: "higher" }))).toBe("pass");
  });

  const some = fc.array(fc.double({ min: 50, max: 200, noNaN: true }), { minLength: 2, maxLength: 10 });
  test.prop([some, some])("swapping the arms turns the estimate and its bounds around", (x, y) => {
    const there = compareSamples(values(...x), values(...y), terms());
    const back = compareSamples(values(...y), values(...x), terms());
    expect(back.estimate).toBeCloseTo(-there.estimate, 9);
    expect(back.lower).toBeCloseTo(-there.upper, 9);
  });

  test.prop([some, some, fc.constantFrom(0.01, 1024)])("a change of unit changes no verdict", (x, y, factor) => {
    const scaled = (it: readonly number[]) => values(...it.map((value) => value * factor));
    expect(verdict(scaled(x), scaled(y))).toBe(verdict(values(...x), values(...y)));
  });

  test("values that differ by rounding are ties, in whatever unit they come", () => {
    const x = [61.10113803691497, 82.63056184612435, 60.283919785890504, 89.50105919383084];
    const y = [50, 63.29811577518497, 63.29811577518498];
    const scaled = (it: readonly number[]) => values(...it.map((value) => value * 0.01));
    expect(verdict(scaled(x), scaled(y))).toBe(verdict(values(...x), values(...y)));
  });
});
