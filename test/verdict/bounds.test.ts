/** Absolute conditions, single arms, claims, and trials that failed. */
import { describe, expect, test } from "vitest";
import { assessClaims, assessGates } from "../../reports/verdict/findings/assess.ts";
import { fixedLevels } from "../../reports/verdict/inference/levels.ts";
import { runOutcomes } from "../../reports/verdict/prepare/outcomes.ts";
import { absolute, condition, relative } from "../support/fake-scenario.ts";
import { type Reading, type Sampled, sampledEvidence, worst } from "../support/sampled-evidence.ts";

const levels = fixedLevels(0.05, 0.01);
const max = condition({ metric: "cpu.per-request", phase: "steady", max: 10 });
const min = condition({ metric: "throughput", phase: "steady", min: 100 });

function single(gate: typeof max, values: readonly Reading[]) {
  const { evidence, read } = sampledEvidence({
    arms: ["service"],
    readings: { [gate.metric]: { service: values } },
    faults: [{ name: "one-dies", phase: "kill" }],
  });
  const [finding] = assessGates(evidence, [gate], read, levels);
  return finding;
}

describe("a bound on one arm", () => {
  test("well inside passes, well outside fails, in both directions", () => {
    expect(single(max, [8, 8.2, 7.9, 8.1])?.verdict).toBe("pass");
    expect(single(max, [12, 12.2, 11.9, 12.1])?.verdict).toBe("failed");
    expect(single(min, [120, 121, 119, 120])?.verdict).toBe("pass");
    expect(single(min, [80, 81, 79, 80])?.verdict).toBe("failed");
  });

  test("an interval across it is inconclusive, with the trials still needed", () => {
    const finding = single(max, [8, 10.5, 8.5, 10]);
    expect(finding?.verdict).toBe("inconclusive");
    expect(finding?.pairsNeeded).toBeGreaterThan(4);
    expect(finding?.because).toContain("reaches across");
  });

  test("one trial decides by its value and says that it has no error rate", () => {
    expect(single(max, [9])).toMatchObject({ verdict: "pass", tags: ["one trial, no error rate"] });
    expect(single(max, [11])).toMatchObject({ verdict: "failed" });
    expect(single(max, [11])?.because).toContain("no error rate");
  });

  test("on the bound is inside", () => {
    expect(single(max, [10, 10, 10])).toMatchObject({ verdict: "pass", tags: ["no spread"] });
    expect(single(min, [100, 100])?.verdict).toBe("pass");
  });

  test("values that differ in the rounding of their last digits have no spread", () => {
    expect(single({ ...max, max: 0.4 }, [0.3, 0.3 + 1e-15, 0.3])).toMatchObject({ tags: ["no spread"] });
  });

  test("no errors in any trial pass a bound of zero, and the exact bound is told", () => {
    const finding = single(condition({ metric: "errors.ratio", phase: "steady", max: 0 }), [0, 0, 0]);
    expect(finding?.verdict).toBe("pass");
    expect(finding?.because).toContain("None of 6000 requests");
  });

  const recovery = condition({ metric: "recovery.time", fault: "one-dies", max: 3000 });
  test("no interval of a time reaches below zero, one of a slope does", () => {
    const found = single(recovery, [0, 0, 2100]);
    expect(found?.candidate).toMatchObject({ value: 700, lower: 0 });
    expect(found?.because).toMatch(/^700\sms \(0\.0\ss to 2\.7\ss\) over 3 trials/);
    const slope = condition({ metric: "memory.slope", phase: "steady", max: 1e6 });
    expect(single(slope, [0, 0, 2100])?.candidate?.lower).toBeLessThan(0);
  });

  test("recoveries not seen within more than the bound fail it", () => {
    expect(single(recovery, [worst(5000), worst(5000), worst(5000)])?.verdict).toBe("failed");
    expect(single(recovery, [worst(5000)])?.verdict).toBe("failed");
  });

  test("recoveries not watched for as long as the bound leave it open, and never pass it", () => {
    expect(single(recovery, [worst(2000), worst(2000)])?.verdict).toBe("inconclusive");
    expect(single(recovery, [500, 510, worst(1000), 500, 505])?.verdict).toBe("inconclusive");
  });

  test("the interval shown is the one that decides", () => {
    const finding = single(max, [8, 10.5, 8.5, 10]);
    expect(finding?.candidate?.upper).toBeGreaterThan(10);
    expect(finding?.candidate?.lower).toBeLessThan(10);
  });
});

