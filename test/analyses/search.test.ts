/** A search from its record: what its trials said, what was found, and the judgement that a program and a planner read. */
import { describe, expect, test } from "vitest";
import { saidOf } from "../../reports/analyses/search/read.ts";
import { searchedIn } from "../../reports/analyses/search/report.ts";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { renderJson } from "../../reports/render/json.ts";
import { renderTerminal } from "../../reports/render/terminal.ts";
import { judge } from "../../reports/verdict/judge.ts";
import type { Judgement } from "../../reports/verdict/judgement.ts";
import { judgementSchema } from "../../reports/verdict/judgement.ts";
import type { TargetSpec } from "../../runner/record/scenario.ts";
import { plainSpaces } from "../../runner/shared/format.ts";
import { condition } from "../support/fake-scenario.ts";
import { type FakeSearch, fakeSearch, withHeadroom } from "../support/fake-search.ts";
import { scratch } from "../support/scratch.ts";

/** Fewer trials a load: what is asked here hangs on none of them. */
const quick = { width: 0.05, exceed: 1 / 3, repeat: 3 };

function judged(given: FakeSearch = {}) {
  using folder = scratch();
  const evidence = loadEvidence(fakeSearch(folder.dir, { ...given, search: { ...quick, ...given.search } }));
  return { evidence, judgement: judge(evidence), searched: searchedIn(evidence) };
}
let made: ReturnType<typeof judged> | null = null;
const usual = () => {
  made ??= judged();
  return made;
};

