/** Samples of somebody else's harness: judged as a run's trials are, whatever the numbers. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { samplesJson } from "../../reports/render/samples.ts";
import { assessGates } from "../../reports/verdict/findings/assess.ts";
import { fixedLevels } from "../../reports/verdict/inference/levels.ts";
import { judgeSamples } from "../../reports/verdict/samples/judge.ts";
import type { SampledMetric, SampleSession } from "../../reports/verdict/samples/judgement.ts";
import { condition, relative } from "../support/fake-scenario.ts";
import { sampledEvidence } from "../support/sampled-evidence.ts";

const metric = (given: Partial<SampledMetric>): SampledMetric => ({
  ...{ name: "cpu.per-request", unit: "ms", better: "lower", kind: "cpu", floor: 0, advisory: false, paired: true },
  obstacle: null,
  ...{ margin: relative(0.05), baseline: [], candidate: [] },
  ...given,
});
const session = (metrics: readonly SampledMetric[], given: Partial<SampleSession> = {}): SampleSession => ({
  ...{ alpha: 0.05, alphaFail: 0.01, looks: null, metrics },
  ...given,
});
const judged = (given: Partial<SampledMetric>) => samplesJson(judgeSamples(session([metric(given)])));

const steady = [10, 10.1, 9.9, 10.2, 9.8, 10.05, 9.95, 10.15, 9.85, 10];
const times = (factor: number) => [...steady].reverse().map((it) => it * factor);

describe("a gate and samples of the same numbers", () => {
  test.each([1, 1.03, 1.2, 0.8])("come to the same verdict, interval and p-values: %d", (factor) => {
    const gate = condition({ metric: "cpu.per-request", phase: "steady", margin: relative(0.05) });
    const { evidence, read } = sampledEvidence({
      readings: { "cpu.per-request": { baseline: steady, candidate: times(factor) } },
    });
    const [finding] = assessGates(evidence, [gate], read, fixedLevels(0.05, 0.01));
    const [own] = judged({ baseline: steady, candidate: times(factor) }).metrics;
    expect(own).toMatchObject({
      verdict: finding?.verdict,
      estimate: finding?.change?.estimate,
      interval: [finding?.change?.lower, finding?.change?.upper],
      p: finding?.p?.raw,
      pAdjusted: finding?.p?.adjusted,
      method: finding?.method,
      pairs: finding?.pairs,
      pairsNeeded: finding?.pairsNeeded,
      mde: finding?.mde,
      mdeFail: finding?.mdeFail,
      because: expect.any(String),
    });
  });
});

describe("the verdict of a session", () => {
  const good = metric({ name: "good", baseline: steady, candidate: times(1) });
  const bad = metric({ name: "bad", baseline: steady, candidate: times(1.2) });

  test("is the worst of its metrics, advisory ones aside", () => {
    expect(judgeSamples(session([good, bad])).verdict).toBe("regressed");
    expect(judgeSamples(session([good, { ...bad, advisory: true }])).verdict).toBe("pass");
    expect(judgeSamples(session([{ ...bad, advisory: true }])).verdict).toBe("inconclusive");
  });

  test("over looks is decided at the level that the number of pairs says", () => {
    const looks = [6, 10, 24];
    const at = (pairs: number, given: Partial<SampledMetric> = {}) =>
      judgeSamples(
        session([metric({ ...given, baseline: steady.slice(0, pairs), candidate: times(1).slice(0, pairs) })], {
          looks,
        }),
      );
    expect(at(10).look).toEqual({ taken: [6, 10], of: 24 });
    const wide = (it: ReturnType<typeof at>) =>
      (it.metrics[0]?.change?.upper ?? 0) - (it.metrics[0]?.change?.lower ?? 0);
    // O'Brien and Fleming leave next to nothing for the first look.
    expect(at(6, { margin: relative(0.03) }).verdict).toBe("inconclusive");
    expect(wide(at(6))).toBeGreaterThan(2 * wide(at(10)));
  });
});

describe("few values", () => {
  test("one pair decides nothing and says how many would", () => {
    expect(judged({ baseline: [10], candidate: [20] }).metrics[0]).toMatchObject({
      ...{ verdict: "inconclusive", estimate: null, interval: [null, null], p: null, pairs: 1, pairsNeeded: 5 },
      because: expect.stringContaining("There is one pair: at least 2 are needed, 5 to assume nothing"),
    });
  });

  test("one value of a side decides nothing; three of each are the least that assumes nothing", () => {
    const { metrics } = judged({ paired: false, baseline: [10, 11, 12], candidate: [20] });
    expect(metrics[0]).toMatchObject({ verdict: "inconclusive", pairsNeeded: 3, p: null });
  });

  test("two pairs that decide say that they rely on normality", () => {
    const [found] = judged({ baseline: [10, 10], candidate: [10.01, 10.02] }).metrics;
    expect(found?.verdict).toBe("pass");
    expect(found?.warnings.join()).toContain("relies on normality");
  });
});

describe("spread that only the rounding of last digits makes", () => {
  const pairs = (...of: readonly (readonly [number, number])[]) => ({
    baseline: of.map(([it]) => it),
    candidate: of.map(([, it]) => it),
  });
  const half = { kind: "absolute", value: 0.5 } as const;

  test.each([
    ["a ratio", pairs([3, 3.3], [7, 7.7])],
    ["a difference", { ...pairs([0.1, 0.3], [0.2, 0.4], [1.1, 1.3]), margin: half }],
    ["independent ratios", { ...pairs([0.3, 0.6], [0.1 + 0.2, 0.2 * 3]), paired: false }],
    ["independent differences", { ...pairs([0.3, 0.6], [0.1 + 0.2, 0.2 * 3]), margin: half, paired: false }],
  ])("is none: %s", (_, given) => {
    const [found] = judged({ kind: null, unit: "", ...given }).metrics;
    expect(found?.tags).toContain("no spread");
  });
});

test.each([30, 31, 60])("%d pairs that are all half as much again are regressed among 250 metrics, too", (pairs) => {
  const baseline = Array.from({ length: pairs }, (_, i) => 10 + (i % 9) / 10);
  const metrics = Array.from({ length: 250 }, (_, i) =>
    metric({
      name: `m${i}`,
      baseline,
      candidate: baseline.map((it, at) => (i === 0 ? it * (1.5 + (at % 5) / 50) : it)),
    }),
  );
  expect(judgeSamples(session(metrics)).metrics[0]).toMatchObject({
    verdict: "regressed",
    tags: ["beyond margin proven"],
  });
});

describe("the step of samples is the one that they show", () => {
  const twenty = (it: number) => Array.from({ length: 20 }, () => it);

  test("two pairs in whole numbers that differ by one decide nothing", () => {
    const [found] = judged({ kind: null, baseline: [10, 10], candidate: [11, 11] }).metrics;
    expect(found).toMatchObject({ verdict: "inconclusive", tags: ["no spread"] });
    expect(found?.p).toBeGreaterThan(0.05);
  });

  test("of milliseconds of whatever kind none is assumed", () => {
    const margin = { kind: "absolute", value: 1 } as const;
    const given = { kind: "gc", margin, baseline: twenty(5), candidate: twenty(7) } as const;
    expect(judged(given).metrics[0]?.verdict).toBe("regressed");
    expect(judged({ ...given, paired: false }).metrics[0]?.verdict).toBe("regressed");
  });

  test("what is as large as a step may hide passes no margin below it; equal values pass", () => {
    const whole = [...twenty(10).slice(1), 11];
    expect(judged({ kind: null, baseline: twenty(10), candidate: whole }).metrics[0]?.verdict).toBe("inconclusive");
    expect(judged({ kind: null, baseline: twenty(10), candidate: twenty(10) }).metrics[0]?.verdict).toBe("pass");
  });
});

describe("a candidate whose trials are apart passes with a warning, whatever the kind says of steps", () => {
  const steady = Array.from({ length: 12 }, () => 40);
  const margin = { kind: "absolute", value: 100 } as const;
  const told = (candidate: readonly number[]) => judged({ kind: "gc", margin, baseline: steady, candidate }).metrics[0];

  test("values that vary beside ones that do not", () => {
    const found = told([10, 70, 20, 60, 30, 50, 40, 35, 45, 15, 65, 40]);
    expect(found?.verdict).toBe("pass");
    expect(found?.warnings.join()).toContain("vary, the baseline's do not");
  });

  test("two groups of equal values; groups one last digit apart are none", () => {
    expect(told(steady.map((it, i) => it + 20 * (i % 2)))?.tags).toContain("two groups");
    expect(told(steady.map((it, i) => it + (i % 2)))?.tags).not.toContain("two groups");
  });
});

test("an interval that no number can hold ends in null, which a warning says", () => {
  const [found] = judged({ baseline: [1e-90, 1], candidate: [1, 1e-90] }).metrics;
  expect(found?.interval).toEqual([-1, null]);
  expect(found?.warnings.join()).toContain("infinite");
});

test("a ratio of negative values decides nothing", () => {
  const [found] = judged({ baseline: [-1, -2, -3], candidate: [-1, -2, -3] }).metrics;
  expect(found).toMatchObject({ verdict: "inconclusive", because: expect.stringContaining("below zero") });
});

test("the floor is the margin where a share of the baseline comes to less", () => {
  const zeros = [0, 0, 0, 0, 0, 0, 0, 0];
  const [found] = judged({ kind: "memory", unit: "B/op", floor: 1, baseline: zeros, candidate: zeros }).metrics;
  expect(found).toMatchObject({
    verdict: "pass",
    scale: "difference",
    margin: 1,
    tags: ["no spread", "absolute floor"],
  });
});

const extreme = fc.oneof(
  fc.double({ min: -1e100, max: 1e100, noNaN: true }),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0, 1e-300, -1e-300, 1e100, -1e100, 5e-324),
);
const anyMetric = fc
  .record({
    pairs: fc.array(fc.tuple(extreme, extreme), { minLength: 1, maxLength: 33 }),
    paired: fc.boolean(),
    better: fc.constantFrom("lower" as const, "higher" as const),
    margin: fc.constantFrom(relative(0.05), { kind: "absolute" as const, value: 0.5 }),
    unit: fc.constantFrom("ms", "count", "ratio", "frames", ""),
    kind: fc.constantFrom(null, "latency" as const, "recovery" as const, "errors" as const),
    floor: fc.constantFrom(0, 1),
  })
  .map(({ pairs, ...given }) =>
    metric({ ...given, baseline: pairs.map(([it]) => it), candidate: pairs.map(([, it]) => it) }),
  );

/** Found by the property: a share of next to nothing is a resolution beyond all numbers. */
const shareOfNothing = metric({
  ...{ name: "cpu.per-request", unit: "ms", paired: false, margin: relative(0.05) },
  ...{ baseline: [5e-324, 5e-324], candidate: [1e100, 1.112536929253601e-208] },
});

test.prop([anyMetric, fc.constantFrom(null, [2, 40], [2, 1000])], { numRuns: 400, examples: [[shareOfNothing, null]] })(
  "whatever the numbers, every field of the answer is there and finite, or null",
  (given, looks) => {
    const answer = samplesJson(judgeSamples(session([given], { looks })));
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    for (const it of answer.metrics) {
      for (const value of [it.estimate, ...it.interval, it.p, it.pAdjusted, it.mde, it.mdeFail, it.pairsNeeded])
        expect(value === null || Number.isFinite(value)).toBe(true);
      expect(it.because).not.toMatch(/NaN|undefined|Infinity/);
    }
  },
);
