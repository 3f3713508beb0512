import { describe, expect, test } from "vitest";
import type { Finding, Judgement, Verdict } from "../../reports/verdict/judgement.ts";
import { regressed } from "../support/judgements/regressed.ts";
import { complaints, type Demonstrated, shown } from "./demo-check.ts";

const names = [
  "typical response time",
  "steady errors",
  "throughput",
  "memory",
  "recovery after the kill",
  "recovery after the slow link",
  "recovery after the OOM kill",
];

/** As the demo's run is judged; `verdicts` of gates that are not as they should be. */
function demo(verdict: Verdict, verdicts: Readonly<Record<string, Verdict>> = {}, landed = 5): Judgement {
  const [gate] = regressed.gates;
  const [fault] = regressed.faults;
  if (gate === undefined || fault === undefined) throw new Error("the judgement has gates and faults");
  const gates = names.map(
    (name, i): Finding => ({
      ...gate,
      advisory: false,
      condition: { ...gate.condition, name },
      verdict: verdicts[name] ?? (i === 0 ? "regressed" : "pass"),
    }),
  );
  const arms = fault.arms.map((it) => ({ ...it, trials: 5, felt: 5, reverted: 5, landed }));
  const faults = ["one-dies", "slow-db", "out-of-memory"].map((name) => ({ ...fault, name, kind: "pause", arms }));
  return { ...regressed, verdict, gates, faults, trust: [] };
}

const told = (judgement: Judgement, exit: number): Omit<Demonstrated, "kernelKills"> => ({
  judgement,
  exit,
  report: "results/demo/r/report.html",
});
const busy = { status: "warning", inconclusive: true, title: "Host", text: "too busy: 41 %" } as const;

describe("the demo", () => {
  test("that showed what it was built to show has no complaints", () => {
    expect(complaints({ ...told(demo("regressed"), 1), kernelKills: false })).toEqual([]);
    expect(shown(demo("regressed"))).toContain("one-dies was felt in 10 of 10 trials");
  });

  test("on a busy machine tells in four lines what was expected, what came, why, and what to do next", () => {
    const open = Object.fromEntries(names.map((it) => [it, "inconclusive" as const]));
    const judgement = { ...demo("inconclusive", open, 3), trust: [busy] };
    expect(complaints({ ...told(judgement, 3), kernelKills: false })).toEqual([
      'expected: gate "typical response time" regressed, 6 gates pass, 3 faults land, are felt and reverted',
      expect.stringMatching(
        /^came: the run was inconclusive, not regressed; gate "typical response time" was inconclusive, not regressed; gates "steady errors", .*"recovery after the OOM kill" were inconclusive, not pass; fault one-dies landed in 3 of 5 trials of baseline/,
      ),
      "why: host: too busy: 41 %",
      "next: make demo again while nothing else runs on this machine; see results/demo/r/report.html",
    ]);
  });

  test("whose faults landed and were not felt, or not reverted, showed nothing, though its verdict is right", () => {
    const judgement = demo("regressed");
    const faults = judgement.faults.map((it) => ({
      ...it,
      arms: it.arms.map((arm) => ({
        ...arm,
        felt: it.name === "slow-db" ? 2 : 5,
        reverted: it.name === "one-dies" ? 4 : 5,
      })),
    }));
    const [, came] = complaints({ ...told({ ...judgement, faults }, 1), kernelKills: false });
    expect(came).toBe(
      "came: fault one-dies was reverted in 4 of 5 trials of baseline, was reverted in 4 of 5 trials of candidate; " +
        "fault slow-db was felt in only 2 of 5 trials of baseline, was felt in only 2 of 5 trials of candidate",
    );
  });

  test("that lacks a gate or a fault says which", () => {
    const judgement = demo("regressed");
    const [gates, faults] = [judgement.gates.slice(0, -1), judgement.faults.slice(1)];
    expect(complaints({ ...told({ ...judgement, gates, faults }, 1), kernelKills: false })[1]).toBe(
      'came: gate "recovery after the OOM kill" is missing; fault one-dies is missing',
    );
  });

  test("whose regression is somewhere else says where", () => {
    const moved = demo("regressed", { "typical response time": "pass", memory: "regressed" });
    expect(complaints({ ...told(moved, 1), kernelKills: false }).slice(1)).toEqual([
      'came: gate "typical response time" was pass, not regressed; gate "memory" was regressed, not pass',
      `why: ${regressed.headline}`,
      "next: see results/demo/r/report.html",
    ]);
  });

  test("whose verdict is right and exit code is not says so", () => {
    expect(complaints({ ...told(demo("regressed"), 5), kernelKills: false })[1]).toBe(
      "came: shakedown ended with 5, not with 1",
    );
  });

  test("whose OOM kill is not the kernel's, where it could be, is no proof", () => {
    const judgement = demo("regressed");
    const faults = judgement.faults.map((it) => ({ ...it, kind: "memory-pressure", grade: "C" as const }));
    expect(complaints({ ...told({ ...judgement, faults }, 1), kernelKills: true })[1]).toContain(
      "fault out-of-memory has proof of grade C, not A",
    );
  });
});
