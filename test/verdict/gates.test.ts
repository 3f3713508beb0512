/** Gates on two arms: what passes, what is called regressed, and what is left open. */
import { describe, expect, test } from "vitest";
import { findingText } from "../../reports/render/finding-text.ts";
import { assessGates } from "../../reports/verdict/findings/assess.ts";
import { fixedLevels } from "../../reports/verdict/inference/levels.ts";
import type { Finding } from "../../reports/verdict/judgement.ts";
import type { Condition } from "../../runner/record/scenario.ts";
import { plainSpaces } from "../../runner/shared/format.ts";
import { absolute, condition, relative } from "../support/fake-scenario.ts";
import { type Reading, type Sampled, sampledEvidence, worst } from "../support/sampled-evidence.ts";

const levels = fixedLevels(0.05, 0.01);

function assess(given: Omit<Sampled, "gates">, ...gates: readonly Condition[]): Finding[] {
  const { evidence, read } = sampledEvidence(given);
  return assessGates(evidence, gates, read, levels);
}
const byMetric = (findings: readonly Finding[], metric: string): Finding =>
  findings.find((it) => it.metric.name === metric) as Finding;

const around = (center: number, steps: readonly number[]): number[] => steps.map((it) => center * (1 + it / 100));
const noise = [0, 1, -1, 2, -2, 0.5, -0.5, 1.5, -1.5, 0];
const other = [0.5, -1, 1, 0, 2, -0.5, -2, 1, 0, -1];
const cpu = condition({ metric: "cpu.per-request", phase: "steady", margin: relative(0.05) });
const throughput = condition({ metric: "throughput", phase: "steady", margin: relative(0.05) });

const one = (metric: string, baseline: readonly (number | string)[], candidate: readonly (number | string)[]) => ({
  readings: { [metric]: { baseline, candidate } },
});

describe("a metric where lower is better", () => {
  test("unchanged within noise passes", () => {
    const [finding] = assess(one("cpu.per-request", around(10, noise), around(10, other)), cpu);
    expect(finding?.verdict).toBe("pass");
    expect(finding?.change?.upper).toBeLessThan(0.05);
    expect(finding?.because).toContain("inside the margin of 5");
  });

  test("20 % more is regressed, proven beyond the margin", () => {
    const [finding] = assess(one("cpu.per-request", around(10, noise), around(12, other)), cpu);
    expect(finding).toMatchObject({ verdict: "regressed", pairs: 10 });
    expect(finding?.change?.estimate).toBeCloseTo(0.2, 1);
    expect(finding?.tags).toContain("beyond margin proven");
    expect(finding?.p?.adjusted).toBeLessThan(1e-6);
  });

  test("20 % less passes and is told as improved", () => {
    const [finding] = assess(one("cpu.per-request", around(10, noise), around(8, other)), cpu);
    expect(finding?.verdict).toBe("pass");
    expect(finding?.tags).toContain("improved");
    expect(finding?.change?.estimate).toBeCloseTo(-0.2, 1);
  });
});

test("where the generator could not give a metric in one trial, the others don't decide", () => {
  const reason = "k6 dropped 3 iterations";
  const p99 = condition({ metric: "latency.p99", phase: "steady", margin: relative(0.1) });
  const dropped = { stamp: "end", binMs: 1000, histogramError: 0.09, lacks: { latency: reason } } as const;
  const given = (metric: string) => ({
    ...one(metric, around(10, noise), [...around(10, other.slice(0, 9)), reason]),
    due: 10_000,
    lacks: ({ block, arm }: { block: number; arm: string }) => (block === 10 && arm === "candidate" ? dropped : null),
  });
  const finding = byMetric(assess(given("latency.p99"), p99), "latency.p99");
  expect(finding.verdict).toBe("inconclusive");
  expect(finding.because).toContain("1 of 20 trials have no latency.p99: k6 dropped 3 iterations");
  expect(assess(given("cpu.per-request"), cpu)[0]?.verdict).toBe("pass");
});

test("what lies within a bucket of the load's histograms is left open, what lies beyond is decided", () => {
  const coarse = { stamp: "end", binMs: 1000, histogramError: 0.09, lacks: {} } as const;
  const given = { ...one("latency.p99", around(100, noise), around(100, other)), due: 10_000, lacks: () => coarse };
  const verdict = (limit: Partial<Condition>) =>
    byMetric(assess(given, condition({ metric: "latency.p99", phase: "steady", ...limit })), "latency.p99");
  expect(verdict({ max: 105 }).verdict).toBe("inconclusive");
  expect(verdict({ max: 105 }).because).toContain("and the bound is nearer than one");
  expect(verdict({ max: 120 }).verdict).toBe("pass");
  expect(verdict({ max: 80 }).verdict).toBe("failed");
  expect(verdict({ margin: absolute(5) }).because).toContain("wider than the margin");
  expect(verdict({ margin: absolute(20) }).verdict).toBe("pass");
});

