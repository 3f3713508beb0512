/** A family of comparisons: Holm's steps to fail, nothing to pass, and companions at their own step. */
import { describe, expect, test } from "vitest";
import { trialsOf } from "../../reports/evidence/trials-of.ts";
import type { Companion, Comparison } from "../../reports/verdict/inference/comparison.ts";
import { decideAdvisory, decideFamily } from "../../reports/verdict/inference/family.ts";
import { fixedLevels, levelsAt } from "../../reports/verdict/inference/levels.ts";
import { sampledEvidence } from "../support/sampled-evidence.ts";

const levels = fixedLevels(0.05, 0.01);

/** Ten pairs, 20 % worse where 5 % is allowed; `asked` notes the levels at which it was asked. */
function worse(p: number, asked: number[] = [], companion: Companion = "agrees"): Comparison {
  return {
    pairs: 10,
    margin: 0.05,
    estimate: 0.2,
    lower: 0.1,
    upper: 0.3,
    spread: 0.1,
    noise: 0.1,
    p,
    student: null,
    method: "t",
    passes: false,
    passCompanion: () => "agrees",
    worseAt: (level) => {
      asked.push(level);
      return { lower: 0.01, companion: () => companion };
    },
  };
}
const verdicts = (family: readonly (Comparison | null)[]) =>
  decideFamily(family, levels).map((it) => it?.verdict ?? null);

describe("failing", () => {
  test("p = 0.004 is enough for one gate, not for one of ten", () => {
    expect(verdicts([worse(0.004)])).toEqual(["regressed"]);
    expect(verdicts([worse(0.004), ...Array.from({ length: 9 }, () => worse(0.5))])[0]).toBe("inconclusive");
    expect(verdicts([worse(0.0009), ...Array.from({ length: 9 }, () => worse(0.5))])[0]).toBe("regressed");
  });

  test("a gate that could not be measured keeps its place in the family", () => {
    expect(verdicts([worse(0.004), null, null])).toEqual(["inconclusive", null, null]);
    expect(verdicts([worse(0.003), null, null])).toEqual(["regressed", null, null]);
  });

  test("each step asks the companion at its own level", () => {
    const asked: number[][] = [[], [], []];
    decideFamily([worse(0.5, asked[0]), worse(0.0001, asked[1]), worse(0.004, asked[2])], levels);
    expect(asked).toEqual([[0.01], [0.01 / 3], [0.005]]);
  });

  test("a companion that disagrees leaves it open; one that can't speak is told", () => {
    const [open] = decideFamily([worse(0.0001, [], "disagrees")], levels);
    expect(open).toMatchObject({ verdict: "inconclusive", tags: ["fragile"] });
    const [told] = decideFamily([worse(0.0001, [], "silent")], levels);
    expect(told).toMatchObject({ verdict: "regressed", tags: ["relies on normality"] });
  });

  test("worse for sure, but by less than the margin, is not regressed", () => {
    expect(verdicts([{ ...worse(0.00001), estimate: 0.04, upper: 0.06 }])).toEqual(["inconclusive"]);
  });
});

describe("passing", () => {
  const passing: Comparison = { ...worse(0.5), estimate: 0.01, upper: 0.04, lower: -0.02, passes: true };

  test("takes no correction for the number of gates", () => {
    expect(verdicts(Array.from({ length: 30 }, () => passing))).toEqual(Array.from({ length: 30 }, () => "pass"));
  });

  test("needs its own companion", () => {
    expect(verdicts([{ ...passing, passCompanion: () => "disagrees" }])).toEqual(["inconclusive"]);
  });

  test("tells a change that is sure but tolerated", () => {
    expect(decideFamily([{ ...passing, lower: 0.001 }], levels)[0]?.tags).toEqual(["worse within tolerance"]);
  });
});

test("advice is corrected by Benjamini and Hochberg at alpha", () => {
  const family = [worse(0.02), worse(0.001), null, worse(0.9), worse(0.8)];
  const found = decideAdvisory(family, levels);
  expect(found.map((it) => it?.verdict ?? null)).toEqual([
    "regressed",
    "regressed",
    null,
    "inconclusive",
    "inconclusive",
  ]);
  expect(found[0]?.p.adjusted()).toBeCloseTo(0.04, 12);
  expect(decideAdvisory([], levels)).toEqual([]);
});

test("nothing to advise on needs no level, also where levels are spent over looks", () => {
  const spent = levelsAt([4, 8], 4, { alpha: 0.05, alphaFail: 0.01 });
  expect(decideAdvisory([], spent)).toEqual([]);
  expect(decideAdvisory([null], spent)).toEqual([null]);
});

test("a trial that was cut off gives way to the one that repeated its block", () => {
  const { evidence } = sampledEvidence({
    arms: ["service"],
    readings: { throughput: { service: [1, 2] } },
    outcomes: { service: ["interrupted", "ok"] },
  });
  const again = evidence.trials.map((it) => ({ ...it, block: 1 }));
  const chosen = (trials: typeof again) => trialsOf({ ...evidence, trials }, "service").map((it) => it.index);
  expect(chosen(again)).toEqual([2]);
  // A failed trial is an outcome: nothing replaces it.
  expect(chosen(again.map((it) => (it.index === 1 ? { ...it, outcome: "failed" as const } : it)))).toEqual([1]);
});
