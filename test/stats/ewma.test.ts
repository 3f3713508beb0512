/** The moving average: NIST's example, and its variance by the definition. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { OutOfDomain, TooFew } from "../../reports/stats/errors.ts";
import { ewma } from "../../reports/stats/ewma.ts";

test("the example of NIST's handbook, 6.3.2.4", () => {
  const data = [
    52, 47, 53, 49.3, 50.1, 47, 51, 50.1, 51.2, 50.5, 49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1,
  ];
  const published = [
    50.6, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33, 50.11, 49.36, 49.52, 50.05, 49.38, 49.92,
    50.73, 51.23, 51.94, 51.99,
  ];
  const chart = ewma(data, { weight: 0.3, center: 50, spread: 2.0539 });
  for (const [i, it] of chart.entries()) expect(Math.abs(it.value - (published[i] as number))).toBeLessThan(0.0051);
  // The handbook's limits are those for many values, which twenty have nearly reached.
  expect(50 + 3 * (chart.at(-1)?.deviation ?? 0)).toBeCloseTo(52.5884, 2);
});

const weights = fc.double({ min: 0.01, max: 1, noNaN: true });
const carries = fc.double({ min: -0.95, max: 0.95, noNaN: true });

describe("its standard deviation", () => {
  test.prop([weights, carries, fc.integer({ min: 1, max: 30 })])(
    "is that of the weighted sum of correlated values",
    (weight, autocorrelation, n) => {
      const zeros = new Array<number>(n).fill(0);
      const { deviation } = ewma(zeros, { weight, center: 0, spread: 2, autocorrelation }).at(-1) as {
        deviation: number;
      };
      const of = zeros.map((_, i) => weight * (1 - weight) ** (n - 1 - i));
      const variance = of.reduce(
        (sum, a, i) => sum + of.reduce((row, b, j) => row + a * b * autocorrelation ** Math.abs(i - j), 0),
        0,
      );
      expect(deviation).toBeCloseTo(2 * Math.sqrt(variance), 9);
    },
  );

  test("of independent values is the textbook's, after one and after many", () => {
    const chart = ewma(new Array<number>(200).fill(7), { weight: 0.2, center: 7, spread: 1 });
    expect(chart[0]?.deviation).toBeCloseTo(0.2, 12);
    expect(chart[2]?.deviation).toBeCloseTo(Math.sqrt((0.2 / 1.8) * (1 - 0.8 ** 6)), 12);
    expect(chart.at(-1)?.deviation).toBeCloseTo(1 / 3, 12);
  });
});

test.prop([fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1 }), weights])(
  "stays between the center and the extremes",
  (values, weight) => {
    for (const { value } of ewma(values, { weight, center: 0, spread: 1 })) {
      expect(value).toBeLessThanOrEqual(Math.max(0, ...values) + 1e-9);
      expect(value).toBeGreaterThanOrEqual(Math.min(0, ...values) - 1e-9);
    }
  },
);

test("what is out of range is refused", () => {
  const terms = { weight: 0.2, center: 0, spread: 1 };
  expect(() => ewma([], terms)).toThrow(TooFew);
  expect(() => ewma([Number.NaN], terms)).toThrow("finite");
  expect(() => ewma([1], { ...terms, center: Number.NaN })).toThrow("finite");
  expect(() => ewma([1], { ...terms, weight: 0 })).toThrow(OutOfDomain);
  expect(() => ewma([1], { ...terms, spread: -1 })).toThrow("negative");
  expect(() => ewma([1], { ...terms, autocorrelation: 1 })).toThrow("between -1 and 1");
});
