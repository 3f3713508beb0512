/** What would change a verdict: the margins and bounds that a finding names are those at which it is judged otherwise. */
import { describe, expect, test } from "vitest";
import { confirmed } from "../../reports/verdict/confirmation.ts";
import { assessGates } from "../../reports/verdict/findings/assess.ts";
import { fixedLevels } from "../../reports/verdict/inference/levels.ts";
import type { Finding } from "../../reports/verdict/judgement.ts";
import type { Condition } from "../../runner/record/scenario.ts";
import { plainSpaces } from "../../runner/shared/format.ts";
import { absolute, condition, relative } from "../support/fake-scenario.ts";
import { type Reading, type Sampled, sampledEvidence, worst } from "../support/sampled-evidence.ts";

const steady = [100, 102, 99, 101, 98, 100.5, 99.5, 101.5, 100.2, 99.1];
const scaled = (factor: number) => [...steady].reverse().map((it) => it * factor);

function judged(given: Partial<Sampled>, gate: Condition): Finding {
  const { evidence, read } = sampledEvidence({ readings: {}, ...given });
  return assessGates(evidence, [gate], read, fixedLevels(0.05, 0.01))[0] as Finding;
}

interface Case {
  readonly metric: string;
  readonly factor: number;
}
const at = ({ metric, factor }: Case) => {
  const readings = { [metric]: { baseline: steady, candidate: scaled(factor) } };
  return (margin: number) => judged({ readings }, condition({ metric, phase: "steady", margin: relative(margin) }));
};
/** The first percentage that a sentence names after these words, as a share. */
const named = (finding: Finding, words: string): number =>
  Number(new RegExp(`${words} ([\\d.]+) %`).exec(plainSpaces(finding.wouldChange))?.[1]) / 100;

const lower = "cpu.per-request";
const higher = "throughput";

describe.each([
  { metric: lower, worse: 1.04, far: 1.4 },
  { metric: higher, worse: 0.96, far: 0.6 },
])("a gate on $metric", ({ metric, worse, far }) => {
  test.each([worse, 1])("that passes names the margin below which it would not (%d times as much)", (factor) => {
    const judge = at({ metric, factor });
    const finding = judge(0.1);
    expect(finding.verdict).toBe("pass");
    const least = named(finding, "margin below");
    expect(judge(least * 0.97).verdict).not.toBe("pass");
    expect(judge(least * 1.03).verdict).toBe("pass");
  });

  test("that regressed names the margins that would leave it undecided, and let it pass", () => {
    const judge = at({ metric, factor: far });
    const finding = judge(0.1);
    expect(finding.verdict).toBe("regressed");
    const [pass, open] = [named(finding, "margin above"), named(finding, "one above")];
    expect(judge(open * 0.995).verdict).toBe("regressed");
    expect(judge((open + pass) / 2).verdict).toBe("inconclusive");
    expect(judge(pass * 1.01).verdict).toBe("pass");
  });

  test("that is undecided names the pairs that would be likely to decide it, and the margin that would let it pass", () => {
    const judge = at({ metric, factor: worse });
    const finding = judge(0.045);
    expect(finding.verdict).toBe("inconclusive");
    expect(finding.wouldChange).toMatch(
      /^(About \d+ more pairs? \(\d+ in all\)|Not even 200 pairs) would be likely to decide it/,
    );
    expect(judge(named(finding, "margin above") * 1.03).verdict).toBe("pass");
  });

  test("that got better for sure passes with any margin", () => {
    const judge = at({ metric, factor: metric === lower ? 0.8 : 1.2 });
    expect(judge(0.1).wouldChange).toBe("Other data only: it would pass with any margin.");
    expect(judge(0.000001).verdict).toBe("pass");
  });
});

