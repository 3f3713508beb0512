/** Flows, steps and failed checks in a report: from the lines of the record to what a person reads. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { where } from "../../reports/analyses/centers.ts";
import { scalarOf } from "../../reports/analyses/scalars.ts";
import { failedChecks } from "../../reports/analyses/sections/failed-checks.ts";
import { flowTable } from "../../reports/analyses/sections/flows.ts";
import { loadCheck } from "../../reports/analyses/validity/load.ts";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { renderers } from "../../reports/render/registry.ts";
import { assessGates } from "../../reports/verdict/findings/assess.ts";
import { fixedLevels } from "../../reports/verdict/inference/levels.ts";
import { judge } from "../../reports/verdict/judge.ts";
import { failuresInWords } from "../../reports/verdict/prepare/failures.ts";
import type { Prepared } from "../../reports/verdict/prepare/prepare.ts";
import { emptyHistogram, encodeHistogram } from "../../runner/engines/histogram.ts";
import type { CheckLine, FlowLine } from "../../runner/record/load-lines.ts";
import { metricNamed } from "../../runner/record/metrics.ts";
import type { Condition, LoadSpec, Scenario } from "../../runner/record/scenario.ts";
import { fakeRecord } from "../support/fake-record.ts";
import { condition } from "../support/fake-scenario.ts";
import { aRequest } from "../support/load.ts";
import { scratch } from "../support/scratch.ts";

const tmp = scratch();
afterAll(() => tmp[Symbol.dispose]());

const load: Partial<LoadSpec> = {
  requests: [aRequest({ name: "home" }), aRequest({ name: "login", weight: 0 }), aRequest({ name: "pay", weight: 0 })],
  flows: [{ name: "buy", weight: 1, steps: [{ request: "login" }, { request: "pay" }] }],
};
const withFlows = (scenario: Scenario): Scenario => ({
  ...scenario,
  arms: scenario.arms.map((arm) => ({ ...arm, load: { ...arm.load, ...load } })),
});

const times = (ms: readonly number[]) => {
  const histogram = emptyHistogram();
  for (const it of ms) histogram.recordValue(it * 1000);
  return encodeHistogram(histogram);
};
const flow = (outcome: FlowLine["outcome"], ms: readonly number[], phase = "steady"): FlowLine => ({
  ...{ type: "flow", phase, t: 0, request: "buy", outcome, count: ms.length },
  response: times(ms),
  service: times(ms),
});
const failed = (check: string, count: number, phase = "steady"): CheckLine => ({
  ...{ type: "check", phase, request: "login", check, count },
});

const ten = Array.from({ length: 10 }, () => 50);
/** One trial of each arm. */
function record(
  lines: Readonly<Record<"baseline" | "candidate", readonly (FlowLine | CheckLine)[]>>,
  gates?: readonly Condition[],
): string {
  const shape = { pairs: 1, noise: 0, scenario: withFlows, ...(gates === undefined ? {} : { gates }) };
  const dir = fakeRecord(join(tmp.dir, String(Math.random())), shape);
  for (const { index, arm } of loadEvidence(dir).trials) {
    const file = join(dir, `trial-${String(index).padStart(2, "0")}-${arm}`, "latency.ndjson");
    const own = lines[arm as "baseline" | "candidate"];
    appendFileSync(file, own.map((it) => `${JSON.stringify({ v: 1, ...it })}\n`).join(""));
  }
  return dir;
}

const given = () =>
  loadEvidence(
    record({
      baseline: [flow("ok", ten), flow("cut", [1, 2, 3])],
      candidate: [
        flow("ok", ten),
        flow("check", [9, 9]),
        flow("timeout", [2000, 2001]),
        flow("ok", ten, "warmup"),
        failed("extract token", 2),
        failed("status", 3, "kill"),
        failed("status", 5, "warmup"),
      ],
    }),
  );

describe("a flow", () => {
  test("is measured under its own name, and is in no sum of requests", () => {
    const evidence = given();
    expect(evidence.damage).toEqual([]);
    const [, candidate] = ["baseline", "candidate"].map((arm) => evidence.trials.find((it) => it.arm === arm));
    if (candidate === undefined) throw new Error("no candidate");
    const of = (metric: string, request: string | null) =>
      scalarOf(evidence, candidate, where(metric, { request, phase: "steady" }));
    expect(of("errors.ratio", "buy")).toMatchObject({ kind: "value", value: 4 / 14 });
    // Given up after the timeout of each of its two steps.
    expect(of("latency.p99", "buy")).toMatchObject({ value: expect.closeTo(4000, -1) });
    expect(of("throughput", "buy")).toMatchObject({ value: 10 / 6 });
    const names = ["home", "login", "pay"].map((it) => candidate.requests({ phases: ["steady"], request: it }).due);
    expect(candidate.requests({ phases: ["steady"], request: null }).due).toBe(names.reduce((a, b) => a + b));
  });

  test("stands in the latency section before its steps, with what was cut off apart", () => {
    const rows = flowTable(given())?.rows ?? [];
    expect(rows.map((it) => [it.name, it.is])).toEqual([
      ["buy", "flow"],
      ["login", "step"],
      ["pay", "step"],
    ]);
    expect(rows[0]?.arms).toEqual([
      {
        arm: "baseline",
        due: 10,
        cut: 3,
        p50: expect.closeTo(50, 0),
        p95: expect.closeTo(50, 0),
        p99: expect.closeTo(50, 0),
        failed: 0,
      },
      expect.objectContaining({ arm: "candidate", due: 14, cut: 0, failed: 4 / 14 }),
    ]);
    expect(rows[1]?.arms.map((it) => it.p50)).toEqual([expect.any(Number), expect.any(Number)]);
  });

  test("is offered by the schedule once: its later steps are no arrivals", () => {
    const evidence = given();
    // Two of three requests are arrivals; the rate asks for as many as there are requests.
    expect(loadCheck(evidence, evidence.trials)?.text).toMatch(/13\d\/s of 200\/s offered/);
  });
});

