/** The quantile-shift curve: one for each set of requests that gates compare, over the pairs of trials. */
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { scalarOf } from "../../reports/analyses/scalars.ts";
import { quantileShifts, type ShiftChart } from "../../reports/analyses/sections/quantile-shift.ts";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { assessGates } from "../../reports/verdict/findings/assess.ts";
import { fixedLevels } from "../../reports/verdict/inference/levels.ts";
import type { Condition, Scenario } from "../../runner/record/scenario.ts";
import { type FakeRecord, fakeRecord } from "../support/fake-record.ts";
import { condition, relative } from "../support/fake-scenario.ts";
import { scratch } from "../support/scratch.ts";

const tmp = scratch();
afterAll(() => tmp[Symbol.dispose]());

function shifts(given: FakeRecord, gates: readonly Condition[]): readonly ShiftChart[] {
  const evidence = loadEvidence(fakeRecord(join(tmp.dir, String(Math.random())), { faults: false, ...given }));
  return quantileShifts(evidence, assessGates(evidence, gates, scalarOf, fixedLevels(0.05, 0.01)));
}
const gate = (metric: string, given: Partial<Condition> = {}) =>
  condition({ metric, phase: "steady", margin: relative(0.1), ...given });
const at = (chart: ShiftChart | undefined, quantile: number) =>
  chart?.points.find((it) => it.quantile === quantile)?.change ?? { estimate: Number.NaN, lower: 0, upper: 0 };

describe("the quantile-shift curve", () => {
  test("is level where everything got slower alike", () => {
    const [chart] = shifts({ pairs: 4, effect: { p50: 1.5, tail: 1.5 } }, [gate("latency.p50")]);
    expect(chart).toMatchObject({ kind: "shift", arm: "candidate", versus: "baseline", pairs: 4 });
    expect(chart?.points.map((it) => it.quantile)).toEqual([0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999]);
    for (const q of [0.1, 0.5, 0.9]) {
      expect(at(chart, q).estimate).toBeGreaterThan(0.4);
      expect(at(chart, q).estimate).toBeLessThan(0.6);
      expect(at(chart, q).lower).toBeLessThan(at(chart, q).estimate);
      expect(at(chart, q).upper).toBeGreaterThan(at(chart, q).estimate);
    }
  });

  test("rises where only the tail got slower, which a gate on the median does not see", () => {
    const [chart] = shifts({ pairs: 4, effect: { tail: 3 } }, [gate("latency.p50")]);
    expect(Math.abs(at(chart, 0.5).estimate)).toBeLessThan(0.1);
    expect(at(chart, 0.999).lower).toBeGreaterThan(0.5);
  });

  test("says at which quantiles fewer than ten requests of a trial lie beyond", () => {
    const [chart] = shifts({ pairs: 2, rate: 100 }, [gate("latency.p50")]);
    expect(chart?.points.filter((it) => it.few).map((it) => it.quantile)).toEqual([0.01, 0.99, 0.999]);
  });

  test("is drawn once for gates on the same requests, and again for others", () => {
    const same = shifts({ pairs: 2 }, [gate("latency.p50"), gate("latency.p99")]);
    expect(same.map((it) => it.title)).toEqual(["Shift of every quantile · steady"]);
    const other = shifts({ pairs: 2 }, [
      gate("latency.p50"),
      gate("service.p50"),
      gate("latency.p50", { request: "browse" }),
    ]);
    expect(other.map((it) => it.title)).toEqual([
      "Shift of every quantile · steady",
      "Shift of every quantile of service time · steady",
      "Shift of every quantile · steady · browse",
    ]);
  });

  test("of all requests is that of the only one there is", () => {
    const alone = (scenario: Scenario): Scenario => ({
      ...scenario,
      arms: scenario.arms.map((it) => ({ ...it, load: { ...it.load, requests: it.load.requests.slice(0, 1) } })),
    });
    const gates = [gate("latency.p50"), gate("latency.p99", { request: "checkout" })];
    expect(shifts({ pairs: 2, scenario: alone }, gates)).toHaveLength(1);
    expect(shifts({ pairs: 2 }, gates)).toHaveLength(2);
  });

  test("is not drawn for a bound, nor from a single pair", () => {
    expect(shifts({ pairs: 2 }, [gate("latency.p50", { margin: null, versus: null, max: 100 })])).toEqual([]);
    expect(shifts({ pairs: 1 }, [gate("latency.p50")])).toEqual([]);
  });
});