describe("a metric where higher is better", () => {
  test("20 % less is regressed, and reported as a fall", () => {
    const [finding] = assess(one("throughput", around(100, noise), around(80, other)), throughput);
    expect(finding?.verdict).toBe("regressed");
    expect(finding?.change?.estimate).toBeCloseTo(-0.2, 1);
    expect(finding?.change?.lower).toBeLessThan(finding?.change?.upper as number);
  });

  test("20 % more passes and is told as improved", () => {
    const [finding] = assess(one("throughput", around(100, noise), around(120, other)), throughput);
    expect(finding?.verdict).toBe("pass");
    expect(finding?.tags).toContain("improved");
  });

  test("a margin of 5 % is a factor of 0.95, not 1/1.05", () => {
    // 4.9 % less: beyond 1/1.05 (4.76 % less), inside 0.95.
    const candidate = [95.1, 95.1, 95.1, 95.1, 95.1, 95.1];
    expect(assess(one("throughput", Array(6).fill(100), candidate), throughput)[0]?.verdict).toBe("pass");
  });
});

describe("not enough to decide", () => {
  test("noise wider than the margin is inconclusive and says how many pairs would help", () => {
    const wild = around(10, [10, -12, 8, -9, 14, -11]);
    const [finding] = assess(one("cpu.per-request", wild, [...wild].reverse()), cpu);
    expect(finding?.verdict).toBe("inconclusive");
    expect(finding?.pairsNeeded).toBeGreaterThan(6);
    expect(finding?.wouldChange).toContain("more pairs");
    expect(finding?.mde).toBeGreaterThan(0.05);
    expect(finding?.mdeFail).toBeGreaterThan(finding?.mde ?? 1);
  });

  test("one pair decides nothing", () => {
    const [finding] = assess(one("cpu.per-request", [10], [20]), cpu);
    expect(finding).toMatchObject({ verdict: "inconclusive", pairsNeeded: 5, pairs: 1, p: null });
  });

  test("one outlying pair does not carry a pass: the sign-flip test objects", () => {
    // The t bound is inside the margin; but of the 32 patterns of five signs two are as extreme, more than 5 %.
    const baseline = Array(5).fill(100);
    const candidate = [90, 90, 90, 90, 104];
    const [finding] = assess(one("cpu.per-request", baseline, candidate), { ...cpu, margin: relative(0.03) });
    expect(finding?.verdict).toBe("inconclusive");
    expect(finding?.tags).toContain("fragile");
  });

  test("a metric that nobody measured is inconclusive with the reason", () => {
    const [finding] = assess(one("cpu.per-request", ["no cgroup"], ["no cgroup"]), cpu);
    expect(finding?.verdict).toBe("inconclusive");
    expect(finding?.because).toBe("No cgroup.");
  });

  test("p99 of 500 requests is left to chance, of 1 000 it may decide", () => {
    const p99 = condition({ metric: "latency.p99", phase: "steady", margin: relative(0.1) });
    const numbers = one("latency.p99", around(10, noise), around(20, other));
    expect(byMetric(assess({ ...numbers, due: 500 }, p99), "latency.p99")).toMatchObject({
      verdict: "inconclusive",
      p: null,
    });
    expect(byMetric(assess({ ...numbers, due: 500 }, p99), "latency.p99").because).toContain("1000 are needed");
    expect(byMetric(assess({ ...numbers, due: 1000 }, p99), "latency.p99").verdict).toBe("regressed");
  });
});

describe("few pairs", () => {
  test("five pairs on one side fail a gate, which relies on normality", () => {
    const [finding] = assess(one("cpu.per-request", [10, 10.1, 9.9, 10, 10.05], [12, 12.2, 12.1, 11.9, 12]), cpu);
    expect(finding?.verdict).toBe("regressed");
    expect(finding?.tags).toContain("relies on normality");
  });

  test("with one pair on the other side they do not", () => {
    const [finding] = assess(one("cpu.per-request", [10, 10, 10, 10, 10], [13, 13.2, 13.1, 12.9, 9.9]), cpu);
    expect(finding?.verdict).toBe("inconclusive");
  });
});

