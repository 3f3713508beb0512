/** The scalability law of a search: of which trials, and how far it is told. */
import { expect, test } from "vitest";
import type { TrialSaid } from "../../reports/analyses/search/read.ts";
import { scalingLaw } from "../../reports/analyses/search/scaling-law.ts";
import type { Evidence, TrialEvidence } from "../../reports/evidence/evidence.ts";
import { throughputAt } from "../../reports/stats/scalability.ts";
import type { Axis } from "../../runner/record/search.ts";

/** Peaks at 18 in flight. */
const truth = { alpha: 0.03, beta: 0.003, gamma: 100 };

/** Two trials at each of these many in flight, nearly as the law has it. */
function searchedAt(inFlight: readonly number[], kind: Axis["kind"] = "rate", outcome: "ok" | "failed" = "ok") {
  const each = inFlight.flatMap((n) => [n * 0.99, n * 1.01]);
  const trials = each.map((n, i) => {
    const throughput = throughputAt(truth, n) * (1 + 0.001 * (i % 3));
    const requests = () => ({
      counts: { ok: throughput },
      service: { totalCount: 1, mean: (n / throughput) * 1e6 },
      durationMs: 1000,
    });
    const phases = [{ name: "steady", warmup: false, faults: [], start: 0, end: 1000 }];
    return { index: i + 1, outcome, phases, requests } as unknown as TrialEvidence;
  });
  const said = each.map((n, i) => ({ trial: i + 1, mute: null, point: { purpose: "probe", value: n } }));
  const run = { scenario: { search: { over: { kind } }, trials: { seed: 1 } } };
  return scalingLaw({ run, trials } as unknown as Evidence, said as unknown as readonly TrialSaid[]);
}

test("a peak is told when it was seen, or nearly, and never beyond twice what was in flight", () => {
  expect(searchedAt([2, 4, 8, 12, 20, 30])?.peak?.n).toBeCloseTo(18, 0);
  expect(searchedAt([2, 3, 4, 6, 8, 10])?.peak?.n).toBeCloseTo(18, 0);
  const short = searchedAt([1, 2, 3, 4, 5, 6]);
  expect(short?.betaInterval.lower).toBeGreaterThan(0);
  expect([short?.peak, Math.round(short?.farthest ?? 0)]).toEqual([null, 12]);
});

test("there is none where each value is another target, nor of trials that were cut off", () => {
  expect(searchedAt([2, 4, 8, 12, 20, 30], "parameter")).toBeNull();
  expect(searchedAt([2, 4, 8, 12, 20, 30], "rate", "failed")).toBeNull();
});
