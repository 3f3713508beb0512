/** Gamma, beta, normal and Student's t: published digits, far tails included. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { normalCdf, normalQuantile } from "../../reports/stats/normal.ts";
import { betaDensity, incompleteBeta, incompleteGamma, logGamma } from "../../reports/stats/special.ts";
import { studentCdf, studentQuantile } from "../../reports/stats/student.ts";

const relative = (found: number, expected: number): number => Math.abs(found / expected - 1);
const probability = fc.double({ min: 1e-12, max: 0.999999, noNaN: true });

describe("special functions", () => {
  test("log-gamma is the logarithm of factorials", () => {
    let factorial = 0;
    for (let n = 1; n <= 170; n++) {
      expect(logGamma(n)).toBeCloseTo(factorial, 10);
      factorial += Math.log(n);
    }
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
  });

  test("the 2.5 % point of beta(10, 991)", () => {
    expect(incompleteBeta(10, 991, 0.00480551069).lower).toBeCloseTo(0.025, 9);
  });

  test("incomplete gamma of whole order is a Poisson sum", () => {
    expect(incompleteGamma(3, 2.5).upper).toBeCloseTo(Math.exp(-2.5) * (1 + 2.5 + 2.5 ** 2 / 2), 14);
    expect(relative(incompleteGamma(1, 600).upper, Math.exp(-600))).toBeLessThan(1e-11);
  });

  test.prop([
    fc.double({ min: 0.1, max: 1e4, noNaN: true }),
    fc.double({ min: 0.1, max: 1e4, noNaN: true }),
    probability,
  ])("incomplete beta mirrors when its parameters swap", (a, b, x) => {
    expect(incompleteBeta(a, b, x).lower).toBeCloseTo(incompleteBeta(b, a, 1 - x, x).upper, 11);
  });

  test("the beta density is the slope of its integral", () => {
    const h = 1e-6;
    const slope = (incompleteBeta(3, 5, 0.4 + h).lower - incompleteBeta(3, 5, 0.4 - h).lower) / (2 * h);
    expect(betaDensity(3, 5, 0.4)).toBeCloseTo(slope, 7);
  });
});

describe("normal", () => {
  test("far tails keep their digits", () => {
    expect(relative(normalCdf(-8), 6.2209606e-16)).toBeLessThan(1e-7);
    expect(normalQuantile(1e-9)).toBeCloseTo(-5.997807015, 10);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
  });

  test.prop([probability])("quantile and distribution undo each other", (p) => {
    expect(relative(normalCdf(normalQuantile(p)), p)).toBeLessThan(1e-12);
  });

  test("a probability outside 0 to 1 is refused", () => {
    for (const p of [0, 1, -1, Number.NaN]) expect(() => normalQuantile(p)).toThrow("between 0 and 1");
  });
});

describe("Student's t", () => {
  test("published quantiles", () => {
    expect(studentQuantile(0.975, 4)).toBeCloseTo(2.7764451052, 10);
    expect(studentQuantile(0.99995, 29)).toBeCloseTo(4.5055116312, 10);
  });

  test("Bencher's boundaries for 25 values with mean 100 and standard deviation 10", () => {
    expect(100 - studentQuantile(0.977, 24) * 10 * Math.sqrt(1 + 1 / 25)).toBeCloseTo(78.54, 2);
    expect(100 - normalQuantile(0.977) * 10).toBeCloseTo(80.05, 2);
  });

  test("a far tail", () => {
    expect(relative(studentCdf(-8, 100), 1.1364324e-12)).toBeLessThan(1e-8);
  });

  test("one degree of freedom is Cauchy's distribution", () => {
    expect(studentCdf(1, 1)).toBeCloseTo(0.75, 14);
    expect(studentQuantile(0.9, 1)).toBeCloseTo(Math.tan(Math.PI * 0.4), 11);
  });

  test("many degrees of freedom approach the normal distribution", () => {
    expect(studentQuantile(0.975, 1e7)).toBeCloseTo(1.95996, 5);
  });

  test.prop([probability, fc.double({ min: 1, max: 500, noNaN: true })])(
    "quantile and distribution undo each other",
    (p, df) => {
      expect(relative(studentCdf(studentQuantile(p, df), df), p)).toBeLessThan(1e-9);
    },
  );

  test("no degrees of freedom, no answer", () => {
    expect(() => studentQuantile(0.9, 0)).toThrow("degrees of freedom");
    expect(() => studentCdf(Number.NaN, 3)).toThrow("number");
  });
});