describe("no spread at all", () => {
  test("identical values pass, also zeros on the ratio scale", () => {
    expect(assess(one("cpu.per-request", [5, 5, 5], [5, 5, 5]), cpu)[0]).toMatchObject({
      verdict: "pass",
      tags: ["no spread"],
    });
    expect(assess(one("cpu.per-request", [0, 0, 0], [0, 0, 0]), cpu)[0]?.verdict).toBe("pass");
  });

  test("a constant doubling is regressed", () => {
    const [finding] = assess(one("cpu.per-request", [5, 5, 5], [10, 10, 10]), cpu);
    expect(finding?.verdict).toBe("regressed");
    expect(finding?.p?.raw).toBeGreaterThan(0);
  });

  test("no errors at all pass, and the exact bound is told", () => {
    const errors = condition({ metric: "errors.ratio", phase: "steady", margin: absolute(0.001) });
    const [finding] = assess({ ...one("errors.ratio", [0, 0, 0], [0, 0, 0]), due: 1000 }, errors);
    expect(finding?.verdict).toBe("pass");
    expect(finding?.because).toMatch(/None of 3000 requests: the true ratio is at most 0\.10.%/);
  });

  test("no errors of too few requests show nothing: the exact bound decides, and says how many requests would", () => {
    const errors = condition({ metric: "errors.ratio", phase: "steady", margin: absolute(0.001) });
    const [finding] = assess({ ...one("errors.ratio", [0, 0, 0], [0, 0, 0]), due: 100 }, errors);
    expect(finding).toMatchObject({ verdict: "inconclusive", pairsNeeded: 30 });
    expect(plainSpaces(finding?.because ?? "")).toContain(
      "None of 300 requests failed: that shows a true ratio of at most 0.99 %",
    );
    expect(finding?.wouldChange).toContain("About 2995 requests");
  });

  test("requests of all trials are compared exactly too, where trials of an arm fail no more unevenly than chance has it", () => {
    const errors = condition({ metric: "errors.ratio", phase: "steady", margin: absolute(0.01) });
    const of = (...failed: readonly number[]) => failed.map((it) => it / 1000);
    const told = (own: readonly number[]) =>
      assess({ ...one("errors.ratio", of(2, 3, 2, 3), own), due: 1000 }, errors)[0]?.because;
    expect(told(of(5, 6, 5, 6))).toContain(
      "Of all requests together 22 of 4000 failed against 10 of 4000 (exact p 0.025",
    );
    expect(told(of(0, 0, 0, 22))).toContain("differ between its trials by more than chance (Pearson dispersion 22)");
  });

  test("errors everywhere where there were none are regressed", () => {
    const errors = condition({ metric: "errors.ratio", phase: "steady", margin: absolute(0.001) });
    const [finding] = assess(one("errors.ratio", [0, 0, 0], [1, 1, 1]), errors);
    expect(finding?.verdict).toBe("regressed");
    expect(finding?.change).toEqual({ scale: "difference", estimate: 1, lower: 1, upper: 1 });
  });
});

