/** Whole judgements of records against stored sessions: what the report says of them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { storedFrom } from "../../reports/baseline/store.ts";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { judge } from "../../reports/verdict/judge.ts";
import type { Judgement } from "../../reports/verdict/judgement.ts";
import { judgementSchema } from "../../reports/verdict/judgement.ts";
import { type FakeRecord, fakeRecord } from "../support/fake-record.ts";
import { condition, relative } from "../support/fake-scenario.ts";

const root = mkdtempSync(join(tmpdir(), "shakedown-against-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;

const gates = [
  condition({ metric: "latency.p50", phase: "steady", margin: relative(0.1) }),
  condition({ metric: "cpu.per-request", phase: "steady", margin: relative(0.1) }),
];
const evidenceOf = (given: FakeRecord) =>
  loadEvidence(fakeRecord(join(root, String(++made)), { faults: false, gates, noise: 0.01, ...given }));
const session = (arms: readonly string[], given: FakeRecord = {}) => evidenceOf({ arms, pairs: 6, ...given });
const yesterday = { id: "20261120T0800Z-a1b", startedAt: "2026-11-20T08:00:00.000Z", seed: 7 };
const stored = (arms: readonly string[], given: FakeRecord = {}) =>
  storedFrom(session(arms, { ...yesterday, ...given }), { arm: "candidate", verdict: "pass", forced: false });
const verdicts = (it: Judgement) => Object.fromEntries(it.gates.map((gate) => [gate.metric.name, gate.verdict]));

describe("a run against a stored session", () => {
  const bridgedThen = stored(["candidate", "reference"]);

  test("is bridged by the reference arm, though the machine became a third slower", () => {
    const it = judge(session(["candidate", "reference"], { drift: 1.33 }), { against: bridgedThen });
    expect(verdicts(it)).toEqual({ "latency.p50": "pass", "errors.ratio": "pass", "cpu.per-request": "pass" });
    expect(it.verdict).toBe("pass");
    expect(it.against).toEqual({
      run: yesterday.id,
      arm: "candidate",
      measuredAt: yesterday.startedAt,
      trials: 6,
      bridged: true,
    });
    expect(it.trust.find((check) => check.title === "Baseline")).toMatchObject({ status: "ok" });
    expect(it.errorRate).toContain("3 gates are compared with another session through the reference arm");
    expect(judgementSchema.parse(JSON.parse(JSON.stringify(it)))).toEqual(JSON.parse(JSON.stringify(it)));
  });

  test("finds what got worse than the reference", () => {
    const it = judge(session(["candidate", "reference"], { effect: { cpu: 1.6 } }), { against: bridgedThen });
    expect(it.verdict).toBe("regressed");
    expect(verdicts(it)).toMatchObject({ "latency.p50": "pass", "cpu.per-request": "regressed" });
    expect(it.headline).toContain("CPU per request");
  });

  test("is at most inconclusive with nothing in both sessions, and the report shows in what they differ", () => {
    const then = stored(["candidate"], { environment: { kernel: "6.17.0" } });
    const it = judge(session(["candidate"], { effect: { cpu: 1.6 } }), { against: then });
    expect(it.verdict).toBe("inconclusive");
    expect(new Set(Object.values(verdicts(it)))).toEqual(new Set(["inconclusive"]));
    expect(it.environment.find((fact) => fact.name === "kernel")).toEqual({
      name: "kernel",
      value: "6.18.0",
      differs: "baseline: 6.17.0",
    });
    const check = it.trust.find((of) => of.title === "Baseline");
    expect(check?.status).toBe("warning");
    expect(check?.text).toContain("drift between them is not controlled; kernel was 6.17.0, is 6.18.0");
    expect(it.errorRate).toMatch(/^3 gates are compared with another session and nothing ties the two together/);
  });

  test("that was accepted by force says so in every report", () => {
    const it = judge(session(["candidate", "reference"]), {
      against: { ...bridgedThen, forced: true, verdict: "regressed" },
    });
    const check = it.trust.find((of) => of.title === "Baseline");
    expect(check).toMatchObject({ status: "warning" });
    expect(check?.text).toContain("accepted by force from a run whose verdict was regressed");
  });
});
