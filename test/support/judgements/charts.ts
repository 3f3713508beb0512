/** Charts of the same run: dots of a gate's trials, every percentile, and how far each one moved. */
import type { Chart } from "../../../reports/analyses/charts.ts";
import type { Finding } from "../../../reports/verdict/judgement.ts";

/** Those of its trials that have a value. */
export const dots = ({ metric, trials }: Finding, title: string): Chart => ({
  kind: "dots",
  title,
  unit: metric.unit,
  log: false,
  arms: ["baseline", "candidate"].map((arm) => ({
    arm,
    values: trials.flatMap((it) => (it.arm === arm && it.value !== null ? [{ block: it.block, value: it.value }] : [])),
  })),
});

const levels = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];
const baselineQuantiles = [5.1, 6.8, 7.9, 9.8, 12.1, 15.6, 20.9, 26.3, 41.2, 68.4];
const stretch = [1, 1, 1, 1.01, 1.02, 1.15, 1.55, 1.9, 2.35, 2.6];

export const quantiles: Chart = {
  kind: "quantiles",
  title: "Every percentile",
  unit: "ms",
  quantiles: levels,
  arms: [
    {
      arm: "baseline",
      center: baselineQuantiles,
      low: baselineQuantiles.map((it) => it * 0.95),
      high: baselineQuantiles.map((it) => it * 1.06),
    },
    {
      arm: "candidate",
      center: baselineQuantiles.map((it, i) => it * (stretch[i] ?? 1)),
      low: baselineQuantiles.map((it, i) => it * (stretch[i] ?? 1) * 0.92),
      high: baselineQuantiles.map((it, i) => it * (stretch[i] ?? 1) * 1.09),
    },
  ],
};

export const shift: Chart = {
  kind: "shift",
  title: "Shift of every quantile · steady · checkout",
  arm: "candidate",
  versus: "baseline",
  pairs: 5,
  points: levels.map((quantile, i) => {
    const estimate = (stretch[i] ?? 1) - 1;
    const half = 0.02 + 0.15 * estimate;
    const change = { scale: "ratio", estimate, lower: estimate - half, upper: estimate + half } as const;
    return { quantile, change, few: quantile === 0.999 };
  }),
};
