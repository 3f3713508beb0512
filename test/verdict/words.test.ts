/** Headline, reasons and next command: sentences with numbers, and commands that run as they stand. */
import { describe, expect, test } from "vitest";
import { confirmed } from "../../reports/verdict/confirmation.ts";
import { assessGates } from "../../reports/verdict/findings/assess.ts";
import { fixedLevels } from "../../reports/verdict/inference/levels.ts";
import type { Verdict } from "../../reports/verdict/judgement.ts";
import { byVerdict, worstOf } from "../../reports/verdict/order.ts";
import { summaryOf } from "../../reports/verdict/summary.ts";
import { errorRateOf } from "../../reports/verdict/words/error-rate.ts";
import { type Grounds, headlineOf, reasonsOf } from "../../reports/verdict/words/headline.ts";
import { nextOf, quoted } from "../../reports/verdict/words/next.ts";
import { plainSpaces } from "../../runner/shared/format.ts";
import { condition, relative } from "../support/fake-scenario.ts";
import { type Sampled, sampledEvidence } from "../support/sampled-evidence.ts";

const levels = fixedLevels(0.05, 0.01);
const steady = [100, 102, 99, 101, 98, 100.5, 99.5, 101.5];
const gate = (metric: string) => condition({ metric, phase: "steady", margin: relative(0.1) });
const scaled = (factor: number) => [...steady].reverse().map((it) => it * factor);

interface Session {
  readonly confirmed?: boolean;
  readonly purpose?: "confirm";
  readonly broken?: boolean;
}

function told(
  given: Sampled,
  extra: Partial<Grounds> = {},
  { confirmed: agrees = false, purpose, broken = false }: Session = {},
) {
  const { evidence, read } = sampledEvidence(given);
  const found = assessGates(evidence, given.gates ?? [], read, levels);
  const regressed = found.filter((it) => it.verdict === "regressed").map((it) => it.id);
  const gates = confirmed(found, agrees ? { run: "second", verdict: "regressed", regressed } : null);
  const verdict = worstOf(gates.filter((it) => !it.advisory).map((it) => it.verdict));
  const grounds: Grounds = {
    verdict,
    gates,
    trust: [],
    failures: [],
    limits: [],
    noise: [],
    manyArms: false,
    ...extra,
  };
  const summary = summaryOf(evidence, false);
  const noisy = grounds.noise.length > 0;
  const run = { ...evidence.run, purpose };
  const next = nextOf({ verdict: grounds.verdict, run, summary, gates, noisy, broken, command: "npx shakedown" });
  return {
    headline: plainSpaces(headlineOf(grounds)),
    reasons: reasonsOf(grounds).map(plainSpaces),
    next,
    summary,
    errorRate: plainSpaces(errorRateOf(gates, levels)),
  };
}

const both = (cpu: number, throughput: number): Sampled => ({
  gates: [gate("cpu.per-request"), gate("throughput")],
  readings: {
    "cpu.per-request": { baseline: steady, candidate: scaled(cpu) },
    throughput: { baseline: steady, candidate: scaled(throughput) },
  },
});

