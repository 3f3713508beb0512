/** Whole judgements from whole records on disk. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { renderTerminal } from "../../reports/render/terminal.ts";
import { judge } from "../../reports/verdict/judge.ts";
import type { JudgeOptions } from "../../reports/verdict/judge-options.ts";
import type { Judgement } from "../../reports/verdict/judgement.ts";
import { judgementSchema } from "../../reports/verdict/judgement.ts";
import { plainSpaces } from "../../runner/shared/format.ts";
import { type FakeRecord, fakeRecord } from "../support/fake-record.ts";
import { condition, defaultGates, relative } from "../support/fake-scenario.ts";

const root = mkdtempSync(join(tmpdir(), "shakedown-judge-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;

const record = (given: FakeRecord): string => fakeRecord(join(root, String(++made)), given);
const judged = (given: FakeRecord, options?: JudgeOptions): Judgement => judge(loadEvidence(record(given)), options);
const calm = defaultGates.filter((it) => it.fault === null);
const quiet: FakeRecord = { faults: false, gates: calm };

describe("a judgement", () => {
  test("of two equal arms passes, and fits its schema", () => {
    const judgement = judged({});
    expect(judgement.verdict).toBe("pass");
    expect(plainSpaces(judgement.headline)).toMatch(/^All 5 gates pass/);
    expect(judgement.run.blocks).toEqual({ planned: 5, done: 5 });
    expect(judgementSchema.parse(JSON.parse(JSON.stringify(judgement)))).toEqual(JSON.parse(JSON.stringify(judgement)));
  });

  test("of the same record is the same, byte for byte, wherever the record lies", () => {
    const [here, there] = [record(quiet), record(quiet)];
    expect(JSON.stringify(judge(loadEvidence(there)))).toBe(JSON.stringify(judge(loadEvidence(here))));
  });

  test("finds a doubled p50, and names it first", () => {
    const judgement = judged({ ...quiet, effect: { p50: 2.1 } });
    expect(judgement.verdict).toBe("regressed");
    expect(judgement.gates[0]).toMatchObject({ verdict: "regressed", metric: { name: "latency.p50" } });
    expect(judgement.headline).toContain("Response time p50 in steady rose by");
    expect(judgement.gates.find((it) => it.metric.name === "cpu.per-request")?.verdict).toBe("pass");
  });

  test("errors fail the bound that a latency gate implies", () => {
    const gates = [condition({ metric: "latency.p50", phase: "steady", margin: relative(0.5) })];
    const judgement = judged({ faults: false, gates, effect: { errors: 0.05 } });
    expect(judgement.verdict).toBe("regressed");
    const errors = judgement.gates.find((it) => it.metric.name === "errors.ratio");
    expect(errors?.because).toMatch(/Failures: \d+ reset\./);
    expect(renderTerminal(judgement, { color: false })).toMatch(/^✗ Error ratio · steady: .*Failures: \d+ reset\./m);
    expect(errors).toMatchObject({
      verdict: "regressed",
      tags: expect.arrayContaining(["implied by latency.p50 steady"]),
    });
  });

  test("of a fault that did not land is inconclusive, whatever the numbers", () => {
    const judgement = judged({ notLanded: ["one-dies"] });
    expect(judgement.verdict).toBe("inconclusive");
    expect(judgement.headline).toContain("did not land");
  });

  test("of a run cut off is at most inconclusive, and says where to go on", () => {
    const judgement = judged({ ...quiet, pairs: 6, cutAfter: 9 });
    expect(judgement.verdict).toBe("inconclusive");
    expect(judgement.headline).toContain("after 4 of 6 blocks");
    expect(judgement.next).toContain("--resume 20261121T0912Z-k3f  #");
  });

  test("of a run cut off still tells a regression", () => {
    const judgement = judged({ ...quiet, pairs: 6, cutAfter: 10, effect: { p50: 3 } });
    expect(judgement.verdict).toBe("regressed");
    expect(judgement.reasons.join(" ")).toContain("was interrupted after 5 of 6 blocks");
  });

  test("of a record without gates is not a pass", () => {
    const judgement = judged({ faults: false, gates: [] });
    expect(judgement.verdict).toBe("inconclusive");
    expect(judgement.headline).toContain("Nothing was asked");
    const advisory = judged({ faults: false, gates: calm.map((it) => ({ ...it, advisory: true })) });
    expect(advisory.verdict).toBe("inconclusive");
    expect(advisory.headline).toContain("every gate is advisory");
  });

  test("by other gates is marked post hoc", () => {
    const gates = [condition({ metric: "latency.p50", phase: "steady", arm: null, max: 1 })];
    const judgement = judged(quiet, { conditions: { gates, claims: [] } });
    expect(judgement.run.postHoc).toBe(true);
    expect(judgement.verdict).toBe("failed");
  });

  test("of failed trials in both arms is invalid, and the trust section says why", () => {
    const outcomes = Object.fromEntries(
      [1, 2].map((it) => [it, { outcome: "failed", reason: "never ready" } as const]),
    );
    const judgement = judged({ ...quiet, outcomes });
    expect(judgement.verdict).toBe("invalid");
    expect(judgement.trust.filter((it) => it.status === "invalid").map((it) => it.title)).toContain("Failed trials");
    expect(judgement.headline).toMatch(/^This run can't be believed/);
    // One sentence, though both arms and every gate have it.
    expect(judgement.reasons.join("\n").split("never ready")).toHaveLength(2);
    expect(judgement.headline).toContain("(1 of 5 trials of candidate and 1 of 5 trials of baseline: never ready)");
  });

  test("in which no trial of either arm has a value tells no change, and what to mend", () => {
    const ends = [1, 2, 3, 4].map((it) => [it, { outcome: "failed", reason: "never ready" } as const]);
    const judgement = judged({ ...quiet, pairs: 2, outcomes: Object.fromEntries(ends) });
    expect(judgement.verdict).toBe("invalid");
    expect(judgement.gates.map((it) => it.change)).toEqual(judgement.gates.map(() => null));
    expect(judgement.next).toMatch(/again, once what it failed for is mended$/);
  });

  test("of a noisy host is inconclusive whatever its gates prove, and says what they say", () => {
    const claims = [condition({ metric: "latency.p50", phase: "steady", max: 1000, source: "001-14" })];
    const noisy = (effect: FakeRecord["effect"]) => {
      const evidence = loadEvidence(record({ ...quiet, claims, ...(effect && { effect }) }));
      // Half of the time of both processors was stolen, in every trial.
      const stolen = { labels: {}, t: Float64Array.of(0, 1e6), x: Float64Array.of(0, 1e6) };
      const series = (it: (typeof evidence.trials)[number]) => (metric: string) =>
        metric === "host.steal" ? [stolen] : it.series(metric);
      return judge({ ...evidence, trials: evidence.trials.map((it) => ({ ...it, series: series(it) })) });
    };
    const worse = noisy({ p50: 2.1 });
    expect(worse.verdict).toBe("inconclusive");
    expect(worse.gates[0]).toMatchObject({ verdict: "regressed", metric: { name: "latency.p50" } });
    expect(plainSpaces(worse.headline)).toMatch(
      /^The host was too noisy to decide: .*steal up to 50\.0 % .*; but for that the verdict would be regressed: Response time p50 in steady rose by/,
    );
    expect(worse.next).toMatch(/^shakedown run scenarios\/shop.yaml {2}# once more/);
    expect(judgementSchema.parse(JSON.parse(JSON.stringify(worse)))).toEqual(JSON.parse(JSON.stringify(worse)));
    const same = noisy(undefined);
    expect(same.verdict).toBe("inconclusive");
    expect(same.headline).toContain("the verdict would be pass: All");
    expect(same.claims.map((it) => it.claim)).toEqual(["inconclusive"]);
  });

  test("of an invalid run passes no gate and supports no claim, and tells what the numbers alone would say", () => {
    const outcomes = { 1: { outcome: "broken", reason: "the router is gone" } } as const;
    const claims = [condition({ metric: "latency.p50", phase: "steady", max: 1000, source: "001-14" })];
    const judgement = judged({ ...quiet, outcomes, claims, effect: { p50: 2.1 } });
    expect(judgement.verdict).toBe("invalid");
    expect(new Set(judgement.gates.map((it) => it.verdict))).toEqual(new Set(["invalid"]));
    expect(judgement.gates.map((it) => it.because).join("\n")).toMatch(
      /^The run can't be believed, so nothing follows\. By its numbers alone: regressed\. /m,
    );
    expect(judgement.claims.map((it) => it.claim)).toEqual(["inconclusive"]);
    expect(judgement.reasons).toHaveLength(1);
    expect(renderTerminal(judgement, { color: false })).not.toMatch(/✓|✗/);
    expect(judgementSchema.parse(JSON.parse(JSON.stringify(judgement)))).toEqual(JSON.parse(JSON.stringify(judgement)));
  });

  test("of a run in which every trial broke is invalid, and says by what", () => {
    const outcomes = Object.fromEntries(
      Array.from({ length: 10 }, (_, i) => [i + 1, { outcome: "broken", reason: "the router is gone" } as const]),
    );
    const judgement = judged({ ...quiet, outcomes });
    expect(judgement.verdict).toBe("invalid");
    expect(judgement.headline).toMatch(
      /^This run can't be believed: trial 1 .* broke down, which says nothing of the arm: the router is gone/,
    );
  });

  test("of one arm and one trial is a point verdict without an error rate", () => {
    const gates = [condition({ metric: "latency.p50", phase: "steady", max: 1000 })];
    const judgement = judged({ faults: false, arms: ["service"], pairs: 1, gates });
    expect(judgement.verdict).toBe("pass");
    expect(judgement.gates.map((it) => it.tags[0])).toEqual(["one trial, no error rate", "one trial, no error rate"]);
    expect(judgement.errorRate).toContain("judged by a single trial: no error rate is known");
  });

  test("carries the claims of its scenario", () => {
    const claims = [
      condition({ metric: "latency.p50", phase: "steady", max: 1000, source: "001-14" }),
      condition({ metric: "throttled.ratio", phase: "nowhere", max: 0.1, source: "001-15" }),
    ];
    const judgement = judged({ ...quiet, claims });
    expect(judgement.claims.map((it) => [it.claim, it.source])).toEqual([
      ["supported", "001-14"],
      ["not-testable", "001-15"],
    ]);
    expect(judgement.verdict).toBe("pass");
  });

  test("of a record with claims alone says what became of them, and that they do not decide", () => {
    const claims = [condition({ metric: "latency.p50", phase: "steady", max: 1000, source: "001-14" })];
    const judgement = judged({ ...quiet, gates: [], claims });
    expect(judgement.verdict).toBe("inconclusive");
    expect(judgement.headline).toContain("Only claims were asked (1 supported), which do not decide");
  });
});
