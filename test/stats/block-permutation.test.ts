/** Permutation of blocks: orders, and p-values that keep their level. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { blockPermutation, blockShuffler } from "../../reports/stats/block-permutation.ts";
import { mean } from "../../reports/stats/describe.ts";
import { OutOfDomain } from "../../reports/stats/errors.ts";
import { seeded } from "../../runner/shared/random.ts";
import { autoregressive } from "../support/autoregressive.ts";

const sizes = fc
  .integer({ min: 1, max: 60 })
  .chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 1, max: size })));

describe("a shuffled order", () => {
  test.prop([sizes, fc.nat()])("has every value once, and keeps blocks together", ([size, length], seed) => {
    const shuffle = blockShuffler(size, length, seeded(seed, "order"));
    shuffle();
    const order = [...shuffle()];
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
    const parted = order.slice(1).filter((it, i) => it !== ((order[i] as number) + 1) % size);
    expect(parted.length).toBeLessThan(Math.ceil(size / length));
  });

  test("begins its blocks anywhere", () => {
    const shuffle = blockShuffler(20, 5, seeded(1, "starts"));
    const starts = new Set(Array.from({ length: 200 }, () => shuffle()[0]));
    expect(starts.size).toBe(20);
  });
});

describe("the p-value", () => {
  const values = Array.from({ length: 20 }, (_, i) => (i < 10 ? 0 : 1));
  const laterHalf = (of: readonly number[]) => (order: ArrayLike<number>) =>
    Array.from({ length: 10 }, (_, i) => of[order[i + 10] as number] as number).reduce((a, b) => a + b, 0);
  const identity = Int32Array.from(values, (_, i) => i);
  const about = (of: readonly number[], blockLength: number, seed: number) => ({
    size: of.length,
    blockLength,
    observed: laterHalf(of)(identity),
    statistic: laterHalf(of),
    random: seeded(seed, "p"),
  });

  test("is never 0, and is the same for the same seed", () => {
    expect(blockPermutation(about(values, 1, 1))).toEqual({ p: 1 / 200, draws: 199 });
    expect(blockPermutation(about(values, 5, 9))).toEqual(blockPermutation(about(values, 5, 9)));
  });

  test("is 1 where every order is alike", () => {
    expect(blockPermutation(about(new Array<number>(20).fill(0.1), 1, 1)).p).toBe(1);
  });

  test("counts sums that differ in their last digits only", () => {
    const order = { ...about(values, 1, 1), observed: 0.3, statistic: () => 0.1 + 0.2 - 1e-16 };
    expect(blockPermutation(order).p).toBe(1);
  });

  test("an early end comes when the level is out of reach, and decides alike", () => {
    const random = seeded(2, "early");
    const level = 0.05;
    let early = 0;
    for (let i = 0; i < 100; i++) {
      const of = autoregressive(random, 20, 0);
      const whole = blockPermutation(about(of, 1, i));
      const ended = blockPermutation({ ...about(of, 1, i), enough: 10 });
      expect(ended.p <= level).toBe(whole.p <= level);
      if (ended.draws === 199) continue;
      early++;
      expect(ended.p).toBeCloseTo(10 / ended.draws, 12);
    }
    expect(early).toBeGreaterThan(75);
  });

  test("is below 5 % in 5 % of independent series, and of dependent ones nearly so only when blocks are long", () => {
    const series = 800;
    const tolerance = 3 * Math.sqrt((0.05 * 0.95) / series);
    const below = (carried: number, blockLength: number): number => {
      const random = seeded(4, `${carried} ${blockLength}`);
      let count = 0;
      for (let i = 0; i < series; i++) {
        const of = autoregressive(random, 60, carried);
        const later = (order: ArrayLike<number>) =>
          mean(Array.from({ length: 30 }, (_, j) => of[order[j] as number] as number));
        const { p } = blockPermutation({
          size: 60,
          blockLength,
          observed: later(Array.from({ length: 60 }, (_, j) => j)),
          statistic: later,
          random,
          draws: 99,
          enough: 5,
        });
        if (p <= 0.05) count++;
      }
      return count / series;
    };
    expect(Math.abs(below(0, 1) - 0.05)).toBeLessThan(tolerance);
    expect(below(0.6, 1)).toBeGreaterThan(0.15);
    expect(below(0.6, 10)).toBeLessThan(0.1);
  });

  test("a block longer than the series is refused", () => {
    expect(() => blockPermutation(about(values, 21, 1))).toThrow(OutOfDomain);
    expect(() => blockPermutation(about(values, 0, 1))).toThrow("from 1 to 20");
    expect(() => blockPermutation(about(values, 1.5, 1))).toThrow(OutOfDomain);
  });
});
