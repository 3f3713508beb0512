/** A center that stays may hide trials that do not: more spread, two groups, differences that do not vary. */
import { describe, expect, test } from "vitest";
import { renderTerminal } from "../../reports/render/terminal.ts";
import { assessGates } from "../../reports/verdict/findings/assess.ts";
import { fixedLevels } from "../../reports/verdict/inference/levels.ts";
import { type Sides, shapeOf } from "../../reports/verdict/inference/shape.ts";
import type { Finding, Judgement } from "../../reports/verdict/judgement.ts";
import { headlineOf } from "../../reports/verdict/words/headline.ts";
import { plainSpaces } from "../../runner/shared/format.ts";
import { seeded } from "../../runner/shared/random.ts";
import { gaussOf } from "../calibrate/noise.ts";
import { condition, relative } from "../support/fake-scenario.ts";
import { regressed } from "../support/judgements/regressed.ts";
import { sampledEvidence } from "../support/sampled-evidence.ts";

const steps = [-1.2, 0.8, 0.3, -0.4, 1.5, -0.9, 0.1, -1.6, 0.6, 1.1, -0.2, 0.4];
const around = (center: number, width: number, turn = 0): number[] =>
  steps.map((_, i) => center + width * (steps[(i + turn) % steps.length] as number));
const sides = (baseline: readonly number[], candidate: readonly number[], given: Partial<Sides> = {}): Sides => ({
  ...{ baseline, candidate, paired: true, scale: "ratio", resolution: 0.001 },
  ...given,
});
const told = (of: Sides, family = 1) => {
  const { tags, warnings } = shapeOf(of, "ms", family);
  return { tags, warnings: warnings.map(plainSpaces) };
};

describe("spread", () => {
  test.each([true, false])("twice as wide around the same center is told, paired: %s", (paired) => {
    const { tags, warnings } = told(sides(around(100, 1), around(100, 2, 5), { paired }));
    expect(tags).toEqual(["wider spread"]);
    expect(warnings).toEqual([expect.stringContaining("spread 2.0 times as wide as the baseline's")]);
  });

  test("what both of a pair share is left aside, so that a drifting machine does not hide it", () => {
    const { normal } = gaussOf(seeded(5, "shared"));
    const drift = Array.from({ length: 300 }, () => 100 + 2 * normal());
    const { tags, warnings } = told(
      sides(
        drift.map((it) => it + normal()),
        drift.map((it) => it + 2.5 * normal()),
      ),
    );
    expect(tags).toEqual(["wider spread"]);
    expect(warnings[0]).toMatch(/spread [23]\.\d times as wide as the baseline's, what both of a pair share aside/);
  });

  test("twice as wide is a warning of six values a side, however unsure; of five, and of less, it is none", () => {
    const [narrow, wide] = [
      [98, 99, 100, 100, 101, 102],
      [102, 96, 100, 100, 104, 98],
    ] as const;
    for (const paired of [true, false]) {
      const difference = { scale: "difference", resolution: 0, paired } as const;
      const { tags, warnings } = told(sides(narrow, wide, difference), 10);
      expect(tags).toEqual([]);
      expect(warnings).toEqual([expect.stringContaining("spread 2.0 times as wide")]);
      expect(told(sides(narrow.slice(1), wide.slice(1), difference), 10).warnings).toEqual([]);
      const less = wide.map((it) => 100 + (it - 100) * 0.9);
      expect(told(sides(narrow, less, difference), 10).warnings).toEqual([]);
    }
  });

  test("among ten metrics the same is a warning, and no headline", () => {
    const { tags, warnings } = told(sides(around(100, 1), around(100, 2, 5)), 10);
    expect(tags).toEqual([]);
    expect(warnings).toHaveLength(1);
  });

  test("narrower is no news, nor is a baseline that does not vary beside a last digit", () => {
    expect(told(sides(around(100, 2), around(100, 1, 5)))).toEqual({ tags: [], warnings: [] });
    expect(told(sides(Array(12).fill(100), around(100, 0.01))).tags).toEqual([]);
    expect(told(sides(Array(12).fill(100), around(100, 1)))).toMatchObject({
      tags: ["wider spread"],
      warnings: [expect.stringContaining("vary, the baseline's do not")],
    });
  });

  test("without a difference one of ten metrics is tagged in at most 5 % of sessions", () => {
    const { normal } = gaussOf(seeded(3, "spread"));
    const sample = () => Array.from({ length: 10 }, () => 100 * Math.exp(0.02 * normal()));
    const sessions = 400;
    let alarms = 0;
    for (let i = 0; i < sessions; i++) {
      if (steps.slice(0, 10).some(() => told(sides(sample(), sample()), 10).tags.includes("wider spread"))) alarms++;
    }
    expect(alarms / sessions).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / sessions));
    expect(alarms).toBeGreaterThan(0);
  });
});

describe("groups", () => {
  const low = around(41, 0.4);
  const split = around(41, 0.4, 3).map((it, i) => (i % 3 === 0 ? it + 21 : it));

  test("a candidate that falls into two groups is told with both", () => {
    const { tags, warnings } = told(sides(low, split));
    expect(tags).toContain("two groups");
    expect(warnings.join()).toMatch(/two groups \(around 4\d(\.\d)? ms and 6\d(\.\d)? ms, 4 of 12 in the upper one\)/);
  });

  test("where both do, the shares are what to compare", () => {
    const { tags, warnings } = told(sides(split, [...split].reverse()));
    expect(tags).toEqual([]);
    expect(warnings.join()).toContain("of both sides fall into two groups");
  });

  test("a baseline that does so alone is told, and holds nothing against the candidate", () => {
    expect(told(sides(split, low))).toMatchObject({
      tags: [],
      warnings: [expect.stringContaining("the baseline's values")],
    });
  });
});

test("pairs that do not differ at all are told", () => {
  const same = around(100, 1);
  const few = same.map((it, i) => (i < 7 ? it : it + 0.5));
  expect(told(sides(same, few)).warnings.join()).toContain("7 of 12 pairs do not differ at all");
  expect(told(sides(same, few, { paired: false })).warnings).toEqual([]);
});

test("a gate that passes says in its warnings and in the headline that the candidate spreads wider", () => {
  const gate = condition({ metric: "cpu.per-request", phase: "steady", margin: relative(0.05) });
  const { evidence, read } = sampledEvidence({
    readings: { "cpu.per-request": { baseline: around(100, 1), candidate: around(100, 2, 5) } },
  });
  const gates = assessGates(evidence, [gate], read, fixedLevels(0.05, 0.01));
  expect(gates[0]).toMatchObject({ verdict: "pass", tags: ["wider spread"] });
  expect(gates[0]?.warnings.join()).toContain("times as wide");
  const none = { trust: [], failures: [], limits: [], noise: [], manyArms: false };
  expect(headlineOf({ verdict: "pass", gates, ...none })).toContain(
    "But CPU per request in steady spreads wider than the other arm's.",
  );
});

test("the end of a run on a terminal says it of a gate that passes, whatever else there is to say", () => {
  const [gate] = regressed.gates;
  const judgement: Judgement = {
    ...regressed,
    gates: [
      { ...(gate as Finding), verdict: "pass", tags: ["wider spread"], warnings: ["it spreads 2.0 times as wide"] },
    ],
  };
  expect(renderTerminal(judgement, { color: false })).toMatch(/^! .+ · .+: it spreads 2\.0 times as wide$/m);
});
