/** E-divisive's candidates: Otava's own series, the definition by brute force, and what must hold for any series. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { blockPermutation } from "../../reports/stats/block-permutation.ts";
import { divergenceScan } from "../../reports/stats/e-divisive.ts";
import { OutOfDomain, TooFew } from "../../reports/stats/errors.ts";
import { seeded } from "../../runner/shared/random.ts";

/** Splits at the strongest candidate while ordinary permutations call it significant. */
function splits(values: readonly number[], minimum: number, from = 0): number[] {
  if (values.length < 2 * minimum) return [];
  const scan = divergenceScan(values, { minimum, widest: 0 });
  const { to, divergence } = scan();
  const { p } = blockPermutation({
    size: values.length,
    blockLength: 1,
    observed: divergence,
    statistic: (order) => scan(order).divergence,
    random: seeded(1, `split ${from}`),
    draws: 499,
  });
  if (p > 0.05) return [];
  return [...splits(values.slice(0, to), minimum, from), from + to, ...splits(values.slice(to), minimum, from + to)];
}

describe("Otava's series", () => {
  test("one step down, at the eleventh value", () => {
    const halved = [
      1.02, 0.95, 0.99, 1.0, 1.12, 1.0, 1.01, 0.98, 1.01, 0.96, 0.5, 0.51, 0.48, 0.48, 0.55, 0.5, 0.49, 0.51, 0.5, 0.49,
    ];
    expect(splits(halved, 5)).toEqual([10]);
    expect(splits(halved, 3)).toEqual([10]);
  });

  test("two steps up, with three values between them", () => {
    const steps = [0.3, 2.4, 1.5, -0.9, -0.5, 99.7, 98.3, 99.1, 149, 149.7, 149.5, 149.1, 148.8, 150];
    expect(splits(steps, 3)).toEqual([5, 8]);
  });
});

/** By the definition: m k / (m + k) (2 E|X-Y| - E|X-X'| - E|Y-Y'|) with sample means over pairs. */
function divergenceOf(values: readonly number[], from: number, to: number): number {
  const inside = values.slice(from, to);
  const outside = [...values.slice(0, from), ...values.slice(to)];
  const between = inside.flatMap((x) => outside.map((y) => Math.abs(x - y)));
  const within = (of: readonly number[]) => of.flatMap((x, i) => of.slice(i + 1).map((y) => Math.abs(x - y)));
  const average = (of: readonly number[]) => of.reduce((a, b) => a + b, 0) / of.length;
  const factor = (inside.length * outside.length) / values.length;
  return factor * (2 * average(between) - average(within(inside)) - average(within(outside)));
}

function strongestOf(values: readonly number[], minimum: number, widest: number): number {
  const n = values.length;
  const all: number[] = [];
  for (let to = minimum; to <= n - minimum; to++) {
    all.push(divergenceOf(values, 0, to));
    for (let from = Math.max(minimum, to - widest); from <= to - minimum; from++)
      all.push(divergenceOf(values, from, to));
  }
  return Math.max(...all);
}

const search = fc.record({ minimum: fc.integer({ min: 2, max: 4 }), widest: fc.integer({ min: 0, max: 12 }) });
const series = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 8, maxLength: 24 });

describe("the strongest stretch", () => {
  test.prop([series, search])("is that of the definition, over all that may be looked at", (values, how) => {
    const found = divergenceScan(values, how)();
    expect(found.divergence).toBeCloseTo(strongestOf(values, how.minimum, how.widest), 8);
    expect(divergenceOf(values, found.from, found.to)).toBeCloseTo(found.divergence, 8);
    expect(found.from === 0 || found.from >= how.minimum).toBe(true);
    expect(values.length - found.to).toBeGreaterThanOrEqual(how.minimum);
  });

  test.prop([series, search, fc.nat()])("of another order is that of the values in that order", (values, how, seed) => {
    const random = seeded(seed, "order");
    const order = values.map((_, i) => i).sort(() => random() - 0.5);
    const scan = divergenceScan(values, how);
    scan();
    const there = divergenceScan(
      order.map((i) => values[i] as number),
      how,
    )();
    expect(scan(Int32Array.from(order)).divergence).toBeCloseTo(there.divergence, 8);
  });

  test.prop([series, search, fc.constantFrom(-3, 0.5, 10), fc.integer({ min: -1e7, max: 1e7 })])(
    "scales with the unit, and heeds no offset",
    (values, how, factor, offset) => {
      const there = divergenceScan(values, how)().divergence;
      const moved = divergenceScan(
        values.map((it) => it * factor + offset),
        how,
      )().divergence;
      expect(moved).toBeCloseTo(Math.abs(factor) * there, 5);
    },
  );

  test.prop([series, search])("is as strong backwards", (values, how) => {
    const back = divergenceScan([...values].reverse(), how)().divergence;
    expect(back).toBeCloseTo(divergenceScan(values, how)().divergence, 8);
  });

  test("keeps its digits far from zero", () => {
    const values = Array.from({ length: 200 }, (_, i) => Math.sin(i * i) + (i < 90 ? 0 : 1));
    const how = { minimum: 5, widest: 20 };
    const far = divergenceScan(
      values.map((it) => it + 1e9),
      how,
    )();
    expect(far.divergence / divergenceScan(values, how)().divergence - 1).toBeCloseTo(0, 7);
  });

  test("is the stay at another level, not one of its ends", () => {
    const values = Array.from({ length: 60 }, (_, i) => (i >= 20 && i < 28 ? 3 : 0) + (i % 2) / 10);
    expect(divergenceScan(values, { minimum: 5, widest: 10 })()).toMatchObject({ from: 20, to: 28 });
    expect(divergenceScan(values, { minimum: 5, widest: 7 })()).not.toMatchObject({ from: 20, to: 28 });
  });

  test("too little and what is not finite is said", () => {
    expect(() => divergenceScan([1, 2, 3], { minimum: 2, widest: 0 })).toThrow(TooFew);
    expect(() => divergenceScan([1, 2, 3, 4], { minimum: 1, widest: 0 })).toThrow(OutOfDomain);
    expect(() => divergenceScan([1, 2, 3, Number.NaN], { minimum: 2, widest: 0 })).toThrow("finite");
  });
});
