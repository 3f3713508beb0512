/** Change points: what is found, what is left out, and that accepted ones stay. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { changePoints, type DetectOptions } from "../../reports/history/detect.ts";
import { nightsInARow, shiftBetween, spreadAround } from "../../reports/history/shift.ts";
import { OutOfDomain } from "../../reports/stats/errors.ts";
import { seeded } from "../../runner/shared/random.ts";
import { autoregressive } from "../support/autoregressive.ts";

const noise = (label: string, nights: number): number[] => autoregressive(seeded(1, label), nights, 0);
const options: DetectOptions = { seed: 1, marginRelative: null };
const indexes = (values: readonly number[], accepted: readonly number[] = [], given = options): number[] =>
  changePoints(values, accepted, given).map((it) => it.index);

describe("a level that moved", () => {
  test("is found in Otava's twenty values, halved at the eleventh", () => {
    const [change, ...more] = changePoints(
      [
        1.02, 0.95, 0.99, 1.0, 1.12, 1.0, 1.01, 0.98, 1.01, 0.96, 0.5, 0.51, 0.48, 0.48, 0.55, 0.5, 0.49, 0.51, 0.5,
        0.49,
      ],
      [],
      options,
    );
    expect(more).toEqual([]);
    expect(change).toMatchObject({ index: 10, indexInterval: { first: 10, last: 10 }, persisted: 10, blockLength: 5 });
    expect(change?.shift.difference).toBeCloseTo(-0.5, 1);
    expect(change?.shift.ratio).toBeCloseTo(-0.5, 1);
    expect(change?.shift.deviations).toBeLessThan(-9);
    expect(change?.p).toBeLessThan(0.01);
  });

  test("is found five nights after a step, in a history of thirty", () => {
    const values = noise("young", 30).map((it, i) => it + (i < 25 ? 0 : 6));
    expect(indexes(values)).toEqual([25]);
    expect(indexes(values.slice(0, 27))).toEqual([]);
  });

  test("and came back is two changes", () => {
    const values = noise("stay", 90).map((it, i) => it + (i >= 40 && i < 52 ? 4 : 0));
    const points = changePoints(values, [], options);
    expect(points.map((it) => it.index)).toEqual([40, 52]);
    expect(points.map((it) => Math.sign(it.shift.difference))).toEqual([1, -1]);
  });

  test("several times is found each time", () => {
    const values = noise("steps", 120).map((it, i) => it + 4 * Math.floor(i / 30));
    expect(indexes(values)).toEqual([30, 60, 90]);
  });

  test("without any noise is found, and has no size in standard deviations", () => {
    const values = Array.from({ length: 30 }, (_, i) => (i < 25 ? 100 : 103));
    const [change] = changePoints(values, [], options);
    expect(change).toMatchObject({ index: 25, shift: { difference: 3, deviations: null }, persisted: 5 });
    expect(change?.shift.ratio).toBeCloseTo(0.03, 12);
  });

  test("is found over larger blocks where nights depend on each other", () => {
    const values = autoregressive(seeded(1, "dependent"), 120, 0.7).map((it, i) => it + (i < 60 ? 0 : 6));
    const [change] = changePoints(values, [], options);
    expect(Math.abs((change?.index ?? 0) - 60)).toBeLessThanOrEqual(2);
    expect(change?.blockLength).toBe(10);
  });

  test("has no ratio where a value is not positive", () => {
    const [change] = changePoints(
      noise("signs", 40).map((it, i) => it + (i < 20 ? 0 : 6)),
      [],
      options,
    );
    expect(change?.shift.ratio).toBeNull();
  });
});

describe("what is left out", () => {
  const shifted = (by: number) => noise("margin", 100).map((it, i) => 100 + 0.5 * it + (i < 60 ? 0 : by));

  test("a shift below half the margin", () => {
    expect(indexes(shifted(3))).toEqual([60]);
    expect(indexes(shifted(3), [], { seed: 1, marginRelative: 0.05 })).toEqual([60]);
    expect(indexes(shifted(3), [], { seed: 1, marginRelative: 0.07 })).toEqual([]);
    expect(indexes(shifted(-3), [], { seed: 1, marginRelative: 0.07 })).toEqual([]);
  });

  test("a shift within one standard deviation of the nights, however sure", () => {
    const wide = noise("small", 400).map((it, i) => it + (i < 200 ? 0 : 0.8));
    expect(indexes(wide)).toEqual([]);
    expect(indexes(wide.map((it, i) => it + (i < 200 ? 0 : 0.8))).length).toBe(1);
  });

  test("the smaller of two shifts, so that what is left is one of both", () => {
    const values = noise("e", 360).map((it, i) => it + (i < 120 ? 0 : i < 240 ? 0.6 : 1.5));
    const [change, ...more] = changePoints(values, [], options);
    expect(more).toEqual([]);
    expect(change?.index).toBe(240);
    expect(change?.shift.deviations).toBeGreaterThan(1);
  });

  test("nights that swing to and fro: no three in a row held the new level", () => {
    const swinging = noise("swing", 80).map((it, i) => it + (i < 60 ? 0 : i % 3 === 0 ? 0 : 9));
    expect(indexes(swinging)).toEqual([]);
    expect(indexes(noise("swing", 80).map((it, i) => it + (i < 60 ? 0 : i % 4 === 3 ? 0 : 9)))).toEqual([60]);
  });

  test("single wild nights", () => {
    expect(indexes(noise("wild", 100).map((it, i) => it + (i % 23 === 5 ? 15 : 0)))).toEqual([]);
  });

  test("too short a history, a constant one, and an empty one", () => {
    expect(indexes([])).toEqual([]);
    expect(indexes([0, 0, 0, 0, 9, 9, 9, 9, 9])).toEqual([]);
    expect(indexes(new Array<number>(50).fill(3))).toEqual([]);
  });
});

describe("accepted change points", () => {
  const values = noise("borders", 90).map((it, i) => it + (i < 30 ? 0 : i < 60 ? 5 : 1));

  test("are borders: they are not told again, and none is found beside them", () => {
    expect(indexes(values)).toEqual([30, 60]);
    expect(indexes(values, [30])).toEqual([60]);
    expect(indexes(values, [30, 60])).toEqual([]);
    expect(indexes(values, [32]).every((it) => it >= 37 || it <= 27)).toBe(true);
  });

  test.prop([fc.nat(), fc.array(fc.integer({ min: -30, max: 30 }), { maxLength: 20 })], { numRuns: 15 })(
    "nights appended later change nothing before the last of them",
    (seed, appended) => {
      const random = seeded(seed, "appended");
      const long = autoregressive(random, 80, 0).map((it, i) => it + ([0, 2, 5, 5][Math.floor(i / 20)] as number));
      const accepted = [20, 40];
      const before = changePoints(long, accepted, options).filter((it) => it.index < 40);
      const after = changePoints([...long, ...appended], accepted, options).filter((it) => it.index < 40);
      expect(after).toEqual(before);
    },
  );

  test("out of order or range are refused", () => {
    expect(() => indexes(values, [60, 30])).toThrow(OutOfDomain);
    expect(() => indexes(values, [0])).toThrow("ascend within 1 to 89");
    expect(() => indexes(values, [90])).toThrow(OutOfDomain);
    expect(() => indexes(values, [30.5])).toThrow(OutOfDomain);
    expect(() => indexes([1, Number.NaN])).toThrow("finite");
  });
});

describe("whatever the series", () => {
  const series = fc
    .tuple(fc.nat(), fc.integer({ min: 15, max: 70 }), fc.integer({ min: 0, max: 6 }))
    .map(([seed, nights, step]) =>
      autoregressive(seeded(seed, "any"), nights, 0.2).map((it, i) => it + (i < nights / 2 ? 0 : step)),
    );

  test.prop([series], { numRuns: 20 })("the same seed gives the same answer", (values) => {
    expect(changePoints(values, [], options)).toEqual(changePoints([...values], [], options));
  });

  test.prop([series, fc.constantFrom(0.25, 8), fc.constantFrom(1, -1)], { numRuns: 20 })(
    "a change of unit or of sign moves no change point",
    (values, factor, sign) => {
      expect(indexes(values.map((it) => it * factor * sign))).toEqual(indexes(values));
    },
  );

  test.prop([series], { numRuns: 20 })(
    "segments have five nights, intervals hold their change, p is within the level",
    (values) => {
      const points = changePoints(values, [], options);
      const borders = [0, ...points.map((it) => it.index), values.length];
      for (const [i, end] of borders.slice(1).entries()) expect(end - (borders[i] as number)).toBeGreaterThanOrEqual(5);
      for (const { index, indexInterval, p, persisted } of points) {
        expect(indexInterval.first).toBeLessThanOrEqual(index);
        expect(indexInterval.last).toBeGreaterThanOrEqual(index);
        expect(p).toBeGreaterThanOrEqual(1 / 240);
        expect(p).toBeLessThanOrEqual(0.05 + 1e-12);
        expect(persisted).toBeGreaterThanOrEqual(3);
      }
    },
  );
});

describe("the shift", () => {
  test("is that of the middle of all differences: one wild night does not turn it", () => {
    const shift = shiftBetween([10, 10, 10, 10, 10], [11, 11, 11, 11, 99], 2);
    expect(shift).toMatchObject({ difference: 1, deviations: 0.5 });
    expect(shift.ratio).toBeCloseTo(0.1, 12);
  });

  test("is held against the spread within segments, not between them", () => {
    expect(spreadAround([1, 2, 3, 101, 102, 103], [0, 3, 6])).toBeCloseTo(1, 12);
    expect(spreadAround([1, 2, 3, 101, 102, 103], [0, 6])).toBeGreaterThan(50);
  });

  test("holds for the nights in a row that are nearer to the new level", () => {
    const before = [0, 0, 0, 0, 0];
    expect(nightsInARow(before, [10, 4, 10, 10, 10, 4], 10)).toBe(3);
    expect(nightsInARow(before, [-10, -10, 10], -10)).toBe(2);
    expect(nightsInARow(before, [1, 1], 10)).toBe(0);
  });
});
