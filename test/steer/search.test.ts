/** The search as a state machine: what it tries next on targets that are known, how it ends, and how near it comes. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { answerOf, ruleOf } from "../../reports/analyses/search/answer.ts";
import { boundsOf, classify, pointsOf } from "../../reports/analyses/search/classify.ts";
import { foundFor } from "../../reports/analyses/search/found.ts";
import type { TrialSaid } from "../../reports/analyses/search/read.ts";
import { type Said, triedFor } from "../../reports/analyses/search/said.ts";
import { foundInWords } from "../../reports/analyses/search/words.ts";
import { nextStep, promised } from "../../reports/steer/search/next.ts";
import { headroomGoal } from "../../runner/record/search.ts";
import { seeded } from "../../runner/shared/random.ts";
import { type Model, missed, models, simulateSearches } from "../calibrate/search.ts";
import { rateSearch, searched, smooth, type Target } from "../support/search-target.ts";

const rule = ruleOf(rateSearch());
const holdsUpTo =
  (limit: number): Target =>
  ({ value }) =>
    value <= limit;
const told = (said: readonly Said[]): TrialSaid[] => said.map((it) => ({ ...it, broke: {} }));
const faults = { fault: "one-dies", while: [] };

describe("a load", () => {
  test("is a lower bound once no bad trial that is still to come could break the ratio, an upper bound once no good one could keep it", () => {
    const said = (good: number, bad: number) => classify(good, bad, rule);
    expect([1, 2, 3, 4, 5].map((good) => said(good, 0))).toEqual(Array(5).fill("undecided"));
    expect([said(6, 0), said(6, 1), said(7, 0)]).toEqual(["lower", "lower", "lower"]);
    expect([said(0, 1), said(5, 1)]).toEqual(["undecided", "undecided"]);
    expect([said(0, 2), said(5, 2)]).toEqual(["upper", "upper"]);
    expect(classify(1, 0, { exceed: 0, repeat: 1 })).toBe("lower");
    expect(classify(3, 3, { exceed: 0.5, repeat: 6 })).toBe("lower");
  });

  test("that is a lower bound above an upper one is told as irregular, and is not the answer", () => {
    const tried = (value: number, good: number, bad: number) => [
      ...Array.from({ length: good }, () => ({ value, good: true, searching: true, disturbed: false })),
      ...Array.from({ length: bad }, () => ({ value, good: false, searching: true, disturbed: false })),
    ];
    const points = pointsOf([...tried(300, 7, 0), ...tried(100, 7, 0), ...tried(200, 1, 3)], rule);
    const { lower, upper, irregular } = boundsOf(points);
    expect([lower?.value, upper?.value, irregular.map((it) => it.value)]).toEqual([100, 200, [300]]);
  });
});

describe("a search", () => {
  test("doubles, bisects in the logarithm, and decides the two loads that enclose the answer", () => {
    const { tried, end } = searched(rateSearch({ width: 0.1 }), holdsUpTo(310));
    const probes = tried.filter((it) => it.startsWith("probe"));
    expect(probes.slice(0, 7)).toEqual([50, 100, 200, 400, 282.8, 336.3, 308.4].map((it) => `probe ${it}`));
    expect(probes.slice(7)).toEqual([...Array(6).fill("probe 308.4"), "probe 336.3"]);
    expect(end.end).toBe("answered");
  });

  test("proves after each bad trial that the target has recovered, before it goes on", () => {
    const { said } = searched(rateSearch(), holdsUpTo(310));
    for (const [i, { point, good }] of said.entries()) {
      const next = said[i + 1];
      if (Object.values(good).includes(false) && next !== undefined)
        expect(next.point).toMatchObject({ purpose: "recovery", value: 50 });
      if (point.purpose === "recovery") expect(Object.values(said[i - 1]?.good ?? {})).toContain(false);
    }
  });

  test("ends when the target does not come back", () => {
    const { end, tried } = searched(rateSearch(), ({ value }, _, trial) => trial < 4 && value <= 200);
    expect(tried.slice(3)).toEqual(["probe 400", "recovery 50", "recovery 50", "recovery 50"]);
    expect(end).toMatchObject({ end: "not-recovered" });
    expect(end.text).toContain("did not come back: 3 trials at load.rate 50");
  });

  test("ends at its beginning when not even that holds, and at its end when that holds too", () => {
    const never = searched(rateSearch(), holdsUpTo(10));
    expect(never.tried).toEqual(["probe 50", "probe 50"]);
    const always = searched(rateSearch({ to: 300 }), holdsUpTo(1000));
    expect(always.tried).toEqual(["probe 50", "probe 100", "probe 200", ...Array(7).fill("probe 300")]);
    expect([never.end.end, always.end.end]).toEqual(["answered", "answered"]);
  });

  test("one bad trial of a load that holds is found out, and the search goes on upwards", () => {
    let hiccups = 0;
    const { said } = searched(rateSearch(), ({ value }) => (value === 200 && hiccups++ === 0 ? false : value <= 310));
    const { bounds, curve } = answerOf(triedFor("goal", said), rule);
    expect(bounds.lower?.value).toBeGreaterThan(300);
    expect(curve?.value).toBeGreaterThan(295);
    expect(curve?.value).toBeLessThan(320);
  });

  test("several goals share their trials", () => {
    const strict = { name: "strict", while: [] };
    const lax = { name: "lax", while: [] };
    const limits: Readonly<Record<string, number>> = { strict: 200, lax: 500 };
    const target: Target = ({ value }, goal) => value <= (limits[goal] ?? 0);
    const both = searched(rateSearch({ goals: [strict, lax] }), target);
    const apart = [strict, lax].map((it) => searched(rateSearch({ goals: [it] }), target).said.length);
    expect(both.said.length).toBeLessThan((apart[0] ?? 0) + (apart[1] ?? 0) - 3);
    for (const goal of ["strict", "lax"]) {
      const { lower, upper } = answerOf(triedFor(goal, both.said), rule).bounds;
      expect(lower?.value).toBeLessThanOrEqual(limits[goal] as number);
      expect(upper?.value).toBeGreaterThan(limits[goal] as number);
      expect((upper?.value ?? 0) / (lower?.value ?? 1)).toBeLessThan(1.021);
    }
  });

  test("a starved generator is no upper bound: the trial is made again, then the search ends with the advice", () => {
    const starved = { kind: "generator", text: "the load generator could not keep up" } as const;
    const spec = rateSearch({ width: 0.1 });
    const { end, tried, said } = searched(spec, ({ value }) => (value < 300 ? true : starved));
    expect(tried.slice(0, 6)).toEqual([50, 100, 200, 400, 400, 400].map((it) => `probe ${it}`));
    expect(tried.slice(6, 11)).toEqual([282.8, 336.3, 336.3, 336.3, 308.4].map((it) => `probe ${it}`));
    expect(end).toEqual({ kind: "stop", end: "generator", text: starved.text });
    const found = foundFor("goal", spec, told(said));
    expect(found).toMatchObject({ status: "at-least", value: 282.8, hardest: null, shortOf: starved.text });
    const never = searched(rateSearch(), () => starved);
    expect([never.tried.length, never.end.end]).toEqual([3, "generator"]);
    const once = searched(rateSearch({ width: 0.1 }), ({ value }, _, trial) => (trial === 2 ? starved : value <= 310));
    expect(once.end.end).toBe("answered");
    expect(once.tried.slice(0, 3)).toEqual(["probe 50", "probe 100", "probe 100"]);
  });

  test("a bad trial that was disturbed is made again after a proof of recovery, and is held against nobody", () => {
    const spec = rateSearch({ width: 0.1 });
    const { tried, said, end } = searched(spec, ({ value, purpose }, _, trial) =>
      trial === 3 || trial === 5 || (trial > 9 && purpose === "probe" && trial % 3 === 0) ? "disturbed" : value <= 310,
    );
    expect(tried.slice(2, 7)).toEqual(["probe 200", "recovery 50", "probe 200", "recovery 50", "probe 200"]);
    expect(said[4]?.point.why).toBe("again: a neighbour took the CPU");
    expect(end.end).toBe("answered");
    const { bounds } = foundFor("goal", spec, told(said)).answer;
    expect([bounds.lower?.value, bounds.upper?.value]).toEqual([308.4, 336.3]);
  });

  test("a search that something else spoils trial after trial ends, and tells what held until then", () => {
    const spec = rateSearch();
    const stalled = { kind: "stalled", text: "something kept it from its CPU" } as const;
    for (const spoiled of ["disturbed", stalled] as const) {
      const { said, end } = searched(spec, ({ value, purpose }) =>
        value > 150 && purpose === "probe" ? spoiled : value <= 310,
      );
      expect(end).toMatchObject({
        end: "disturbed",
        text: expect.stringContaining("5 trials at one load were spoiled"),
      });
      // What held before is proved, and told as an end.
      const found = foundFor("goal", spec, told(said));
      expect(found).toMatchObject({ status: "open", value: 100, easiest: 100, hardest: null });
      expect(foundInWords(found, [], spec)).toContain("at least 100/s");
    }
    const never = searched(spec, () => stalled);
    expect([never.tried.length, never.end.end, never.end.text]).toEqual([
      ...[5, "disturbed", "5 trials in a row were spoiled: in the last, something kept it from its CPU"],
    ]);
    const later = searched(spec, ({ value }) => (value === 282.8 ? "disturbed" : value <= 310));
    expect(later.end.end).toBe("disturbed");
    expect(foundFor("goal", spec, told(later.said))).toMatchObject({ status: "open", value: 200 });
  });

  test("gone on with, it tries again what was spoiled, though five trials in a row were", () => {
    const spec = rateSearch();
    const { said } = searched(spec, ({ value }) => (value < 150 ? true : "disturbed"));
    const known = { said, elapsedMs: 0, instances: 3 };
    expect(nextStep(spec, { ...known, earlier: 0 })).toMatchObject({ kind: "stop", end: "disturbed" });
    expect(nextStep(spec, { ...known, earlier: said.length })).toMatchObject({
      point: { purpose: "probe", value: 200 },
    });
  });

  test.prop([fc.double({ min: 0, max: 0.6, noNaN: true }), fc.integer({ min: 0, max: 1000 })])(
    "however many trials are disturbed, no load that holds becomes an upper bound, nor one that breaks a lower one",
    (share, seed) => {
      const random = seeded(seed, "neighbours");
      const spec = rateSearch({ width: 0.05 });
      const { said, end } = searched(spec, ({ value }) => (random() < share ? "disturbed" : value <= 310));
      const { lower, upper } = foundFor("goal", spec, told(said)).answer.bounds;
      expect(lower?.value ?? 0).toBeLessThanOrEqual(310);
      expect(upper?.value ?? 311).toBeGreaterThan(310);
      expect(["answered", "disturbed", "trials"]).toContain(end.end);
    },
  );

  test("comes down from an overload once, and more often when that does not hold", () => {
    const plain = searched(rateSearch(), holdsUpTo(310));
    const { lower, upper } = answerOf(triedFor("goal", plain.said), rule).bounds;
    const descents = plain.said.filter((it) => it.point.purpose === "descent").map((it) => it.point);
    expect(descents).toMatchObject([{ value: lower?.value, above: upper?.value }]);
    const remembers = searched(rateSearch(), ({ value, purpose }) => value <= 310 && purpose !== "descent");
    expect(remembers.tried.filter((it) => it.startsWith("descent"))).toHaveLength(2);
  });

  test("soaks at what it promises, once, and whatever comes of it", () => {
    const { said, end } = searched(
      rateSearch({ soakMs: 60_000 }),
      ({ value, purpose }) => value <= 310 && purpose !== "soak",
    );
    const soaks = said.filter((it) => it.point.purpose === "soak");
    expect(soaks).toHaveLength(1);
    expect(soaks[0]?.point.value).toBe(promised(rateSearch(), said));
    expect(end.end).toBe("answered");
  });

  test("headroom is searched from the answer downwards: what two of three instances bear", () => {
    const spec = rateSearch({ headroom: faults });
    const { said, tried } = searched(spec, ({ value, purpose }) => value <= (purpose === "headroom" ? 207 : 310));
    const steps = tried.filter((it) => it.startsWith("headroom"));
    const top = promised(spec, said) as number;
    expect(steps.slice(0, 2)).toEqual([`headroom ${top}`, `headroom ${Number((top / 1.5).toPrecision(4))}`]);
    const { lower, upper } = answerOf(triedFor(headroomGoal, said), rule).bounds;
    expect(lower?.value).toBeGreaterThan(202);
    expect(upper?.value).toBeLessThan(212);
    const enough = searched(spec, holdsUpTo(310));
    expect(enough.tried.filter((it) => it.startsWith("headroom"))).toEqual(Array(7).fill(`headroom ${top}`));
  });

  test("what has it harder downwards is searched downwards: the smallest memory limit that is survived", () => {
    const memory = { kind: "parameter", path: "targets.shop.limits.memory", unit: "bytes", harder: "down" } as const;
    const spec = rateSearch({ over: memory, from: 1024, to: 16 });
    const { said, tried } = searched(spec, ({ value }) => value >= 200);
    expect(tried.filter((it) => it.startsWith("probe")).slice(0, 5)).toEqual(
      [1024, 512, 256, 128, 181].map((it) => `probe ${it}`),
    );
    const { bounds, curve } = answerOf(triedFor("goal", said), ruleOf(spec));
    expect(bounds.lower?.value).toBeGreaterThanOrEqual(200);
    expect(bounds.upper?.value).toBeLessThan(200);
    expect(curve?.value).toBeCloseTo(bounds.lower?.value as number, 9);
  });

  test("whole numbers stay whole, and the last that holds is the answer, from either side", () => {
    const variable = { kind: "parameter", path: "targets.shop.env.POOL", unit: "count", integer: true } as const;
    const search = (harder: "up" | "down", from: number, holds: (value: number) => boolean) => {
      const spec = rateSearch({ over: { ...variable, harder }, from, to: harder === "down" ? 1 : null });
      const made = searched(spec, ({ value }) => holds(value));
      expect(made.end.end).toBe("answered");
      expect(made.said.every((it) => Number.isInteger(it.point.value))).toBe(true);
      const { status, value, easiest, hardest } = foundFor("goal", spec, told(made.said));
      return { status, value, easiest, hardest };
    };
    expect(search("down", 64, (it) => it >= 6)).toMatchObject({ status: "found", value: 6, easiest: 7, hardest: 6 });
    expect(search("up", 1, (it) => it <= 37)).toMatchObject({ status: "found", value: 37 });
    expect(search("down", 64, () => true)).toMatchObject({ status: "at-least", value: 1, easiest: 1, hardest: null });
    expect(search("up", 3, (it) => it < 3)).toMatchObject({ status: "not-even", value: null });
  });

  test("what held now and then at a load that breaks is not promised: the answer is the last lower bound", () => {
    let luck = 0;
    const spec = rateSearch({ exceed: 1 / 3, repeat: 3, width: 0.05 });
    const { said } = searched(spec, ({ value }) => (value > 320 && value < 330 ? luck++ === 0 : value <= 310));
    const { value, answer } = foundFor("goal", spec, told(said));
    expect([answer.curve?.slope, answer.bounds.upper?.good]).toEqual([Number.POSITIVE_INFINITY, 1]);
    expect(value).toBe(answer.bounds.lower?.value);
    expect(value).toBeLessThan(answer.bounds.upper?.value as number);
  });

  test("never makes more trials, nor begins one later, than it was allowed to", () => {
    const trials = searched(rateSearch({ trials: 9 }), holdsUpTo(310));
    expect([trials.said.length, trials.end.end]).toEqual([9, "trials"]);
    const time = searched(rateSearch({ withinMs: 60_000 }), holdsUpTo(310), { trialMs: 10_000 });
    expect([time.said.length, time.end.end]).toEqual([6, "time"]);
    expect(time.end.text).toContain("next would be a trial at load.rate");
  });

  test.prop([
    fc.integer({ min: 60, max: 5000 }),
    fc.double({ min: 0.002, max: 0.3, noNaN: true }),
    fc.constantFrom(0, 1 / 7, 0.5),
    fc.constantFrom(0.01, 0.02, 0.1),
    fc.integer({ min: 0, max: 1000 }),
  ])(
    "ends on any target that gets worse, and tells bounds no farther apart than asked",
    (middle, half, exceed, width, seed) => {
      const random = seeded(seed, "target");
      const { chance } = smooth(middle, half);
      const spec = rateSearch({ exceed, width, to: 20_000 });
      const { said, end } = searched(spec, ({ value }) => random() < chance(value));
      if (end.end === "not-recovered") return;
      expect(end.end).toBe("answered");
      const { lower, upper } = answerOf(triedFor("goal", said), ruleOf(spec)).bounds;
      if (lower !== null && upper !== null) expect(upper.value / lower.value).toBeLessThanOrEqual((1 + width) * 1.001);
    },
  );
});

describe("simulated searches", () => {
  test("come within 3 % of the rate that is good in 6 of 7 trials, in 95 of 100; their intervals hold it in 9 of 10", () => {
    const model = models.find((it) => it.half === 0.04) as Model;
    const tally = simulateSearches(model, 100);
    expect(missed(model, tally)).toBe(false);
    expect((tally.above + tally.below) / tally.searches).toBeLessThan(
      0.1 + 3 * Math.sqrt((0.1 * 0.9) / tally.searches),
    );
  });
});
