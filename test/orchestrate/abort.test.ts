import { expect, test } from "vitest";
import { boundInWords, brokenInWords, watchAbort } from "../../runner/orchestrate/abort.ts";
import { liveMetrics } from "../../runner/record/metrics.ts";
import type { Outcome } from "../../runner/record/outcomes.ts";

const rule = { metric: "errors.ratio", max: 0.5, min: null, forMs: 3_000 };
const load = (state: { due: number; counts: Partial<Record<Outcome, number>> }) => ({
  recent: (ms: number) => ({ heardMs: ms, ...state, p50: 5, p99: 20 }),
});

test("a bound must be broken for its whole time, without a pause, before a trial is aborted", () => {
  const state = { due: 100, counts: { ok: 10, reset: 90 } as Partial<Record<Outcome, number>> };
  const watch = watchAbort([rule], load(state), 1_000);
  expect(watch.look(0)).toBeNull();
  expect(watch.look(2_900)).toBeNull();
  state.counts = { ok: 90, reset: 10 };
  expect(watch.look(3_000)).toBeNull();
  state.counts = { ok: 10, reset: 90 };
  expect(watch.look(3_100)).toBeNull();
  expect(watch.look(6_000)).toBeNull();
  expect(watch.look(6_100)).toEqual({ rule, value: 0.9, limit: 0.5 });
});

test("a load that has not said anything yet breaks no bound on ratios", () => {
  expect(watchAbort([{ ...rule, forMs: 0 }], load({ due: 0, counts: {} }), 1_000).look(0)).toBeNull();
});

test("a request that is still in flight is no error", () => {
  expect(watchAbort([{ ...rule, forMs: 0 }], load({ due: 100, counts: { ok: 2 } }), 1_000).look(0)).toBeNull();
});

test("every metric that validation lets into an abort rule can be read from the live load", () => {
  for (const metric of liveMetrics) {
    const watch = watchAbort(
      [{ metric, max: -1, min: null, forMs: 0 }],
      load({ due: 10, counts: { ok: 5, dropped: 1 } }),
      1_000,
    );
    expect(watch.brokenNow(), metric).not.toBeNull();
  }
});

test("a broken rule is told with its bound, how long it was broken, and the value at last", () => {
  expect(brokenInWords({ rule, value: 0.9, limit: 0.5 })).toBe("errors.ratio was above 50 % for 3 s, at last 90.0 %");
  const low = { metric: "throughput", max: null, min: 10 };
  expect(boundInWords(low, "is")).toBe("throughput is below 10/s");
});