const gate = (min: number, more: object = {}) => ({ gates: [condition({ metric: "capacity.rate", min, ...more })] });
describe("the judgement of a search", () => {
  test("says what is borne, how sure, how often, and by what it breaks", () => {
    const { judgement } = usual();
    expect(judgement.verdict).toBe("pass");
    expect(plainSpaces(judgement.headline)).toMatch(
      /^\d{3}(\.\d)?\/s \(\d{3}(\.\d)?\/s to \d{3}(\.\d)?\/s\) with Response time p99 ≤ 250 ms and Error ratio ≤ 0\.1 % in 2 of 3 trials; breaks at \d{3}(\.\d)?\/s: Response time p99 \d+ ms \(≤ 250 ms\)\. The gate passes\.$/,
    );
    expect(judgement.search?.goals).toMatchObject([{ name: "goal", status: "found" }]);
    expect(judgementSchema.safeParse(JSON.parse(JSON.stringify(judgement))).error).toBeUndefined();
  });

  test("passes inside of the interval's easiest end, fails beyond its hardest, and is open between them", () => {
    const { evidence, judgement } = usual();
    const found = judgement.search?.goals[0]?.value ?? 0;
    const at = (min: number) =>
      judge(evidence, { conditions: { gates: [condition({ metric: "capacity.rate", min })], claims: [] } }).verdict;
    expect([at(found / 2), at(found), at(2 * found)]).toEqual(["pass", "inconclusive", "failed"]);
    const claims = [condition({ metric: "capacity.rate", min: 2 * found, source: "a talk" })];
    expect(judge(evidence, { conditions: { gates: [], claims } }).claims).toMatchObject([
      { claim: "refuted", source: "a talk" },
    ]);
  });

  test("without gates it passes when every goal has an answer, and fails when not even the beginning holds", () => {
    const none = { scenario: (it: Parameters<NonNullable<FakeSearch["scenario"]>>[0]) => ({ ...it, gates: [] }) };
    expect(judged(none).judgement.verdict).toBe("pass");
    const weak = judged({ ...none, capacity: () => 20 });
    expect(weak.judgement.verdict).toBe("failed");
    expect(plainSpaces(weak.judgement.headline)).toMatch(/^Not even 50\.0\/s holds with Response time p99 ≤ 250 ms/);
  });

  test("at the end of its range it says at least", () => {
    const { judgement } = judged({ search: { to: 200 }, scenario: (it) => ({ ...it, ...gate(250) }) });
    expect(plainSpaces(judgement.headline)).toContain("At least 200/s with");
    expect(judgement.gates).toMatchObject([{ verdict: "inconclusive", tags: ["at-least"] }]);
    expect(judgement.gates[0]?.wouldChange).toMatch(/^A search that goes on/);
  });

  test("an end that was not seen is never shown as a value: at least, below", () => {
    const shown = (judgement: Judgement) => {
      const [chart] = judgement.sections[0]?.charts ?? [];
      return {
        ...judgement.gates[0]?.candidate,
        row: plainSpaces(renderTerminal(judgement, { color: false }))
          .split("\n")[0]
          ?.trim(),
        answer: plainSpaces((chart?.kind === "chance" && chart.answer?.text) || ""),
        schema: judgementSchema.safeParse(JSON.parse(renderJson(judgement))).error,
      };
    };
    const atLeast = judged({ search: { to: 200 }, scenario: (it) => ({ ...it, ...gate(250) }) });
    expect(shown(atLeast.judgement)).toMatchObject({
      ...{ value: null, lower: 200, upper: null, answer: "at least 200/s", schema: undefined },
      row: "~ inconclusive  Capacity  at least 200/s  (not seen to break)  allowed ≥ 250/s",
    });
    const below = judged({ capacity: () => 20, scenario: (it) => ({ ...it, ...gate(50) }) });
    expect(shown(below.judgement)).toMatchObject({
      ...{ value: null, lower: null, upper: 50, answer: "", schema: undefined },
      row: "✗ failed  Capacity  below 50.0/s  (does not hold there)  allowed ≥ 50/s",
    });
    const early = judged({ search: { trials: 3 }, scenario: (it) => ({ ...it, ...gate(280) }) });
    expect(early.judgement.gates).toMatchObject([{ verdict: "inconclusive", candidate: null }]);
    expect(plainSpaces(early.judgement.headline)).toMatch(
      /^Nothing is decided with .*: the search ended before more was known, so far 200\/s held 1 of 1\. Capacity: What holds is not known yet/,
    );
  });

  test("where less is harder, the answer is an upper end, and a gate on it a maximum", () => {
    const over = { kind: "parameter", path: "targets.shop.env.POOL", unit: "count", harder: "down" } as const;
    const pool = (max: number) =>
      judged({
        search: { over: { ...over, integer: true }, from: 64, to: 1, soakMs: null },
        // The load stays at 50/s.
        capacity: ({ value }) => (value >= 6 ? 200 : 20),
        scenario: (it) => ({ ...it, gates: [condition({ metric: "capacity.value", max })] }),
      }).judgement;
    expect(pool(8)).toMatchObject({ verdict: "pass", gates: [{ where: over.path, candidate: { value: 6 } }] });
    expect(pool(2).verdict).toBe("failed");
    expect(pool(8).headline).toMatch(/^6 \(\d to \d\) with/);
    expect(pool(8).sections.map((it) => it.question)).toEqual(["How much is borne"]);
  });

  test("what the generator can still make is proved, and beyond it nothing is said of the target", () => {
    const busy = (least: number) =>
      judged({ cpu: ({ value }) => (value > 150 ? 0.95 : 0.3), scenario: (it) => ({ ...it, ...gate(least) }) });
    const { judgement, searched } = busy(100);
    expect(judgement.verdict).toBe("pass");
    expect(plainSpaces(judgement.headline)).toMatch(
      /^At least 14\d\/s with .*: the load generator could make no more\./,
    );
    expect(searched?.end?.end).toBe("generator");
    expect(searched?.found[0]?.answer.bounds.upper).toBeNull();
    expect(judgement.search?.trials.find((it) => it.value === 200)).toMatchObject({
      good: {},
      mute: expect.stringContaining("could not keep up"),
    });
    expect(judgement.search?.trials.map((it) => it.mute).join()).not.toContain("within their limits");
    const more = busy(250).judgement;
    expect(more.verdict).toBe("inconclusive");
    expect(more.gates[0]?.wouldChange).toContain("add a worker");
    expect(more.trust).toContainEqual(expect.objectContaining({ title: "Search", status: "warning" }));
  });

  test("a worker that gave up since it was at its limit could not make the load", () => {
    const beyond = ({ value }: { readonly value: number }) => value > 150;
    const { searched } = judged({ cpu: (it) => (beyond(it) ? 0.95 : 0.3), loses: beyond });
    expect(searched?.end).toMatchObject({ end: "generator", text: expect.stringContaining("k6 began fewer") });
    expect(searched?.found[0]).toMatchObject({
      status: "at-least",
      shortOf: expect.stringContaining("k6 began fewer"),
    });
    // One that had little to do may make it another time.
    expect(judged({ loses: beyond }).searched?.end).toMatchObject({ end: "disturbed" });
  });

  test("a generator that can't even make the beginning makes it invalid, with advice", () => {
    const { judgement } = judged({ cpu: () => 0.95 });
    expect(judgement.verdict).toBe("invalid");
    expect(judgement.trust).toContainEqual({
      ...{
        title: "Search",
        status: "invalid",
        text: expect.stringMatching(/^the load generator could not .*add a worker/),
      },
    });
  });

  const elsewhere = ({ name, ready, needs }: TargetSpec): TargetSpec => ({
    ...{ kind: "http", name, url: "http://127.0.0.1:8080", ready, needs },
  });
  const busyFrom = (rate: number, others: number, kind: "process" | "http" = "process") =>
    judged({
      noise: 0.004,
      search: { soakMs: null },
      waits: ({ value }) => (value > rate ? { waited: 0.5, others } : { waited: 0.02, others: 0.02 }),
      scenario: (it) => ({
        ...it,
        ...gate(250),
        arms: kind === "process" ? it.arms : it.arms.map((arm) => ({ ...arm, targets: arm.targets.map(elsewhere) })),
      }),
    });

  test("bad trials beside busy neighbours are no upper bound: the search ends inconclusive and can be gone on with", () => {
    const { evidence, judgement, searched } = busyFrom(290, 0.4);
    expect(judgement.verdict).toBe("inconclusive");
    expect(searched?.end).toMatchObject({
      end: "disturbed",
      text: expect.stringMatching(
        /5 trials at one load were spoiled.* an instance waited .* that it wanted a CPU, while programs that are not of this run/,
      ),
    });
    expect(searched?.found[0]?.answer.bounds.upper).toBeNull();
    expect(judgement.sections[0]?.notes.join(" ")).toContain("held against nobody");
    expect(judgement.trust).toContainEqual(expect.objectContaining({ title: "Neighbours", status: "warning" }));
    expect(judge(evidence).next).toContain("--resume 20261121T0912Z-k3f  # goes on where it ended, once the machine");
  });

  test("a target that keeps the machine busy by itself is judged as any other", () => {
    expect(busyFrom(290, 0.02).judgement).toMatchObject({ verdict: "pass", search: { end: "answered" } });
    // Somebody else's service is itself one of the other programs.
    expect(busyFrom(290, 0.4, "http").judgement).toMatchObject({ verdict: "pass", search: { end: "answered" } });
  });

  test("what holds beside busy neighbours holds all the more", () => {
    const { evidence, searched, judgement } = busyFrom(0, 0.4);
    expect(searched?.found[0]).toMatchObject({ status: "open", value: 200, easiest: 200, hardest: null });
    const at = (min: number) => ({ gates: [condition({ metric: "capacity.rate", min })], claims: [] });
    expect(judgement.verdict).toBe("inconclusive");
    expect(judge(evidence, { conditions: at(150) }).verdict).toBe("pass");
  });

  test("trials that a stalled generator spoiled are made again and spoil nothing else", () => {
    let trials = 0;
    const once = judged({
      noise: 0.004,
      scenario: (it) => ({ ...it, ...gate(100) }),
      lagMs: ({ why }) => (why === "whether it is a lower bound" && trials++ === 0 ? 80 : 0.6),
    });
    expect(once.judgement.verdict).toBe("pass");
    expect(once.judgement.trust.map((it) => it.status)).not.toContain("invalid");
    expect(once.judgement.sections[0]?.notes.join(" ")).toContain("1 trial said nothing of the target and is left out");
  });

  test("cut off, it is inconclusive and says how to go on", () => {
    const { judgement, evidence } = judged({ cutAfter: 6, scenario: (it) => ({ ...it, ...gate(280) }) });
    expect(judgement.verdict).toBe("inconclusive");
    expect(judge(evidence, { command: "npx shakedown" }).next).toMatch(
      /^npx shakedown run scenarios\/capacity\.yaml --resume 20261121T0912Z-k3f {2}#/,
    );
    const bounded = judged({ search: { trials: 8 } }).judgement;
    expect(bounded.next).toContain("--set search.trials=16");
    expect(bounded.reasons.join(" ")).toContain("all 8 trials are used up");
  });

  test("a load that breaks the soak does not pass its gate, though trials held", () => {
    const { judgement, searched } = judged({ capacity: ({ purpose }) => (purpose === "soak" ? 250 : 300) });
    expect(searched?.soak).toMatchObject({ windows: 6, good: 0, refuted: true });
    expect(judgement.gates).toMatchObject([{ verdict: "inconclusive" }]);
    expect(judgement.gates[0]?.because).toContain("0 of 6 windows of the soak were good");
  });

  test("trials that an abort rule ended are bad ones, no remark on the run and no point of the scalability law", () => {
    const aborted = judged({ aborts: ({ value }) => value > 350 });
    const trials = aborted.judgement.trust.find((it) => it.title === "Trials");
    expect(trials).toMatchObject({
      status: "ok",
      text: expect.stringMatching(/ended early under their load and are bad/),
    });
    const dots = aborted.searched?.law?.runs.length ?? 0;
    expect(dots).toBe(
      aborted.evidence.trials.filter((it) => it.outcome === "ok" && /probe|refine/.test(it.point?.purpose ?? ""))
        .length,
    );
  });

  const dropped = ["latency: dropped iterations: the virtual users were all busy"];

  test("a trial that breaks one condition is bad, though another of its conditions can't be measured", () => {
    const { judgement, searched } = judged({ lacks: ({ value }) => (value > 320 ? dropped : []) });
    expect(searched?.end?.end).toBe("answered");
    expect(judgement.verdict).toBe("pass");
    expect(judgement.search?.trials.find((it) => it.value === 400)).toMatchObject({
      good: { goal: false },
      broke: { goal: [expect.stringContaining("the backlog still grew")] },
      mute: null,
    });
  });

  test("a soak in which a condition can't be measured proves nothing", () => {
    const { searched } = judged({ lacks: ({ purpose }) => (purpose === "soak" ? dropped : []) });
    expect(searched?.soak).toBeNull();
    expect(searched?.end).toMatchObject({ end: "not-judged", text: expect.stringContaining("dropped iterations") });
  });

  test("hysteresis is told: a target that remembers its overload", () => {
    expect(usual().searched?.descent).toMatchObject({ hysteresis: false });
    const remembers = judged({ capacity: ({ purpose }) => (purpose === "descent" ? 100 : 300) });
    expect(remembers.searched?.descent).toMatchObject({ good: 0, hysteresis: true });
    expect(remembers.judgement.sections[0]?.notes.join(" ")).toContain("Hysteresis: coming down from an overload");
  });

  test("headroom is what holds while the fault strikes, and has a gate of its own", () => {
    const { judgement, searched } = judged({
      ...withHeadroom,
      capacity: ({ purpose }) => (purpose === "headroom" ? 200 : 300),
      scenario: (it) => ({
        ...withHeadroom.scenario(it),
        gates: [condition({ metric: "capacity.headroom", min: 150 })],
      }),
    });
    expect(searched?.headroom).toMatchObject({ status: "found" });
    expect(searched?.headroom?.value).toBeGreaterThan(190);
    expect(searched?.headroom?.value).toBeLessThan(205);
    expect(judgement.gates).toMatchObject([{ title: "Capacity under the fault", verdict: "pass" }]);
    expect(judgement.sections.map((it) => it.question)).toContain("How much is borne while one-dies strikes");
    expect(judgement.faults).toMatchObject([{ name: "one-dies", grade: "A" }]);
  });

  test("a fault that does not land proves nothing: its trial is mute", () => {
    const { judgement, searched } = judged({ ...withHeadroom, notLanded: true });
    expect(searched?.end).toMatchObject({ end: "not-judged", text: expect.stringContaining("one-dies did not land") });
    expect(judgement.search?.headroom?.value).toBeNull();
  });
});

