/** Whether there are the trials that were planned, under one kind of limits, in a whole record. */
import { expect, test } from "vitest";
import { validity } from "../../../reports/analyses/validity/validity.ts";
import { loadEvidence } from "../../../reports/evidence/load.ts";
import { check, checks, record } from "../../support/checked-record.ts";

const evidence = loadEvidence(record({ pairs: 3, effect: { p50: 1.5 } }));

test("a clean run has nothing but good checks, each with its numbers", () => {
  const all = validity(evidence);
  expect(all.filter((it) => it.status !== "ok")).toEqual([]);
  expect(all.map((it) => it.title)).toEqual(["Load", "Generator", "Faults", "Host", "Harness", "Trials"]);
  expect(check(all, "Faults")?.text).toBe("18 of 18 landed, 18 felt, 18 reverted");
  expect(check(all, "Harness")?.text).toContain("CPU 5.00");
});

test("failed and missing trials are told by arm", () => {
  const { status, text } =
    check(checks({ pairs: 3, outcomes: { 1: { outcome: "failed", reason: "crash loop" } } }), "Trials") ?? {};
  expect(status).toBe("warning");
  expect(text).toBe("2 of 3 planned trials came to their end; 1 of baseline failed");
  expect(check(checks({ pairs: 2, cutAfter: 1 }), "Run")?.text).toContain("interrupted");
});

test("a trial that the harness broke makes the run invalid, with its reason", () => {
  const outcomes = { 2: { outcome: "broken", reason: "load worker 0: killed" } } as const;
  expect(check(checks({ pairs: 3, outcomes }), "Trials")).toMatchObject({
    status: "invalid",
    text: "trial 2 (baseline) broke down, which says nothing of the arm: load worker 0: killed; 2 of 3 planned trials came to their end",
  });
  const all = { ...outcomes, 3: outcomes[2] };
  expect(check(checks({ pairs: 3, outcomes: all }), "Trials")?.text).toBe(
    "trial 2 (baseline), trial 3 (baseline) broke down, which says nothing of the arm: load worker 0: killed; 1 of 3 planned trials came to their end",
  );
});

test("trials that a look made needless are not missing, and the look is told", () => {
  const look = { v: 1, seq: 1, t: 1, type: "look", look: 1, blocks: 3, decision: "stop" } as const;
  const order = [...evidence.run.order, ...evidence.run.order];
  const looked = { ...evidence, run: { ...evidence.run, order }, events: [...evidence.events, look] };
  expect(check(validity(looked), "Trials")?.text).toBe(
    "6 of 6 planned trials came to their end; a look decided the run after 3 of 6 blocks",
  );
});

test("trials beyond the blocks first drawn were planned when the run was resumed", () => {
  const resumed = { ...evidence, run: { ...evidence.run, order: evidence.run.order.slice(0, 1) } };
  expect(check(validity(resumed), "Trials")?.text).toBe("6 of 6 planned trials came to their end");
});

test("trials of one arm under limits of different kinds make the run invalid", () => {
  const other = (text: string) => text.replace("cgroup-v1", "emulated");
  expect(check(checks({ pairs: 2 }, { "journal.ndjson": other }), "Limits")).toMatchObject({
    status: "invalid",
    text: "limits of db were enforced by emulated in trial 1, by cgroup-v1 in trial 2: trials under different limits are not comparable",
  });
});

test("arms that declare different limits may run under different kinds", () => {
  const [first, second] = evidence.trials;
  const none = (trial: typeof first) =>
    trial && {
      ...trial,
      events: trial.events.map((it) => (it.type === "target.ready" ? { ...it, confinement: "none" as const } : it)),
    };
  const trials = [first, none(second)].filter((it) => it !== undefined);
  const declared = (memory: number | null) => ({
    ...evidence.run.scenario,
    arms: evidence.run.scenario.arms.map((arm) => ({
      ...arm,
      targets: arm.targets.map((it) =>
        it.kind === "process" && arm.name === second?.arm ? { ...it, limits: { ...it.limits, memory } } : it,
      ),
    })),
  });
  const limits = (memory: number | null) =>
    check(validity({ ...evidence, trials, run: { ...evidence.run, scenario: declared(memory) } }), "Limits")?.status;
  expect(limits(null)).toBeUndefined();
  expect(limits(160 * 2 ** 20)).toBe("invalid");
});

test("damage of the record is told", () => {
  const all = checks({}, { "latency.ndjson": (text) => text.slice(0, -20) });
  expect(check(all, "Record")?.text).toContain("the last line is cut off");
});