/** Apart from whether the run can be believed: these have fewer requests than they ask for. */
function gatesOf(dir: string) {
  const evidence = loadEvidence(dir);
  return assessGates(evidence, evidence.run.scenario.gates, scalarOf, fixedLevels(0.05, 0.01));
}

test("a quantile of flows is not decided where those that were cut off could move it", () => {
  const many = (n: number) => Array.from({ length: n }, () => 50);
  const verdictOf = (quantile: string, cut: number) => {
    const lines = [flow("ok", many(100)), flow("cut", many(cut))];
    const gates = [condition({ metric: `latency.${quantile}`, request: "buy", phase: "steady", max: 1000 })];
    const gate = gatesOf(record({ baseline: lines, candidate: lines }, gates)).find(
      ({ metric }) => metric.kind === "latency",
    );
    return `${gate?.verdict}: ${gate?.because}`;
  };
  expect(verdictOf("p50", 30)).toMatch(/^pass/);
  expect(verdictOf("p50", 40)).toMatch(/^inconclusive: The end of the load cut off 40 of 140 flows/);
  expect(verdictOf("p90", 5)).toMatch(/^pass/);
  expect(verdictOf("p90", 6)).toMatch(/^inconclusive/);
  expect(verdictOf("mean", 1)).toMatch(/^pass/);
  expect(verdictOf("mean", 2)).toMatch(/^inconclusive/);
});

test("failed checks are counted by request and check, warm-ups apart", () => {
  const rows = failedChecks(given())?.rows ?? [];
  expect(rows.map((it) => [it.request, it.check, it.arms.map(({ arm, count }) => [arm, count])])).toEqual([
    [
      "login",
      "extract token",
      [
        ["baseline", 0],
        ["candidate", 2],
      ],
    ],
    [
      "login",
      "status",
      [
        ["baseline", 0],
        ["candidate", 3],
      ],
    ],
  ]);
  expect(rows[0]?.arms[0]?.due).toBeGreaterThan(100);
});

test("a gate on failures names their classes, one on all requests the checks too; latencies of failures alone are none", () => {
  const gates = [
    condition({ metric: "errors.ratio", request: "buy", phase: "steady", max: 0.01 }),
    condition({ metric: "latency.p50", request: "buy", phase: "steady", max: 100 }),
  ];
  const lines = [flow("check", ten), flow("timeout", [50])];
  const [errors] = gatesOf(record({ baseline: [flow("ok", ten)], candidate: lines }, gates));
  expect(errors?.because).toContain("Failures: 10 check, 1 timeout.");
  const none = gatesOf(record({ baseline: [], candidate: [flow("check", ten)] }, gates))[1];
  expect(none?.because).toBe("No request named buy in steady was answered as it should be.");

  const named = loadEvidence(record({ baseline: [], candidate: [failed("extract token", 3), failed("status", 7)] }));
  const counts = { ...named.trials[0]?.requests({ phases: ["steady"], request: null }).counts, check: 10, reset: 0 };
  const trials = named.trials.map((it) => ({ ...it, requests: () => ({ counts }) }));
  const all = condition({ metric: "errors.ratio", phase: "steady", max: 0.01 });
  expect(
    failuresInWords({
      hypothesis: { condition: all, metric: metricNamed("errors.ratio") },
      samples: {
        candidate: trials.map((trial) => ({ trial, scalar: { kind: "value", value: 0.1, warnings: [] } })),
        baseline: [],
      },
    } as unknown as Prepared),
  ).toMatch(/^Failures: \d+ check \(status of login, extract token of login\)\.$/);
});

test("a record without flows and checks has neither table", () => {
  const evidence = loadEvidence(fakeRecord(join(tmp.dir, "plain"), { pairs: 1 }));
  expect([flowTable(evidence), failedChecks(evidence)]).toEqual([null, null]);
});

test("the report shows both, in words that a reader knows", () => {
  const judgement = judge(given());
  const html = String(renderers.html(judgement));
  for (const it of ["Flows and their steps", "Answers that failed a check", "extract token", "3 cut off"])
    expect(html).toContain(it);
});
