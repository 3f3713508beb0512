import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { blockOrder, timetable } from "../../runner/orchestrate/schedule.ts";
import type { FaultSpec, Phase } from "../../runner/record/scenario.ts";

const seeds = fc.integer({ min: 0, max: 2 ** 31 });

describe("the order of arms", () => {
  test.prop([seeds, fc.integer({ min: 1, max: 40 })])("has every arm once in every block", (seed, blocks) => {
    for (const block of blockOrder(["a", "b", "c"], blocks, seed)) expect([...block].sort()).toEqual(["a", "b", "c"]);
  });

  test.prop([seeds, fc.integer({ min: 1, max: 20 })])("puts each arm first equally often", (seed, rounds) => {
    const first = blockOrder(["baseline", "candidate"], rounds * 2, seed).map((it) => it[0]);
    expect(first.filter((it) => it === "baseline")).toHaveLength(rounds);
  });

  test.prop([seeds, fc.integer({ min: 1, max: 10 }), fc.integer({ min: 0, max: 10 })])(
    "goes on as planned when a run is made longer",
    (seed, blocks, more) => {
      expect(blockOrder(["a", "b"], blocks + more, seed).slice(0, blocks)).toEqual(
        blockOrder(["a", "b"], blocks, seed),
      );
    },
  );

  test("does not simply alternate", () => {
    const orders = new Set(
      Array.from({ length: 50 }, (_, seed) =>
        blockOrder(["a", "b"], 8, seed)
          .map((it) => it[0])
          .join(""),
      ),
    );
    expect(orders.size).toBeGreaterThan(10);
    expect([...orders].filter((it) => it === "abababab").length).toBeLessThan(2);
  });
});

describe("the timetable", () => {
  const phase = (name: string, durationMs: number, more: Partial<Phase> = {}): Phase => ({
    name,
    durationMs,
    warmup: false,
    load: null,
    faults: [],
    ...more,
  });
  const fault = (name: string, phaseName: string, atMs: number, forMs: number | null): FaultSpec => ({
    name,
    kind: "pause",
    target: "shop",
    phase: phaseName,
    atMs,
    forMs,
    recovered: null,
    options: {},
  });

  test("places phases one after the other and faults inside them", () => {
    const phases = [
      phase("warmup", 1000, { warmup: true }),
      phase("steady", 2000),
      phase("kill", 3000, { faults: ["dies", "slows"] }),
    ];
    const times = timetable(phases, [fault("dies", "kill", 500, null), fault("slows", "kill", 100, 1000)]);
    expect(times.lengthMs).toBe(6000);
    expect(times.phases.map((it) => [it.phase.name, it.start, it.end])).toEqual([
      ["warmup", 0, 1000],
      ["steady", 1000, 3000],
      ["kill", 3000, 6000],
    ]);
    expect(times.faults.map((it) => [it.fault.name, it.start, it.end, it.reference])).toEqual([
      ["slows", 3100, 4100, "steady"],
      ["dies", 3500, 6000, "steady"],
    ]);
  });

  test("measures slowness against the last calm phase before the fault, never against a warm-up", () => {
    const phases = [
      phase("warmup", 1000, { warmup: true }),
      phase("first", 1000, { faults: ["a"] }),
      phase("calm", 1000),
      phase("second", 1000, { faults: ["b"] }),
      phase("later", 1000),
    ];
    const times = timetable(phases, [fault("a", "first", 0, null), fault("b", "second", 0, null)]);
    expect(times.faults.map((it) => it.reference)).toEqual([null, "calm"]);
  });
});