describe("zeros and worst values", () => {
  test("values below zero have no ratio: the gate says what to write instead", () => {
    const growth = condition({ metric: "memory.slope", phase: "steady", margin: relative(0.1) });
    const [finding] = assess(one("memory.slope", [-1, 2, 3], [-2, 3, 4]), growth);
    expect(finding).toMatchObject({ verdict: "inconclusive", p: null });
    expect(finding?.because).toContain("give the margin in the metric's unit");
    const inUnit = { ...growth, margin: absolute(10) };
    expect(assess(one("memory.slope", [-1, 2, 3], [-2, 3, 4]), inUnit)[0]?.verdict).toBe("pass");
  });

  test("one restart more in every pair is regressed once there are pairs enough", () => {
    const restarts = condition({ metric: "restarts", phase: "steady", margin: absolute(0.5) });
    const few = assess(one("restarts", [0, 0], [1, 1]), restarts)[0];
    expect(few?.verdict).toBe("inconclusive");
    expect(few?.pairsNeeded).toBeGreaterThan(2);
    const many = Array.from({ length: 8 }, () => 0);
    expect(
      assess(
        one(
          "restarts",
          many,
          many.map((it) => it + 1),
        ),
        restarts,
      )[0]?.verdict,
    ).toBe("regressed");
  });

  test("throughput that fell to nothing in every pair is regressed by ranks alone", () => {
    const [finding] = assess(one("throughput", around(100, noise), Array(10).fill(0)), throughput);
    expect(finding).toMatchObject({ verdict: "regressed", change: { estimate: -1, lower: -1, upper: -1 } });
    expect(finding?.tags).toContain("by ranks");
  });

  test("CPU that rose from nothing has no finite ratio: none is made up", () => {
    const [finding] = assess(one("cpu.per-request", Array(10).fill(0), around(100, noise)), { ...cpu, floor: 0 });
    expect(finding).toMatchObject({ verdict: "regressed", change: null });
  });

  test("where a share of the baseline is less than can matter, the floor is the margin", () => {
    const near = (by: number) => around(0.001 + by, [0.0001, -0.0001, 0.0002, -0.0002, 0, 0, 0.0001, -0.0001, 0, 0]);
    const [doubled] = assess(one("cpu.per-request", near(0), near(0.001)), cpu);
    expect(doubled).toMatchObject({ verdict: "pass", bound: { value: 0.005, relative: false } });
    expect(doubled?.tags).toContain("absolute floor");
    expect(assess(one("cpu.per-request", near(0), near(0.02)), cpu)[0]?.verdict).toBe("regressed");
    expect(assess(one("cpu.per-request", near(0), near(0.001)), { ...cpu, floor: 0.0005 })[0]?.verdict).toBe(
      "regressed",
    );
  });

  const recovery = condition({ metric: "recovery.time", fault: "one-dies", margin: absolute(1000) });
  const calm = [1000, 1100, 1050, 950, 1000, 1020];

  test("recoveries that were not seen count as at least the time watched, and regress", () => {
    const candidate = [4000, 4100, worst(5000), worst(5000), 4200, worst(5000)];
    const given = {
      readings: { "recovery.time": { baseline: calm, candidate } },
      faults: [{ name: "one-dies", phase: "kill" }],
    };
    const [finding] = assess(given, recovery);
    expect(finding?.verdict).toBe("regressed");
    expect(finding?.tags).toContain("at least");
    expect(finding?.trials.filter((it) => it.worst)).toHaveLength(3);
    expect(finding?.warnings).toContain("3 of 12 trials have no value of their own and rank worst");
  });

  test.each([
    { seen: 3, verdict: "inconclusive", candidate: "≥ 1.6 s" },
    { seen: 0, verdict: "failed", candidate: "≥ 3.15 s" },
  ])("a bound on recoveries of which $seen were seen tells all as at least so much, and why", ({ seen, ...told }) => {
    const cut = [3000, 3200, 3250];
    const candidate = [...Array(seen).fill(10), ...cut.map((it) => worst(it))];
    const bound = condition({ metric: "recovery.time", fault: "one-dies", max: 2000 });
    const given = { readings: { "recovery.time": { candidate } }, faults: [{ name: "one-dies", phase: "kill" }] };
    const [finding] = assess(given, bound) as [Finding];
    expect(finding.verdict).toBe(told.verdict);
    const text = findingText(finding);
    expect(plainSpaces(text.estimate)).toBe(told.candidate);
    expect(text.candidate).toBe(text.estimate);
    expect(text.interval).toBe(`3 of ${3 + seen} trials not over in time`);
    expect(finding.because).toContain("3 of them without a value of their own: not seen to recover");
    expect(finding.wouldChange).toContain("more time after the fault");
  });

  test("recoveries that were seen of neither arm are no evidence that both take as long", () => {
    const faults = [{ name: "one-dies", phase: "kill" }];
    const verdictOf = (baseline: Reading[], candidate: Reading[]) =>
      assess({ readings: { "recovery.time": { baseline, candidate } }, faults }, recovery)[0]?.verdict;
    const never = calm.map(() => worst(5000));
    const slow = calm.map((it) => it + 3000);
    expect(verdictOf(never, never)).toBe("inconclusive");
    expect(verdictOf([worst(5000), ...calm.slice(1)], [worst(5000), ...calm.slice(1)])).toBe("inconclusive");
    expect(verdictOf([worst(5000), ...calm, ...calm], [worst(5000), ...calm, ...calm])).toBe("pass");
    expect(verdictOf([worst(5000), ...calm, ...calm], [worst(5000), ...slow, ...slow])).toBe("regressed");
  });

  test("one unseen recovery among good ones passes by ranks only when there are pairs enough", () => {
    const candidate = [1000, 1100, 1050, 950, worst(5000), 1000];
    const given = {
      readings: { "recovery.time": { baseline: calm, candidate } },
      faults: [{ name: "one-dies", phase: "kill" }],
    };
    expect(assess(given, recovery)[0]?.verdict).toBe("inconclusive");
    const twice = { "recovery.time": { baseline: [...calm, ...calm], candidate: [...candidate, ...calm] } };
    expect(assess({ ...given, readings: twice }, recovery)[0]?.verdict).toBe("pass");
  });
});

