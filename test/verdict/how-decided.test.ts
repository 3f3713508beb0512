/** How a verdict came about, in plain words: nothing is said that does not hold for the run at hand. */
import { describe, expect, test } from "vitest";
import type { AaSession } from "../../reports/baseline/aa-session.ts";
import { calibrationOf } from "../../reports/verdict/calibration/calibration.ts";
import { falseAlarmsOf } from "../../reports/verdict/calibration/false-alarms.ts";
import { confirmed } from "../../reports/verdict/confirmation.ts";
import { assessGates } from "../../reports/verdict/findings/assess.ts";
import { fixedLevels, type Levels, levelsAt } from "../../reports/verdict/inference/levels.ts";
import { summaryOf } from "../../reports/verdict/summary.ts";
import { howDecided } from "../../reports/verdict/words/how-decided.ts";
import type { Condition } from "../../runner/record/scenario.ts";
import { plainSpaces } from "../../runner/shared/format.ts";
import { condition, relative } from "../support/fake-scenario.ts";
import { type Sampled, sampledEvidence } from "../support/sampled-evidence.ts";

const steady = [100, 102, 99, 101, 98, 100.5, 99.5, 101.5];
const scaled = (factor: number) => [...steady].reverse().map((it) => it * factor);
const cpu = condition({ metric: "cpu.per-request", phase: "steady", margin: relative(0.1) });
const two = (factor: number) => ({ "cpu.per-request": { baseline: steady, candidate: scaled(factor) } });

interface Given extends Sampled {
  readonly levels?: Levels;
  readonly sessions?: readonly AaSession[];
  readonly postHoc?: boolean;
  /** Ids that a second session found too. */
  readonly again?: readonly string[];
}

/** By term. */
function told(given: Given): Record<string, string> {
  const { levels = fixedLevels(0.05, 0.01), sessions = [], postHoc = false, again } = given;
  const { evidence, read } = sampledEvidence(given);
  const assessed = assessGates(evidence, given.gates ?? [], read, levels);
  const gates = confirmed(
    assessed,
    again === undefined ? null : { run: "second", verdict: "regressed", regressed: [...again] },
  );
  const falseAlarms = falseAlarmsOf(calibrationOf(sessions), gates);
  const points = howDecided({ run: summaryOf(evidence, postHoc), gates, levels, falseAlarms });
  expect(new Set(points.map((it) => it.term)).size).toBe(points.length);
  return Object.fromEntries(points.map(({ term, text }) => [term, plainSpaces(text)]));
}

describe("how two arms were compared", () => {
  test("names trials, order, margins, both levels, the second opinion and what could be found", () => {
    const said = told({ gates: [cpu], readings: two(1.02) });
    expect(said["What is counted"]).toContain("here 8 pairs of them");
    expect(said["In which order"]).toMatch(/^In every pair .* in an order drawn at random \(seed 1\)/);
    expect(said["How large a change is"]).toContain("divided (1 gate)");
    expect(said["How large a change is"]).toContain("in at most 5 % of runs");
    expect(said.Margins).toContain("declared before the run");
    expect(said["To pass"]).toContain("one-sided 95 % bound is inside the margin");
    expect(said["To stop"]).toContain("among 1 compared gate: at most 1 % of runs (Holm)");
    expect(said["Second opinion"]).toContain("sign-flip test");
    expect(said["What it could find"]).not.toContain("more than the margin");
    expect(said["How often it is wrong"]).toContain("Not measured");
    expect(Object.keys(said)).not.toContain("Looks");
    expect(Object.keys(said)).not.toContain("Bounds");
    expect(Object.keys(said)).not.toContain("Few pairs");
    expect(Object.keys(said)).not.toContain("Second session");
  });

  test("says where the noise was too large for what was asked", () => {
    const wild = [80, 125, 90, 115, 85, 120, 95, 104];
    const readings = { "cpu.per-request": { baseline: wild, candidate: [...wild].reverse() } };
    expect(told({ gates: [cpu], readings })["What it could find"]).toContain(
      "For 1 gate the first is more than the margin",
    );
  });

  test("tells of looks, of margins given after the run, and of a second session, where there were any", () => {
    const looked = told({
      gates: [cpu],
      readings: two(1.4),
      levels: levelsAt([8, 16], 8, { alpha: 0.05, alphaFail: 0.01 }),
    });
    expect(looked.Looks).toContain("Looked at after 8 of 16 blocks");
    expect(looked["How large a change is"]).not.toContain("at most 5 % of runs");
    expect(told({ gates: [cpu], readings: two(1), postHoc: true }).Margins).toContain("post hoc");
    expect(told({ gates: [cpu], readings: two(1.4), again: [] })["Second session"]).toContain(
      "0 of 1 regression again",
    );
  });

  test("gives the measured false-alarm rate with its interval", () => {
    const session = (i: number): AaSession => ({
      ...{ v: 1, run: `run-${i}`, at: "2026-11-21T09:12:00.000Z", shakedown: "0.1.0", hash: "abc", gates: [] },
      verdict: i === 0 ? "regressed" : "pass",
    });
    const sessions = Array.from({ length: 10 }, (_, i) => session(i));
    expect(told({ gates: [cpu], readings: two(1), sessions })["How often it is wrong"]).toBe(
      "The method promises a false regression in at most 1 % of runs. Measured: 1 false alarm in 10 A/A sessions here (10.0 %, 95 % interval 0.25 % to 44.5 %).",
    );
  });

  test("speaks of advisory gates only as such", () => {
    const said = told({ gates: [{ ...cpu, advisory: true }], readings: two(1) });
    expect(said["Advisory gates"]).toMatch(/^1 advisory gate decides nothing/);
    expect(Object.keys(said)).not.toContain("To stop");
    expect(said["How often it is wrong"]).toBe("No gate compares two arms: nothing can be a false regression.");
  });
});

describe("how a bound on one arm was judged", () => {
  const max: Condition = condition({ metric: "cpu.per-request", phase: "steady", max: 10 });
  const alone = (values: readonly number[]) =>
    told({ arms: ["service"], gates: [max], readings: { "cpu.per-request": { service: values } } });

  test("says nothing of pairs, order, margins or Holm", () => {
    const said = alone([8, 8.2, 7.9]);
    expect(said["What is counted"]).toContain("here 3 trials.");
    expect(said.Bounds).toContain("one-sided 95 % bounds of its trials");
    expect(Object.values(said).join(" ")).not.toMatch(/pair|Holm|margin|sign-flip|order/);
  });

  test("of one trial says that no error rate is known", () => {
    expect(alone([8]).Bounds).toBe("1 bound judged by a single trial: no error rate is known.");
  });
});

test("of sessions that nothing ties together no rate is promised", () => {
  const gate = { advisory: false, versus: "baseline", tags: ["drift not controlled"] };
  expect(falseAlarmsOf(null, [gate])).toMatchObject({ promised: null, text: expect.stringMatching(/^Nothing ties/) });
  expect(falseAlarmsOf(null, [gate, { ...gate, tags: [] }]).promised).toBe(0.01);
});

test("a run without gates has nothing that was decided", () => {
  expect(told({ gates: [], readings: two(1) })).toEqual({});
});
