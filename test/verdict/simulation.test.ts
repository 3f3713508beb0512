/** The error rates that a judgement claims, measured on simulated sessions with a fixed seed. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { Comparison, Terms } from "../../reports/verdict/inference/comparison.ts";
import { type Decision, decideFamily } from "../../reports/verdict/inference/family.ts";
import { fixedLevels } from "../../reports/verdict/inference/levels.ts";
import { compare, type Pair } from "../../reports/verdict/inference/paired.ts";
import { compareSamples } from "../../reports/verdict/inference/unpaired.ts";
import { seeded } from "../../runner/shared/random.ts";
import { questions } from "../calibrate/cells.ts";
import { noises } from "../calibrate/noise.ts";
import { simulate } from "../calibrate/simulate.ts";

const levels = fixedLevels(0.05, 0.01);
const SESSIONS = 1500;

const never = (): number => {
  throw new Error("ten pairs need no random numbers");
};
const terms = (given: Partial<Terms> = {}): Terms => ({
  scale: "ratio",
  better: "lower",
  margin: 0.05,
  alpha: levels.alpha,
  resolution: 0.001,
  rounding: 0.001,
  stream: () => never,
  ...given,
});
const value = (it: number) => ({ kind: "value", value: it }) as const;

/** Pairs on the ratio scale: both arms share the block's drift; `effect` is ln(candidate / baseline). */
function session(random: () => number, k: number, effect: number, spread: number): Pair[] {
  const gauss = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: k }, (_, i) => {
    const base = 100 * Math.exp(0.1 * gauss());
    return { block: i + 1, baseline: value(base), candidate: value(base * Math.exp(effect + spread * gauss())) };
  });
}

const decided = (comparisons: readonly Comparison[]): Decision[] =>
  decideFamily(comparisons, levels).filter((it) => it !== null);

/** Nominal level plus three Monte Carlo standard errors. */
const tolerated = (level: number): number => level + 3 * Math.sqrt((level * (1 - level)) / SESSIONS);

describe("simulated sessions of ten pairs", () => {
  test("ten metrics without any change: at most 1 % of sessions call one regressed", () => {
    const random = seeded(7, "false fail");
    let failed = 0;
    for (let i = 0; i < SESSIONS; i++) {
      // A margin of nothing leaves the error rate to the test alone.
      const family = Array.from({ length: 10 }, () => compare(session(random, 10, 0, 0.04), terms({ margin: 1e-9 })));
      if (decided(family).some((it) => it.verdict === "regressed")) failed++;
    }
    expect(failed / SESSIONS).toBeLessThanOrEqual(tolerated(0.01));
    expect(failed).toBeGreaterThan(0);
  });

  test.each(["lower", "higher"] as const)(
    "where %s is better, a change as large as the margin rarely passes",
    (better) => {
      const random = seeded(11, `false pass ${better}`);
      const effect = better === "lower" ? Math.log(1.05) : Math.log(0.95);
      let passed = 0;
      for (let i = 0; i < SESSIONS; i++) {
        const [decision] = decided([compare(session(random, 10, effect, 0.03), terms({ better }))]);
        if (decision?.verdict === "pass") passed++;
      }
      expect(passed / SESSIONS).toBeLessThanOrEqual(tolerated(0.05));
      expect(passed / SESSIONS).toBeGreaterThan(0.02);
    },
  );

  test("5 % worse with a margin of 3 % is found in 95 % of sessions of 16 pairs, also as one of ten metrics", () => {
    const random = seeded(13, "power");
    let found = 0;
    const sessions = 400;
    for (let i = 0; i < sessions; i++) {
      const family = Array.from({ length: 10 }, (_, metric) =>
        compare(session(random, 16, metric === 4 ? Math.log(1.05) : 0, 0.03), terms({ margin: 0.03 })),
      );
      if (decided(family)[4]?.verdict === "regressed") found++;
    }
    expect(found / sessions).toBeGreaterThanOrEqual(0.95);
  });

  test("no change passes a margin that the noise allows", () => {
    const random = seeded(17, "true pass");
    let passed = 0;
    for (let i = 0; i < 300; i++) {
      if (decided([compare(session(random, 10, 0, 0.02), terms())])[0]?.verdict === "pass") passed++;
    }
    expect(passed / 300).toBeGreaterThan(0.99);
  });
});

