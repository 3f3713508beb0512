/** What ran on the machine and was not of the run: all that it used is left out, whatever processes did it. */
import { expect, test } from "vitest";
import { otherPrograms } from "../../reports/analyses/other-programs.ts";
import type { TrialEvidence } from "../../reports/evidence/evidence.ts";

const phase = { name: "steady", warmup: false, faults: [], start: 0, end: 10_000 };

/** Cores by counter, over the whole phase; the load used none. */
const trial = (cores: Readonly<Record<string, number>>) =>
  ({
    self: [],
    loadStart: 0,
    series: (metric: string) => {
      const of = cores[metric];
      const labels = { target: "shop", instance: "shop-1", pid: "4711" };
      return of === undefined ? [] : [{ labels, t: Float64Array.of(0, 10_000), x: Float64Array.of(0, of * 10_000) }];
    },
  }) as unknown as TrialEvidence;

test("processes that an instance started are none of the others", () => {
  const all = { "host.cpu": 1.5, "cpu.time": 0.1, "router.cpu": 0.2 };
  expect(otherPrograms(trial(all), [phase], 2)).toBeCloseTo(0.6, 9);
  expect(otherPrograms(trial({ ...all, "cpu.children": 1 }), [phase], 2)).toBeCloseTo(0.1, 9);
  expect(otherPrograms(trial({ "cpu.time": 1 }), [phase], 2)).toBeNull();
});