describe("what a trial said", () => {
  test("a backlog that still grows is bad though every answer came in time", () => {
    const { evidence } = judged({
      search: { goals: [{ name: "goal", while: [condition({ metric: "latency.p50", max: 60_000 })] }], soakMs: null },
    });
    const bad = saidOf(evidence).find((it) => it.point.value === 400);
    expect(bad?.good).toEqual({ goal: false });
    expect(plainSpaces(bad?.broke.goal?.join() ?? "")).toMatch(/the backlog still grew at the end, by [\d.]+\/s/);
  });

  test("several goals are judged in the same trials", () => {
    const goals = [
      { name: "fast", while: [condition({ metric: "latency.p99", max: 60 })] },
      { name: "fair", while: [condition({ metric: "latency.p99", max: 1000 })] },
    ];
    const { judgement, searched } = judged({
      search: { goals, soakMs: null },
      scenario: (it) => ({ ...it, ...gate(250, { goal: "fair" }) }),
    });
    const [fast, fair] = searched?.found ?? [];
    expect(fast?.value ?? 0).toBeLessThan(fair?.value ?? 0);
    expect(judgement.gates).toMatchObject([{ where: "fair", verdict: "pass" }]);
    expect(judgementSchema.safeParse(JSON.parse(JSON.stringify(judgement))).error).toBeUndefined();
    expect(judgement.sections.map((it) => it.question).slice(0, 2)).toEqual([
      "How much is borne: fast",
      "How much is borne: fair",
    ]);
  });
});
