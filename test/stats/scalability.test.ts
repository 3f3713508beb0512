/** The universal scalability law: exact data, the R package usl, bounds, and a peak only where there is one. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { fitScalability, peakOf, type Scaled, scalability, throughputAt } from "../../reports/stats/scalability.ts";
import { seeded } from "../../runner/shared/random.ts";
import { gauss } from "../support/fake-trial.ts";

const runsOf = (n: readonly number[], throughput: readonly number[]): Scaled[] =>
  n.map((it, i) => ({ n: it, throughput: throughput[i] as number }));

/** SPEC SDM91 (Gunther 2007, table 5.1), as the R package usl has it. */
const sdm91 = runsOf([1, 18, 36, 72, 108, 144, 216], [64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2]);

const noisy = (law: Parameters<typeof throughputAt>[0], noise: number, seed: number): Scaled[] => {
  const random = seeded(seed, "scalability");
  return [1, 2, 4, 8, 12, 16, 24, 32].flatMap((n) =>
    [1, 2, 3, 4].map(() => ({ n, throughput: throughputAt(law, n) * Math.exp(noise * gauss(random)) })),
  );
};

describe("the universal scalability law", () => {
  test("data of alpha 0.02, beta 0.02, gamma 1 have these back, and a peak at 7", () => {
    const fit = fitScalability(runsOf([1, 2, 4, 6, 8, 10], [1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557]));
    expect(fit.alpha).toBeCloseTo(0.02, 4);
    expect(fit.beta).toBeCloseTo(0.02, 4);
    expect(fit.gamma).toBeCloseTo(1, 4);
    expect(peakOf(fit)).toBeCloseTo(7, 2);
  });

  test("the R package usl on SPEC SDM91: fitted values and efficiency at each load", () => {
    const fit = fitScalability(sdm91);
    expect(sdm91.map((it) => Math.round(throughputAt(fit, it.n)))).toEqual([90, 1078, 1541, 1850, 1879, 1822, 1646]);
    const efficiency = sdm91.map((it) => Number((it.throughput / (fit.gamma * it.n)).toFixed(4)));
    expect(efficiency).toEqual([0.7211, 0.6148, 0.51, 0.286, 0.1882, 0.137, 0.0876]);
  });

  test("what keeps growing evenly bends not at all; what would bend upwards stands at the bound", () => {
    expect(fitScalability(runsOf([1, 2, 4, 8], [10, 20, 40, 80]))).toMatchObject({ alpha: 0, beta: 0 });
    const upwards = fitScalability(runsOf([1, 2, 4, 8], [10, 22, 50, 130]));
    expect(upwards).toMatchObject({ alpha: 0, beta: 0 });
    expect(peakOf(upwards)).toBeNull();
  });

  test("a peak is told where coherency is beyond the noise, and only there", () => {
    const peaked = scalability(noisy({ alpha: 0.03, beta: 0.003, gamma: 100 }, 0.03, 1), seeded(1, "boot"));
    expect(peaked.peak?.n).toBeGreaterThan(15);
    expect(peaked.peak?.n).toBeLessThan(21);
    expect(peaked.peak?.lower).toBeLessThan(Math.sqrt(0.97 / 0.003));
    expect(peaked.peak?.upper).toBeGreaterThan(Math.sqrt(0.97 / 0.003));
    expect(peaked.aicc).toBeLessThan(-10);
    const amdahl = scalability(noisy({ alpha: 0.1, beta: 0, gamma: 100 }, 0.05, 2), seeded(1, "boot"));
    expect(amdahl.betaInterval.lower).toBe(0);
    expect(amdahl.peak).toBeNull();
    expect(amdahl.aicc).toBeGreaterThan(-2);
  });

  test("too little or broken input is said, not answered with NaN", () => {
    expect(() => fitScalability(runsOf([1, 2], [1, 2]))).toThrow("at least 6");
    expect(() => fitScalability(runsOf([1, 2, 2], [1, 2, 2]))).toThrow("at least 3");
    expect(() => fitScalability(runsOf([1, 2, 3], [1, 0, 2]))).toThrow("above 0");
    expect(() => fitScalability(runsOf([1, 2, 3], [1, Number.NaN, 2]))).toThrow("finite");
  });

  test.prop([
    fc.double({ min: 0, max: 0.5, noNaN: true }),
    fc.double({ min: 0, max: 0.02, noNaN: true }),
    fc.constantFrom(0.01, 1, 1e5),
  ])("any law without noise is found again, in any unit of throughput", (alpha, beta, gamma) => {
    const n = [1, 2, 4, 8, 16, 32];
    const fit = fitScalability(
      runsOf(
        n,
        n.map((it) => throughputAt({ alpha, beta, gamma }, it)),
      ),
    );
    for (const it of n) {
      expect(throughputAt(fit, it) / throughputAt({ alpha, beta, gamma }, it)).toBeCloseTo(1, 6);
    }
  });
});