describe("faults", () => {
  const recovery = condition({ metric: "recovery.time", fault: "one-dies", margin: absolute(1000) });
  const inPhase = condition({ metric: "throughput", phase: "kill", margin: relative(0.05) });
  const readings = {
    "recovery.time": { baseline: [0, 0, 0, 0, 0], candidate: [0, 0, 0, 0, 0] },
    throughput: { baseline: [100, 100, 100, 100, 100], candidate: [100, 100, 100, 100, 100] },
  };

  test.each([
    [{ landed: false, proof: ["pid still there"] }, "did not land: pid still there"],
    [{ skipped: "the steady state was lost" }, "was not injected: the steady state was lost"],
    [{ exposed: 0 }, "no request was due while it was on"],
  ])("what did not happen decides nothing: %o", (change, reason) => {
    const faults = [{ name: "one-dies", phase: "kill", ...change }];
    for (const finding of assess({ readings, faults }, recovery, inPhase)) {
      expect(finding.verdict).toBe("inconclusive");
      expect(finding.because).toContain(reason);
      expect(finding.p).toBeNull();
    }
  });

  test("an absorbed fault is judged normally, and passes", () => {
    const faults = [{ name: "one-dies", phase: "kill", observed: null }];
    const [finding] = assess({ readings, faults }, recovery);
    expect(finding?.verdict).toBe("pass");
    expect(finding?.tags).toContain("absorbed");
  });

  test("a fault of another phase is no obstacle", () => {
    const faults = [{ name: "slow-db", phase: "slow", landed: false }];
    expect(assess({ readings, faults }, inPhase)[0]?.verdict).toBe("pass");
  });
});

describe("advisory", () => {
  test("is reported last, by Benjamini and Hochberg, and what is not gateable is always advisory", () => {
    const gates = [
      { ...cpu, advisory: true },
      condition({ metric: "gc.pause.max", phase: "steady", margin: relative(0.1) }),
      throughput,
    ];
    const readings = {
      "cpu.per-request": { baseline: around(10, noise), candidate: around(12, other) },
      "gc.pause.max": { baseline: around(10, noise), candidate: around(12, other) },
      throughput: { baseline: around(100, noise), candidate: around(100, other) },
    };
    const findings = assess({ readings }, ...gates);
    expect(findings.map((it) => [it.metric.name, it.advisory, it.verdict])).toEqual([
      ["throughput", false, "pass"],
      ["cpu.per-request", true, "regressed"],
      ["gc.pause.max", true, "regressed"],
    ]);
  });
});

test("a time to effect is not judged by the trials that felt the fault alone", () => {
  const delay = condition({ metric: "effect.delay", fault: "one-dies", max: 1000 });
  const judged = (delays: readonly (number | null)[]) => {
    const readings = {
      "effect.delay": { service: delays.map((it) => it ?? "absorbed: clients felt nothing that lasted for two bins") },
    };
    const { evidence, read } = sampledEvidence({
      arms: ["service"],
      readings,
      faults: [{ name: "one-dies", phase: "kill" }],
    });
    const trials = evidence.trials.map((trial, i) => ({
      ...trial,
      faults: trial.faults.map((it) => ({ ...it, effectDelayMs: delays[i] ?? null })),
    }));
    return byMetric(assessGates({ ...evidence, trials }, [delay], read, levels), "effect.delay");
  };
  expect(judged([90, 95, 92, 91]).verdict).toBe("pass");
  const some = judged([90, null, 92, 91]);
  expect(some.verdict).toBe("inconclusive");
  expect(some.because).toContain("1 of 4 trials absorbed the fault one-dies");
  expect(judged([null, null]).because).toContain("clients felt nothing");
});

describe("beside the mean", () => {
  test("the change that no outlier moves is told, with an interval, and decides nothing", () => {
    const steady = [10, 10.1, 9.9, 10.05, 9.95, 10.02, 9.98, 10.03];
    const [finding] = assess(one("cpu.per-request", steady, steady.map((it) => it * 1.02).with(2, 30)), cpu);
    expect(finding?.change?.estimate).toBeGreaterThan(0.1);
    expect(finding?.robust?.estimate).toBeCloseTo(0.02, 2);
    expect(finding?.robust?.lower).toBeLessThanOrEqual(finding?.robust?.estimate ?? 0);
    expect(finding?.verdict).toBe("inconclusive");
    expect(assess(one("cpu.per-request", [10, 11], [10, 11]), cpu)[0]?.robust).toBeNull();
  });
});