describe("the headline", () => {
  test("says what got worse, by how much, and how the others did", () => {
    const { headline, next } = told(both(2.12, 1));
    expect(headline).toMatch(
      /^CPU per request in steady rose by 112[.\d]* % \([.\d]+ % to [.\d]+ %\) and 1 other gate passes\.$/,
    );
    expect(next).toContain("npx shakedown run scenarios/shop.yaml --seed 2");
  });

  test("a fall is told without minus signs", () => {
    expect(told(both(1, 0.5)).headline).toMatch(
      /^Throughput in steady fell by 5\d % \(4\d % to 5\d %\)|^Throughput in steady fell by 50/,
    );
    expect(told(both(1, 0.5)).headline).not.toMatch(/[−-]/);
  });

  test("what may have gone either way has changed, with the sign of its table", () => {
    const noisy = [60, 160, 70, 150, 80, 140, 60, 100];
    const either = {
      ...both(1, 1),
      readings: { ...both(1, 1).readings, throughput: { baseline: steady, candidate: noisy } },
    };
    expect(told(either).headline).toMatch(/Throughput in steady changed by −\d+ % \(−\d+ % to \d+ %\)/);
  });

  test("a confirmed regression needs no other session; neither does the session that was to confirm it", () => {
    const { headline, next } = told(both(2.12, 1), {}, { confirmed: true });
    expect(headline).toMatch(/1 other gate passes\. An independent second session agrees\.$/);
    expect(next).toBeNull();
    expect(told(both(2.12, 1), {}, { purpose: "confirm" }).next).toBeNull();
  });

  test("an arm that failed in every trial has to be mended: a second run would only agree", () => {
    const { next } = told(both(2.12, 1), { verdict: "failed" }, { broken: true });
    expect(next).toBe("npx shakedown run scenarios/shop.yaml  # again, once what it failed for is mended");
  });

  test("passing names what improved", () => {
    const { headline, reasons, next } = told(both(0.5, 1));
    expect(headline).toMatch(/^All 2 gates pass; improved: CPU per request in steady fell by 50/);
    expect(reasons).toEqual(["All 2 gates are inside what they allow"]);
    expect(next).toBeNull();
  });

  test("without improvement the gate closest to its margin is named", () => {
    expect(told(both(1.02, 1)).headline).toMatch(
      /^All 2 gates pass; closest to its margin of 10 %: CPU per request in steady rose by 2/,
    );
  });

  test("a gate without numbers says why it has none", () => {
    const { headline } = told({
      gates: [gate("cpu.per-request")],
      readings: { "cpu.per-request": { baseline: ["no cgroup here"], candidate: ["no cgroup here"] } },
    });
    expect(headline).toBe(
      "Nothing is proved worse, but 1 gate is undecided: CPU per request in steady (no cgroup here).",
    );
  });

  test("a reason without numbers is told once", () => {
    const { reasons } = told({
      gates: [gate("cpu.per-request")],
      readings: { "cpu.per-request": { baseline: ["no cgroup here"], candidate: ["no cgroup here"] } },
    });
    expect(reasons).toEqual(["inconclusive: CPU per request in steady: No cgroup here."]);
  });

  test("an open gate is named with the command that would decide it", () => {
    const wild = [80, 125, 90, 115, 85, 120, 95, 104];
    const { headline, next, reasons } = told({
      gates: [gate("cpu.per-request")],
      readings: { "cpu.per-request": { baseline: wild, candidate: [...wild].reverse() } },
    });
    expect(headline).toMatch(/^Nothing is proved worse, but 1 gate is undecided: CPU per request in steady/);
    // A new run: to add trials to this one until it decides would double the chance of a false verdict.
    expect(next).toMatch(/--trials \d+ --seed \d+ {2}# a new run, likely to decide the open gate, about \d+ /);
    expect(next).not.toContain("--resume");
    expect(reasons[0]).toMatch(/^inconclusive: /);
  });

  test("what can't be believed says why before anything else", () => {
    const trust = [{ status: "invalid", title: "Generator", text: "it sent 400 ms late" }] as const;
    const { headline, reasons } = told(both(2, 1), { verdict: "invalid", trust });
    expect(headline).toBe("This run can't be believed: it sent 400 ms late.");
    const wordy = trust.map((it) => ({ ...it, text: `${it.text}; add a worker; within their limits: descriptors` }));
    expect(told(both(1, 1), { verdict: "invalid", trust: wordy }).headline).toBe(
      "This run can't be believed: it sent 400 ms late; add a worker.",
    );
    expect(reasons[0]).toBe("invalid: Generator: it sent 400 ms late");
  });

  test("an arm that could not do its job is told in a sentence; what its instances wrote is not in it", () => {
    const headlineOf = (why: string) =>
      told(both(1, 1), { verdict: "failed", failures: [`2 of 2 trials of candidate failed: ${why}`] }).headline;
    expect(headlineOf("shop was not ready within 3 s. shop-0: it ended; its last output:\n  | no database")).toBe(
      "2 of 2 trials of candidate failed: shop was not ready within 3 s.",
    );
    expect(headlineOf("shop shop-0: crash loop; the last one: it ended (exit code 3); its last output:\n  | no")).toBe(
      "2 of 2 trials of candidate failed: shop shop-0: crash loop; the last one: it ended (exit code 3).",
    );
  });

  test("an interrupted run resumes", () => {
    const { next, summary } = told(
      { ...both(1, 1), status: "interrupted", planned: 12 },
      { verdict: "inconclusive", limits: ["The run was interrupted"] },
    );
    expect(summary.blocks).toEqual({ planned: 12, done: 8 });
    expect(next).toBe("npx shakedown run scenarios/shop.yaml --resume 20261121T0912Z-k3f  # goes on at the next block");
  });

  test("the error rate names both levels and what relies on normality", () => {
    expect(told(both(1, 1)).errorRate).toContain("in at most 5 % of runs");
    expect(told(both(1, 1)).errorRate).toContain("among 2 compared gates: at most 1 % of runs (Holm)");
    expect(told(both(1, 1)).errorRate).not.toContain("normally");
    expect(told({ gates: [], readings: {} }).errorRate).toContain("No gate was decided");
  });
});

test("words with spaces or quotes survive a shell", () => {
  expect(quoted("scenarios/shop.yaml")).toBe("scenarios/shop.yaml");
  expect(quoted("my shop's.yaml")).toBe(String.raw`'my shop'\''s.yaml'`);
  expect(quoted("")).toBe("''");
});

test("verdicts outrank each other as the exit codes do", () => {
  const all: Verdict[] = ["pass", "inconclusive", "failed", "regressed", "invalid"];
  expect(worstOf([])).toBe("pass");
  expect(worstOf(all)).toBe("invalid");
  expect(worstOf(["pass", "failed", "regressed"])).toBe("failed");
  expect(worstOf(["inconclusive", "pass"])).toBe("inconclusive");
  expect([...all].sort(byVerdict)).toEqual(["invalid", "failed", "regressed", "inconclusive", "pass"]);
});
