/** What a k6 script measured itself: every kind of statistic, over phases, workers and buckets of any width. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { Measurement } from "../../reports/analyses/measure.ts";
import { scriptMeasured } from "../../reports/analyses/script.ts";
import { measuredOf } from "../../reports/evidence/measured.ts";
import { shareOf, single } from "../../runner/engines/k6/samples/measured.ts";
import type { MeasuredLine, ValueBuckets } from "../../runner/record/load-lines.ts";
import { addTo, emptySum, quantileOf } from "../../runner/record/value-buckets.ts";
import { condition } from "../support/fake-scenario.ts";

const line = (metric: string, values: readonly number[], phase = "steady"): MeasuredLine => {
  const sum = emptySum();
  for (const it of values) addTo(sum, single(it));
  return { type: "measured", phase, t: 0, metric, ...sum };
};
const read = (lines: readonly MeasuredLine[], metric: string, lacks: Record<string, string> = {}) =>
  scriptMeasured({
    trial: { measured: measuredOf(lines), declaration: { lacks } },
    condition: condition({ metric }),
    phases: [{ name: "steady", warmup: false, faults: [], start: 0, end: 4000 }],
  } as unknown as Measurement);
const number = (...given: Parameters<typeof read>): number => {
  const it = read(...given);
  return it.kind === "value" ? it.value : Number.NaN;
};

describe("a statistic", () => {
  test("of single values, and only of the phase that is asked", () => {
    const lines = [line("cart", [100, 200, 300]), line("cart", [400]), line("cart", [9999], "warmup")];
    expect(number(lines, "k6.cart.avg")).toBe(250);
    expect(number(lines, "k6.cart.max") / 400).toBeCloseTo(1, 2);
    expect(number(lines, "k6.cart.p50") / 200).toBeCloseTo(1, 2);
    expect(number(lines, "k6.cart.count")).toBe(1000);
    expect(number(lines, "k6.cart.per-second")).toBe(250);
    expect(number([line("gifts", [1, 0, 0, 0])], "k6.gifts.rate")).toBe(0.25);
    expect(number([line("level", [5, 7])], "k6.level.value")).toBe(7);
  });
  test("of what came by remote write: seconds become ms, totals counts, and shares weigh as many iterations", () => {
    expect(number([line("cart_seconds", [0.25])], "k6.cart.p95") / 250).toBeCloseTo(1, 2);
    expect(number([{ ...line("items_total", []), sum: 12 }], "k6.items.per-second")).toBe(3);
    const rates = [shareOf(0.5, 30), shareOf(1, 10)].map((it): MeasuredLine => ({ ...line("checks_rate", []), ...it }));
    expect(number(rates, "k6.checks.rate")).toBeCloseTo(25 / 40, 12);
  });
  test("of what was not measured, or could not be told, is absent with the reason", () => {
    expect(read([line("cart", [1])], "k6.car.p95")).toMatchObject({
      kind: "absent",
      reason: "the script measured nothing named car that has the stat p95 in steady",
    });
    expect(read([{ ...line("items_total", []), sum: 12 }], "k6.items.rate").kind).toBe("absent");
    const lacks = { "k6.gifts": "shares that can't be added up" };
    expect(read([line("gifts", [1])], "k6.gifts.rate", lacks)).toEqual({ kind: "absent", reason: lacks["k6.gifts"] });
  });
});

const anyNumber = fc.oneof(
  fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
  fc.double({ min: -1e9, max: -1e-6, noNaN: true }),
  fc.constant(0),
);

test.prop([fc.array(anyNumber, { minLength: 1, maxLength: 50 }), fc.double({ min: 0, max: 1, noNaN: true })])(
  "a quantile is off by the width of a bucket at most",
  (values, q) => {
    const { values: buckets } = line("any", values);
    const sorted = values.map((it) => (it === 0 ? 0 : it)).sort((a, b) => a - b);
    const exact = sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)] as number;
    const told = quantileOf(buckets as ValueBuckets, q) as number;
    expect(Math.abs(told - exact)).toBeLessThanOrEqual(Math.abs(exact) * 0.00272);
  },
);
