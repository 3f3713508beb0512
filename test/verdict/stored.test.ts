/** A stored session as the other side: what may be said depends on how drift between the sessions is controlled. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { StoredBaseline } from "../../reports/baseline/format.ts";
import type { Between } from "../../reports/verdict/control.ts";
import { assessGates } from "../../reports/verdict/findings/assess.ts";
import { fixedLevels } from "../../reports/verdict/inference/levels.ts";
import type { Finding } from "../../reports/verdict/judgement.ts";
import { runOutcomes } from "../../reports/verdict/prepare/outcomes.ts";
import { absolute, condition, relative } from "../support/fake-scenario.ts";
import { type Reading, type Sampled, sampledEvidence, worst } from "../support/sampled-evidence.ts";
import { type StoredRow, storedWith } from "../support/stored.ts";

const levels = fixedLevels(0.05, 0.01);
const steady = [100, 102, 99, 101, 98, 100.5, 99.5, 101.5];
const times = (factor: number, of: readonly number[] = steady) => of.map((it) => it * factor);
const turned = [...steady].reverse();
const none: Between = () => null;

interface Sides {
  readonly metric?: string;
  readonly candidate: readonly Reading[];
  readonly reference?: readonly Reading[];
  readonly stored: StoredRow;
  readonly gate?: Parameters<typeof condition>[0];
  readonly environment?: Readonly<Record<string, string>>;
  readonly between?: Between;
  readonly rest?: Partial<StoredBaseline>;
  readonly sampled?: Partial<Sampled>;
}

function judged(sides: Sides): Finding {
  const { metric = "cpu.per-request", candidate, reference, stored, between = none, rest = {} } = sides;
  const gate = condition(sides.gate ?? { metric, phase: "steady", margin: relative(0.1) });
  const { evidence, read } = sampledEvidence({
    arms: reference === undefined ? ["candidate"] : ["candidate", "reference"],
    gates: [gate],
    readings: { [metric]: { candidate, ...(reference === undefined ? {} : { reference }) } },
    ...sides.sampled,
  });
  const here = { ...evidence, run: { ...evidence.run, environment: sides.environment ?? {} } };
  const against = { stored: storedWith({ [metric]: stored }, rest), between };
  const [finding] = assessGates(here, [gate], read, levels, against);
  if (finding === undefined) throw new Error("no finding");
  return finding;
}

describe("only stored numbers", () => {
  test("decide nothing, and say so in words: neither for what looks the same", () => {
    const it = judged({ candidate: steady, stored: { values: turned } });
    expect(it).toMatchObject({
      verdict: "inconclusive",
      control: "unbridged",
      tags: ["drift not controlled"],
      p: null,
    });
    expect(it.because).toMatch(
      /^Compared with what run 20261120T0800Z-a1b measured on 2026-11-20, not with a baseline that ran beside it\./,
    );
    expect(it.because).toContain("The machine may have changed in between");
    expect(it.because).toContain("neither passes nor fails");
    expect(it.because).toContain("keep an arm named reference in the scenario");
  });

  test("nor for what looks twice as much; the difference is shown", () => {
    const it = judged({ candidate: times(2), stored: { values: turned } });
    expect(it.verdict).toBe("inconclusive");
    expect(it.change?.estimate).toBeCloseTo(1, 2);
    expect(it.baseline?.n).toBe(8);
    expect(it.trials.filter((dot) => dot.note === "stored")).toHaveLength(8);
  });

  const history =
    (sd: number, sessions = 8): Between =>
    (key) =>
      key === "cpu.per-request phase=steady" ? { sd, sessions } : null;

  test("with eight sessions of history, how far sessions are apart is part of the bounds", () => {
    const small = judged({ candidate: steady, stored: { values: turned }, between: history(0.01) });
    expect(small).toMatchObject({ verdict: "pass", control: "unbridged" });
    expect(small.tags).toEqual(expect.arrayContaining(["drift from history", "relies on normality"]));
    expect(small.because).toContain("taken from 8 sessions of history");
    expect(judged({ candidate: times(1.3), stored: { values: turned }, between: history(0.01) }).verdict).toBe(
      "regressed",
    );
    const large = judged({ candidate: steady, stored: { values: turned }, between: history(0.1) });
    expect(large.verdict).toBe("inconclusive");
    expect((large.change?.upper ?? 0) - (large.change?.lower ?? 0)).toBeGreaterThan(0.4);
  });

  test("seven sessions are too few, and it says how many there are", () => {
    const it = judged({ candidate: steady, stored: { values: turned }, between: history(0.01, 7) });
    expect(it.verdict).toBe("inconclusive");
    expect(it.because).toContain("collect 8 sessions of history (there are 7)");
  });

  test("a logarithm of history becomes the unit of a margin in that unit", () => {
    const gate = { metric: "cpu.per-request", phase: "steady", margin: absolute(10) };
    const it = judged({ gate, candidate: steady, stored: { values: turned }, between: history(0.02) });
    const half = ((it.change?.upper ?? 0) - (it.change?.lower ?? 0)) / 2;
    // 100 x 0.02 x sqrt(2), times t with some seven degrees of freedom.
    expect(half).toBeGreaterThan(100 * 0.02 * Math.SQRT2 * 1.8);
    expect(half).toBeLessThan(100 * 0.02 * Math.SQRT2 * 2.2);
  });

  test("history says nothing of another machine, whose difference is named", () => {
    const it = judged({
      candidate: steady,
      stored: { values: turned },
      between: history(0.01),
      environment: { kernel: "6.19.0" },
      rest: { environment: { kernel: "6.18.0" } },
    });
    expect(it.verdict).toBe("inconclusive");
    expect(it.because).toContain("different environments: kernel was 6.18.0, is 6.19.0");
  });

  test("ranks know nothing of drift: a trial without a value leaves it open", () => {
    const it = judged({
      candidate: [...steady.slice(1), worst()],
      stored: { values: turned },
      between: history(0.01),
    });
    expect(it.verdict).toBe("inconclusive");
    expect(it.because).toContain("ranks know nothing of how far sessions are apart");
  });
});

describe("a reference arm in both sessions", () => {
  const reference = [50, 51, 49.5, 50.5, 49, 50.2, 49.8, 50.7];
  const stored = { values: turned, reference: [...reference].reverse() };

  test("bridges them: the same passes", () => {
    const it = judged({ candidate: steady, reference, stored });
    expect(it).toMatchObject({ verdict: "pass", control: "bridged", p: expect.anything() });
    expect(it.tags).toContain("bridged by the reference arm");
    expect(it.method).toContain("Welch bounds of logarithms on 8 and 8 ratios to the reference arm, now and then");
    expect(it.because).toContain("ran the same reference arm");
  });

  test("what got worse than the reference regressed", () => {
    const it = judged({ candidate: times(1.4), reference, stored });
    expect(it.verdict).toBe("regressed");
    expect(it.change?.estimate).toBeCloseTo(0.4, 1);
  });

  test.prop([fc.double({ min: 0.2, max: 5, noNaN: true })])(
    "what the machine does to both alike changes nothing",
    (drift) => {
      const here = judged({ candidate: times(1.05), reference, stored });
      const there = judged({ candidate: times(1.05 * drift), reference: times(drift, reference), stored });
      expect(there.verdict).toBe(here.verdict);
      expect(there.change?.upper).toBeCloseTo(here.change?.upper ?? Number.NaN, 9);
    },
  );

  test("as a difference where the metric is one", () => {
    const gate = { metric: "errors.ratio", phase: "steady", margin: absolute(0.01) };
    const ratios = [0.001, 0.002, 0.001, 0.0015, 0.001, 0.002];
    const more = ratios.map((it) => it + 0.05);
    const sides = { metric: "errors.ratio", gate, stored: { values: ratios, reference: ratios } };
    expect(judged({ ...sides, candidate: ratios, reference: ratios })).toMatchObject({ verdict: "pass" });
    // The machine got worse for both.
    expect(judged({ ...sides, candidate: more, reference: more })).toMatchObject({ verdict: "pass" });
    expect(judged({ ...sides, candidate: more, reference: ratios })).toMatchObject({ verdict: "regressed" });
  });

  test("a recovery that was never seen ranks worst, in either session", () => {
    const gate = { metric: "recovery.time", fault: "one-dies", margin: absolute(500) };
    const seen = [1000, 1100, 900, 1000, 1100, 1000];
    const never = seen.map(() => worst(5000));
    const sides = { metric: "recovery.time", gate, reference: seen };
    const then = { values: seen, reference: seen, fault: "one-dies" };
    expect(judged({ ...sides, candidate: never, stored: then })).toMatchObject({ verdict: "regressed" });
    const lost = { ...then, values: seen.map(() => ">=5000") };
    expect(judged({ ...sides, candidate: seen, stored: lost })).toMatchObject({ verdict: "pass" });
  });

  test.each([
    ["another reference arm", {}, { reference: "hash-of-something-else" }, "the reference arm is another one"],
    ["another kernel", { kernel: "6.19.0" }, { environment: { kernel: "6.18.0" } }, "kernel was 6.18.0, is 6.19.0"],
    ["a fact that only one of them knows", {}, { environment: { k6: "v1.2" } }, "k6 was v1.2, is not recorded"],
  ] as const)("is refused for %s, by name", (_, environment, rest, named) => {
    const it = judged({ candidate: steady, reference, stored, environment, rest });
    expect(it).toMatchObject({ verdict: "inconclusive", control: "unbridged" });
    expect(it.because).toContain("The reference arm can't tie the two together");
    expect(it.because).toContain(named);
  });

  test("does not hold when it failed itself", () => {
    const it = judged({ candidate: steady, reference: [...reference.slice(1), worst()], stored });
    expect(it.verdict).toBe("inconclusive");
    expect(it.because).toContain("the reference arm has no value of its own in 1 trial".replace("the", "The"));
    const then = judged({
      candidate: steady,
      reference,
      stored: { ...stored, reference: ["worst", ...reference.slice(1)] },
    });
    expect(then.verdict).toBe("inconclusive");
  });

  test("a single block ties nothing", () => {
    const it = judged({ candidate: steady.slice(0, 1), reference: reference.slice(0, 1), stored });
    expect(it.verdict).toBe("inconclusive");
    expect(it.because).toContain("1 trial of this run and 8 of the stored session");
  });
});

describe("a stored baseline", () => {
  test("that was accepted before a gate asked has no value for it, and says what to do", () => {
    const gate = { metric: "cpu.per-request", phase: "kill", margin: relative(0.1) };
    const it = judged({ gate, candidate: steady, stored: { values: turned } });
    expect(it.because).toContain("it was accepted before this was asked. Accept a new one");
    expect(judged({ candidate: steady, stored: { absent: "nothing was sampled" } }).because).toContain(
      "nothing was sampled",
    );
  });

  test("is left alone where the arm that it stands in for ran", () => {
    const gate = condition({ metric: "cpu.per-request", phase: "steady", margin: relative(0.1) });
    const { evidence, read } = sampledEvidence({
      readings: { "cpu.per-request": { baseline: steady, candidate: turned } },
    });
    const against = { stored: storedWith({ "cpu.per-request": { values: times(9) } }), between: none };
    const [it] = assessGates(evidence, [gate], read, levels, against);
    expect(it).toMatchObject({ verdict: "pass", control: "interleaved", tags: [] });
  });

  test("that is missing leaves the gate open, never passed", () => {
    const gate = condition({ metric: "cpu.per-request", phase: "steady", margin: relative(0.1) });
    const { evidence, read } = sampledEvidence({
      arms: ["candidate"],
      readings: { "cpu.per-request": { candidate: steady } },
    });
    const [it] = assessGates(evidence, [gate], read, levels);
    expect(it?.verdict).toBe("inconclusive");
    expect(it?.because).toContain("no arm named baseline, and no stored baseline was given");
  });

  test("whose own trials failed is too little to compare with; two failures of the arm alone fail it", () => {
    const failing: Partial<Sampled> = { outcomes: { candidate: ["failed", "failed", "ok"] } };
    const gate = condition({ metric: "cpu.per-request", phase: "steady", margin: relative(0.1) });
    const readings = { "cpu.per-request": { candidate: steady } };
    const rules = (given: Partial<Sampled>, rest: Partial<StoredBaseline>) => {
      const { evidence } = sampledEvidence({ arms: ["candidate"], gates: [gate], readings, ...given });
      return runOutcomes(evidence, { stored: storedWith({}, rest), between: none });
    };
    const lost = [
      { trial: 1, block: 1, outcome: "failed" as const, reason: "never ready" },
      { trial: 2, block: 2, outcome: "ok" as const },
    ];
    expect(rules(failing, {})).toMatchObject([{ verdict: "failed" }]);
    expect(rules({}, { trials: lost })).toMatchObject([{ verdict: "inconclusive" }]);
    expect(rules(failing, { trials: lost })).toMatchObject([{ verdict: "invalid" }]);
  });
});