describe("a bound", () => {
  const bound = (given: Partial<Condition>, candidate: readonly Reading[]) =>
    judged(
      { arms: ["service"], readings: { [lower]: { service: candidate } } },
      condition({ metric: lower, phase: "steady", ...given }),
    );
  const value = (finding: Finding): number =>
    Number(/([\d.]+) ms/.exec(plainSpaces(finding.wouldChange))?.[1] ?? Number.NaN);

  test.each([
    ["max", [8, 8.2, 7.9, 8.1], 10, "pass"],
    ["max", [12, 12.2, 11.9, 12.1], 10, "failed"],
    ["max", [8, 10.5, 8.5, 10], 10, "inconclusive"],
    ["min", [12, 12.2, 11.9, 12.1], 10, "pass"],
    ["min", [8, 8.2, 7.9, 8.1], 10, "failed"],
  ] as const)("%s over %j: names where it would begin to pass", (kind, values, limit, verdict) => {
    const finding = bound({ [kind]: limit }, values);
    expect(finding.verdict).toBe(verdict);
    const edge = value(finding);
    const [inside, outside] = kind === "max" ? [edge * 1.02, edge * 0.98] : [edge * 0.98, edge * 1.02];
    expect(bound({ [kind]: inside }, values).verdict).toBe("pass");
    expect(bound({ [kind]: outside }, values).verdict).not.toBe("pass");
  });

  test("judged by one trial, or with trials without a value, asks for other trials and not for another bound", () => {
    expect(bound({ max: 10 }, [9]).wouldChange).toMatch(/^More trials: a single one/);
    expect(bound({ max: 10 }, [worst(12), worst(13)]).wouldChange).toBe(
      "A run in which every trial has a value of its own: leave it more time after the fault.",
    );
  });

  test("has a smallest distance that would have been told, which shrinks with the noise", () => {
    const [wide, narrow] = [bound({ max: 10 }, [8, 8.8, 7.6, 8.4]), bound({ max: 10 }, [8, 8.2, 7.9, 8.1])];
    expect(narrow.mde).toBeGreaterThan(0);
    // A latency is judged by its logarithm: as far inside as beyond in factors, so less in its unit, and never below nothing.
    expect(wide.mdeFail).toBeGreaterThan(wide.mde as number);
    expect(wide.mde).toBeLessThan(wide.bound.value);
    expect(wide.mde).toBeGreaterThan(2 * (narrow.mde as number));
    expect(bound({ max: 10 }, [9]).mde).toBeNull();
    expect(bound({ max: 10 }, [9, 9, 9]).mde).toBeNull();
  });
});

describe("what stands in the way", () => {
  test("of the numbers has to be mended first", () => {
    const readings = { [lower]: { baseline: ["no cgroup"], candidate: ["no cgroup"] } };
    const gate = condition({ metric: lower, phase: "steady", margin: absolute(1) });
    expect(judged({ readings }, gate).wouldChange).toMatch(/^Not more of the same/);
  });

  test("is a trial that failed, and says so", () => {
    const readings = { [lower]: { baseline: steady, candidate: scaled(1) } };
    const gate = condition({ metric: lower, phase: "steady", margin: relative(0.1) });
    const outcomes = { candidate: ["failed", "failed"] } as const;
    expect(judged({ readings, outcomes }, gate)).toMatchObject({
      verdict: "failed",
      wouldChange: "A run whose trials come to their end.",
    });
  });

  test("is a second session that does not agree", () => {
    const finding = at({ metric: lower, factor: 1.4 })(0.1);
    const [gate] = confirmed([finding], { run: "second", verdict: "pass", regressed: [] });
    expect(gate?.wouldChange).toContain("two that disagree decide nothing");
  });
});

describe("A12", () => {
  const share = (baseline: readonly Reading[], candidate: readonly Reading[], metric = lower) =>
    judged(
      { readings: { [metric]: { baseline, candidate } } },
      condition({ metric, phase: "steady", margin: relative(0.1) }),
    ).a12;

  test("is how often a trial of the candidate is worse, whichever way worse is", () => {
    expect(share([1, 2, 3], [4, 5, 6])).toBe(1);
    expect(share([1, 2, 3], [4, 5, 6], higher)).toBe(0);
    expect(share([1, 2, 3, 4], [1, 2, 3, 4])).toBe(0.5);
    // Of nine comparisons 3 > 2, 5 > 2 and 5 > 4 are worse.
    expect(share([2, 4, 6], [1, 3, 5])).toBeCloseTo(3 / 9, 12);
  });

  test("counts what has no value of its own as worse than all that have one", () => {
    expect(share([1, 2, 3], [1, worst(), worst()])).toBeCloseTo((0.5 + 3 + 3) / 9, 12);
  });

  test("is not there for a bound", () => {
    expect(judged({ readings: {} }, condition({ metric: lower, phase: "steady", max: 1 })).a12).toBeNull();
  });
});