describe("values in whole milliseconds", () => {
  const sessions = 500;
  const most = (level: number): number => level + 3 * Math.sqrt((level * (1 - level)) / sessions);
  const cases = [2, 5, 20].flatMap((k) => [0.05, 0.3, 0.6].map((sd) => [k, sd] as const));

  test.each(cases)("%d pairs that spread by %d ms: both error rates are at most what is claimed", (k, sd) => {
    const random = seeded(19, `rounded ${k} ${sd}`);
    const gauss = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const sample = (center: number) => Array.from({ length: k }, () => value(Math.round(center + sd * gauss())));
    const rates = { passed: 0, failed: 0, samplesPassed: 0, samplesFailed: 0 };
    for (let i = 0; i < sessions; i++) {
      const center = 10 + random();
      const [baseline, same, more] = [sample(center), sample(center), sample(center * 1.05)];
      const known = { resolution: 1 / center, rounding: 1 / center, stream: () => random };
      const said = (candidate: typeof same, given: Partial<Terms>) => {
        const of = terms({ ...known, ...given });
        const paired = baseline.map((it, block) => ({ block, baseline: it, candidate: candidate[block] as typeof it }));
        return [compare(paired, of), compareSamples(baseline, candidate, of)].map((it) => decided([it])[0]?.verdict);
      };
      const [passed, samplesPassed] = said(more, {}).map((it) => it === "pass");
      const [failed, samplesFailed] = said(same, { margin: 1e-9 }).map((it) => it === "regressed");
      rates.passed += Number(passed);
      rates.samplesPassed += Number(samplesPassed);
      rates.failed += Number(failed);
      rates.samplesFailed += Number(samplesFailed);
    }
    for (const it of [rates.passed, rates.samplesPassed]) expect(it / sessions).toBeLessThanOrEqual(most(0.05));
    for (const it of [rates.failed, rates.samplesFailed]) expect(it / sessions).toBeLessThanOrEqual(most(0.01));
  });
});

/** `make calibrate` asks the same of ten times as many sessions. */
describe("ten pairs in the order in which a run takes them", () => {
  const asked = questions.flatMap(({ title, of }) =>
    of.flatMap(({ cell, rate, aim }) =>
      "atMost" in aim && cell.looks.length === 1 && cell.looks[0] === 10
        ? [{ title, cell, rate, level: aim.atMost }]
        : [],
    ),
  );

  test.each(noises.filter((it) => it.beyond !== true))("$name: error rates are at most what is claimed", (noise) => {
    expect(asked).toHaveLength(2);
    for (const { cell, rate, level, title } of asked) {
      const sessions = 1000;
      const most = level + 3 * Math.sqrt((level * (1 - level)) / sessions);
      expect(rate(simulate(cell, noise, 0, sessions)), title).toBeLessThanOrEqual(most);
    }
  });
});

const pairs = fc
  .array(fc.tuple(fc.double({ min: 1, max: 100, noNaN: true }), fc.double({ min: 0.7, max: 1.4, noNaN: true })), {
    minLength: 2,
    maxLength: 12,
  })
  .map((rows) =>
    rows.map(([base, factor], i) => ({ block: i, baseline: value(base), candidate: value(base * factor) })),
  );
const verdictOf = (given: readonly Pair[], of: Terms): string => decided([compare(given, of)])[0]?.verdict ?? "none";
const map = (given: readonly Pair[], f: (x: number) => number): Pair[] =>
  given.map((it) => ({
    block: it.block,
    baseline: value(f((it.baseline as { value: number }).value)),
    candidate: value(f((it.candidate as { value: number }).value)),
  }));

describe("whatever the data", () => {
  test.prop([pairs, fc.constantFrom(0.001, 2, 1024)])("a change of unit changes no verdict", (given, factor) => {
    expect(
      verdictOf(
        map(given, (it) => it * factor),
        terms(),
      ),
    ).toBe(verdictOf(given, terms()));
  });

  test.prop([pairs, fc.constantFrom(-16, 64)])(
    "a common offset changes no verdict on the difference scale",
    (given, offset) => {
      const of = terms({ scale: "difference", margin: 3 });
      const rounded = map(given, (it) => Math.round(it * 8) / 8);
      expect(
        verdictOf(
          map(rounded, (it) => it + offset),
          of,
        ),
      ).toBe(verdictOf(rounded, of));
    },
  );

  test.prop([pairs])("the order of pairs changes nothing", (given) => {
    expect(verdictOf([...given].reverse(), terms())).toBe(verdictOf(given, terms()));
  });

  test.prop([pairs])("swapping the arms turns the estimate around", (given) => {
    const there = compare(given, terms());
    const back = compare(
      given.map((it) => ({ block: it.block, baseline: it.candidate, candidate: it.baseline })),
      terms(),
    );
    expect(back.estimate).toBeCloseTo(-there.estimate, 9);
    expect(back.lower).toBeCloseTo(-there.upper, 9);
  });

  test.prop([pairs])("higher-is-better of the inverse is lower-is-better", (given) => {
    const there = compare(given, terms());
    const inverse = compare(
      map(given, (it) => 1 / it),
      terms({ better: "higher", margin: 1 - 1 / 1.05 }),
    );
    expect(inverse.estimate).toBeCloseTo(there.estimate, 9);
    expect(inverse.margin).toBeCloseTo(there.margin, 12);
  });

  test.prop([pairs])("what passes is not worse by the margin, what is regressed is", (given) => {
    const it = compare(given, terms());
    const verdict = verdictOf(given, terms());
    if (verdict === "pass") expect(it.upper).toBeLessThan(it.margin);
    if (verdict === "regressed") expect(it.estimate).toBeGreaterThanOrEqual(it.margin);
  });
});