describe("claims", () => {
  const claim = (metric: string, values: readonly Reading[], limit: number) => {
    const { evidence, read } = sampledEvidence({ arms: ["service"], readings: { [metric]: { service: values } } });
    return assessClaims(evidence, [condition({ metric, max: limit, source: "001-14" })], read, levels)[0];
  };

  test("supported, refuted, open, or not testable here", () => {
    expect(claim("cpu.per-request", [8, 8.1, 8], 10)).toMatchObject({ claim: "supported", source: "001-14" });
    expect(claim("cpu.per-request", [12, 12.1, 12], 10)?.claim).toBe("refuted");
    expect(claim("cpu.per-request", [8, 13, 9], 10)?.claim).toBe("inconclusive");
    expect(claim("cpu.per-request", ["no cgroup here", "no cgroup here"], 10)).toMatchObject({
      claim: "not-testable",
      because: "No cgroup here.",
    });
  });
});

describe("trials that failed", () => {
  const steady = [10, 10.1, 9.9, 10, 10.05, 9.95];
  const gate = condition({ metric: "cpu.per-request", phase: "steady", margin: relative(0.1) });
  const run = (outcomes: Sampled["outcomes"], gates = [gate]) => {
    const crash = (arm: string) => steady.map((it, i) => (outcomes?.[arm]?.[i] === "failed" ? worst() : it));
    const given = sampledEvidence({
      readings: { "cpu.per-request": { baseline: crash("baseline"), candidate: crash("candidate") } },
      ...(outcomes === undefined ? {} : { outcomes }),
    });
    const [finding] = assessGates(given.evidence, gates, given.read, levels);
    return { finding, outcomes: runOutcomes(given.evidence, null) };
  };

  test("two of the candidate and none of the baseline: failed", () => {
    const { finding, outcomes } = run({ candidate: ["ok", "failed", "ok", "failed", "ok", "ok"] });
    expect(finding?.verdict).toBe("failed");
    expect(finding?.because).toBe("2 of 6 trials of candidate failed: never ready.");
    expect(outcomes.map((it) => it.verdict)).toEqual(["failed"]);
  });

  test("one of the candidate: inconclusive", () => {
    expect(run({ candidate: ["failed"] }).finding?.verdict).toBe("inconclusive");
  });

  test("only of the baseline: inconclusive, however many", () => {
    const { finding, outcomes } = run({ baseline: ["failed", "failed", "failed"] });
    expect(finding?.verdict).toBe("inconclusive");
    expect(outcomes.map((it) => it.verdict)).toEqual(["inconclusive"]);
  });

  test("of both arms: invalid", () => {
    const { finding, outcomes } = run({ baseline: ["failed"], candidate: ["ok", "failed"] });
    expect(finding?.verdict).toBe("invalid");
    expect(outcomes.map((it) => it.verdict)).toEqual(["invalid"]);
  });

  test("count for absolute conditions too", () => {
    const bound = condition({ metric: "cpu.per-request", phase: "steady", max: 20 });
    expect(run({ candidate: ["failed", "failed"] }, [bound]).finding?.verdict).toBe("failed");
    expect(run({ baseline: ["failed"] }, [bound]).finding?.verdict).toBe("inconclusive");
  });

  test("with one arm: two fail it", () => {
    const { evidence, read } = sampledEvidence({
      arms: ["service"],
      readings: { "cpu.per-request": { service: [worst(), worst(), 8] } },
      outcomes: { service: ["failed", "failed", "ok"] },
    });
    expect(assessGates(evidence, [max], read, levels)[0]?.verdict).toBe("failed");
  });

  test("a pair whose trial was cut off is no pair", () => {
    const { evidence, read } = sampledEvidence({
      readings: {
        "errors.ratio": { baseline: [0, 0, 0], candidate: [0, 0, "the run was cut off"] },
      },
      outcomes: { candidate: ["ok", "ok", "interrupted"] },
    });
    const errors = condition({ metric: "errors.ratio", phase: "steady", margin: absolute(0.001) });
    expect(assessGates(evidence, [errors], read, levels)[0]).toMatchObject({ pairs: 2, verdict: "pass" });
  });
});
