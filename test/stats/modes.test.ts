/** Two modes in a small sample: how often chance makes them, how often they are found, and what must not change the answer. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { OutOfDomain } from "../../reports/stats/errors.ts";
import { twoModes } from "../../reports/stats/modes.ts";
import { seeded } from "../../runner/shared/random.ts";
import { gauss } from "../support/fake-trial.ts";

/** Share of samples of n values in which two modes are seen. */
function alarms(n: number, samples: number, draw: (random: () => number) => number, resolution = 0): number {
  const random = seeded(12, `modes ${n}`);
  let seen = 0;
  for (let i = 0; i < samples; i++) {
    const sample = Array.from({ length: n }, () => draw(random));
    if (twoModes(sample, resolution) !== null) seen++;
  }
  return seen / samples;
}
const atMost = (share: number, samples: number): number => share + 3 * Math.sqrt((share * (1 - share)) / samples);

describe("samples with one mode", () => {
  test.each([5, 6, 7, 8, 9, 10, 11, 13, 15, 16, 18, 20, 21, 22, 23, 30, 50])(
    "%i normal values show two in at most 1 %%",
    (n) => {
      expect(alarms(n, 3000, gauss)).toBeLessThan(atMost(0.01, 3000));
    },
  );

  test.each([5, 6, 8, 10, 15, 20])(
    "%i normal values do so in about 1 %%: the criterion is no stricter than it says",
    (n) => {
      expect(alarms(n, 3000, gauss)).toBeGreaterThan(0.004);
    },
  );

  test.each([5, 10, 20, 22, 50])("%i flat or exponential values in at most 6.5 %%", (n) => {
    expect(alarms(n, 2000, (random) => random())).toBeLessThan(atMost(0.065, 2000));
    expect(alarms(n, 2000, (random) => -Math.log(1 - random()))).toBeLessThan(atMost(0.065, 2000));
  });

  test.each([0.25, 1, 4])("values in steps of %d standard deviations are not two modes for their steps", (step) => {
    for (const n of [5, 12, 30]) {
      const stepped = (random: () => number): number => step * Math.round(gauss(random) / step + 0.4);
      expect(alarms(n, 1000, stepped, step)).toBeLessThan(atMost(0.01, 1000));
    }
  });

  test("an outlier is no mode", () => {
    expect(twoModes([10, 11, 12, 10.5, 11.5, 11.2, 900])).toBeNull();
    expect(twoModes([10, 11, 12, 10.5, 11.5, 11.2, 10.8, 11.1, 10.3, 10.7, 900, 901])).toBeNull();
  });
});

describe("samples with two modes", () => {
  test("are described by their centers and the share of the high one", () => {
    expect(twoModes([5.1, 1, 1.2, 4.9, 1.1, 5, 0.9, 1])).toEqual({ low: 1, high: 5, shareHigh: 3 / 8 });
    expect(twoModes([1, 1, 5, 5, 5])).toEqual({ low: 1, high: 5, shareHigh: 0.6 });
  });

  test.each([
    [6, 10, 0.4],
    [8, 10, 0.8],
    [10, 10, 0.93],
    [10, 6, 0.4],
    [20, 6, 0.85],
  ])("%i values with modes %d standard deviations apart show them in more than %d of samples", (n, apart, share) => {
    expect(alarms(n, 1000, (random) => gauss(random) + (random() < 0.5 ? apart : 0))).toBeGreaterThan(share);
  });

  const halves = fc.record({
    low: fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 5, maxLength: 10 }),
    high: fc.array(fc.integer({ min: 200, max: 210 }), { minLength: 5, maxLength: 10 }),
  });
  test.prop([halves, fc.integer({ min: -1000, max: 1000 }), fc.constantFrom(0.125, 3, 1e6)])(
    "keep them after a shift, a change of unit and a shuffle",
    ({ low, high }, shift, unit) => {
      const found = twoModes([...low, ...high]);
      const moved = twoModes([...high, ...low].map((it) => (it + shift) * unit));
      expect(found?.shareHigh).toBeCloseTo(high.length / (low.length + high.length), 12);
      expect((moved?.low as number) / unit).toBeCloseTo((found?.low as number) + shift, 6);
      expect((moved?.high as number) / unit).toBeCloseTo((found?.high as number) + shift, 6);
    },
  );

  test.prop([halves])("mirror with the sign", ({ low, high }) => {
    const found = twoModes([...low, ...high]);
    const mirrored = twoModes([...low, ...high].map((it) => -it));
    expect(mirrored?.low).toBeCloseTo(-(found?.high as number), 12);
    expect(mirrored?.shareHigh).toBeCloseTo(1 - (found?.shareHigh as number), 12);
  });

  test.prop([halves, fc.integer({ min: -170, max: -1 })])(
    "that are two stay two when they move apart",
    ({ low, high }, nearer) => {
      const moved = (by: number) => twoModes([...low, ...high.map((it) => it + by)]);
      if (moved(nearer) !== null) expect(moved(nearer + 20)).not.toBeNull();
      expect(moved(0)).not.toBeNull();
    },
  );
});

describe("nothing to tell apart", () => {
  test("few, equal, and values that differ in rounding only", () => {
    for (const values of [[], [1], [1, 1, 9, 9], [7, 7, 7, 7, 7, 7], [0, 0, 0, 0, 0]])
      expect(twoModes(values)).toBeNull();
    const sum = 0.1 + 0.2;
    expect(twoModes([0.3, sum, 0.3, sum, 0.3, sum])).toBeNull();
  });

  test("NaN, infinities, overflow and a negative resolution are refused", () => {
    for (const it of [Number.NaN, Number.NEGATIVE_INFINITY])
      expect(() => twoModes([1, 2, 3, 4, it])).toThrow(OutOfDomain);
    expect(() => twoModes([1, 2, 1e300, -1e300, 3])).toThrow(OutOfDomain);
    for (const resolution of [-1, Number.NaN]) expect(() => twoModes([1, 2, 3, 4, 5], resolution)).toThrow(OutOfDomain);
  });
});
