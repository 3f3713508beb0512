/** The nightly look: suspects, what is quiet, and what is not known yet. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { nightlyLook, type Suspicion } from "../../reports/history/guard.ts";
import { seeded } from "../../runner/shared/random.ts";
import { autoregressive } from "../support/autoregressive.ts";

const noise = (nights: number, label = "guard"): number[] => autoregressive(seeded(1, label), nights, 0);
const suspicions = (segment: readonly number[]): readonly Suspicion[] => {
  const look = nightlyLook(segment);
  return look.state === "suspect" ? look.suspicions : [];
};
const by = (reason: Suspicion["reason"], segment: readonly number[]): Suspicion | undefined =>
  suspicions(segment).find((it) => it.reason === reason);

describe("tonight", () => {
  test("is quiet within what the segment predicts", () => {
    expect(nightlyLook([...noise(30), 0.5])).toEqual({ state: "quiet" });
  });

  test("is suspect beyond it, with the value and its interval", () => {
    const higher = by("beyond", [...noise(30), 5]) as Suspicion;
    expect(higher).toMatchObject({ direction: "higher", value: 5, nights: 1 });
    expect(higher.upper).toBeLessThan(5);
    expect(higher.upper).toBeGreaterThan(2);
    expect(by("beyond", [...noise(30), -5])).toMatchObject({ direction: "lower", value: -5 });
  });

  test("is one of the nights in a row that lay beyond, held against those before", () => {
    expect(by("beyond", [...noise(20), 5, 6, 5])).toMatchObject({ nights: 3 });
    expect(by("beyond", [...noise(20), 5, 0, 5])).toMatchObject({ nights: 1 });
    // Six nights are held against those before the last five: a level of its own by now, but suspect all the same.
    expect(by("beyond", [...noise(40), 9, 9, 9, 9, 9, 9])?.nights).toBe(5);
  });

  test("is not known with fewer than eight nights before it: that is not quiet", () => {
    expect(nightlyLook([])).toEqual({ state: "unknown", have: 0, need: 8 });
    expect(nightlyLook([...noise(7), 99])).toEqual({ state: "unknown", have: 7, need: 8 });
    expect(nightlyLook([...noise(8), 99])).toMatchObject({ state: "suspect" });
  });

  test("off nights that were all equal is suspect, equal to them is quiet", () => {
    expect(nightlyLook([...new Array<number>(9).fill(4), 4])).toEqual({ state: "quiet" });
    expect(nightlyLook([...new Array<number>(9).fill(4), 5])).toMatchObject({ state: "suspect" });
  });

  test("is refused when it is no number", () => {
    expect(() => nightlyLook([...noise(9), Number.NaN])).toThrow("finite");
  });
});

describe("a creep", () => {
  test("that no night shows is suspect by the moving average", () => {
    const creeping = noise(60, "a").map((it, i) => it + (i < 30 ? 0 : 0.06 * (i - 30)));
    expect(by("beyond", creeping)).toBeUndefined();
    expect(by("creep", creeping)).toMatchObject({ direction: "higher" });
    expect(
      by(
        "creep",
        creeping.map((it) => -it),
      ),
    ).toMatchObject({ direction: "lower" });
    expect(by("creep", creeping)?.nights).toBeGreaterThanOrEqual(2);
  });

  test.each([10, 14, 30, 60])(
    "since the first of %d nights is suspect, though no night before it is a level to be held against",
    (nights) => {
      const drifting = noise(nights, "drift").map((it, i) => 3 * i + it);
      expect(by("creep", drifting)).toMatchObject({ direction: "higher", nights: nights / 2 });
      expect(
        by(
          "creep",
          drifting.map((it) => -it),
        ),
      ).toMatchObject({ direction: "lower" });
    },
  );

  // The mean of a value that binary fractions do not hold differs from it in the last digit.
  test.each([0.1, Math.log(38), 163.02])("is none where all nights were %d", (value) => {
    for (let nights = 9; nights < 40; nights++)
      expect(nightlyLook(new Array<number>(nights).fill(value))).toEqual({ state: "quiet" });
  });

  test("is judged more widely where nights depend on each other", () => {
    const width = (carried: number): number => {
      const segment = autoregressive(seeded(2, "dependent"), 80, carried).map((it, i) => it + (i < 40 ? 0 : 9));
      const it = by("creep", segment) as Suspicion;
      return it.upper - it.lower;
    };
    expect(width(0.7)).toBeGreaterThan(1.5 * width(0));
  });
});

test("a single look at independent nights is suspect in about one of a hundred, by the average in fewer", () => {
  const random = seeded(3, "looks");
  const series = 4000;
  let beyond = 0;
  let creep = 0;
  let dependent = 0;
  for (let i = 0; i < series; i++) {
    const told = suspicions(autoregressive(random, 25, 0));
    if (told.some((it) => it.reason === "beyond")) beyond++;
    if (told.some((it) => it.reason === "creep")) creep++;
    if (by("creep", autoregressive(random, 25, 0.6)) !== undefined) dependent++;
  }
  expect(beyond / series).toBeLessThan(0.015);
  expect(beyond / series).toBeGreaterThan(0.006);
  // Limits at three standard deviations let 0.27 % through; the autocorrelation is estimated from twelve nights.
  expect(creep / series).toBeLessThan(0.005);
  expect(dependent / series).toBeLessThan(0.034);
});

test.prop([fc.nat(), fc.integer({ min: 9, max: 60 }), fc.constantFrom(0.5, 16), fc.integer({ min: -64, max: 64 })])(
  "a change of unit or offset makes no suspect",
  (seed, nights, factor, offset) => {
    const segment = autoregressive(seeded(seed, "any"), nights, 0.3).map((it) => Math.round(it * 64) / 64);
    const there = suspicions(segment).map((it) => [it.reason, it.direction, it.nights]);
    const moved = suspicions(segment.map((it) => it * factor + offset)).map((it) => [
      it.reason,
      it.direction,
      it.nights,
    ]);
    expect(moved).toEqual(there);
  },
);
