/** The time line of the same run: six phases, three faults, and what they did to each arm. */
import type { Timeline } from "../../../reports/analyses/parts.ts";
import { noise } from "./finding.ts";

const duration = 78;
const bins = Array.from({ length: duration * 2 }, (_, i) => i / 2);
const bump = (t: number, from: number, rise: number, fall: number): number =>
  t < from ? 0 : t < from + rise ? 1 : Math.exp(-(t - from - rise) / fall);

interface Curve {
  readonly arm: string;
  readonly label?: string;
  readonly dashed?: boolean;
  readonly at: (t: number) => number;
  readonly spread?: number;
}
const line = (
  { arm, label = arm, dashed = false, at, spread = 0 }: Curve,
  seed: number,
): Timeline["panels"][number]["lines"][number] => {
  const value = bins.map((t, i) => at(t) * (1 + (spread / 2) * noise(seed * 1000 + i)));
  return {
    label,
    arm,
    dashed,
    center: value,
    low: spread === 0 ? null : value.map((it) => it * (1 - spread)),
    high: spread === 0 ? null : value.map((it) => it * (1 + spread)),
  };
};

export const timeline: Timeline = {
  t: bins,
  phases: [
    { name: "warmup", start: 0, end: 8, warmup: true },
    { name: "steady", start: 8, end: 28, warmup: false },
    { name: "kill", start: 28, end: 38, warmup: false },
    { name: "recovery", start: 38, end: 52, warmup: false },
    { name: "slow", start: 52, end: 64, warmup: false },
    { name: "memory", start: 64, end: 78, warmup: false },
  ],
  faults: [
    { name: "one-dies (pod-kill)", start: 28, end: 28 },
    { name: "slow-db (latency)", start: 54, end: 62 },
    { name: "hungry (memory-pressure)", start: 66, end: 72 },
  ],
  panels: [
    {
      title: "Throughput",
      unit: "1/s",
      lines: [
        line(
          { arm: "baseline", at: (t) => 300 - 90 * bump(t, 28, 0.5, 1) - 60 * bump(t, 68, 0.5, 1), spread: 0.03 },
          1,
        ),
        line(
          { arm: "candidate", at: (t) => 300 - 110 * bump(t, 28, 1, 2) - 70 * bump(t, 68, 1, 1.5), spread: 0.03 },
          2,
        ),
      ],
    },
    {
      title: "Response time",
      unit: "ms",
      lines: [
        line({ arm: "baseline", label: "p50", dashed: true, at: () => 12, spread: 0.05 }, 15),
        line({ arm: "candidate", label: "p50", dashed: true, at: () => 12.3, spread: 0.05 }, 16),
        line(
          {
            arm: "baseline",
            label: "p99",
            at: (t) => 41 + 300 * bump(t, 28, 1, 2) + (t >= 54 && t < 62 ? 210 : 0) + 150 * bump(t, 68, 1, 1),
            spread: 0.12,
          },
          3,
        ),
        line(
          {
            arm: "candidate",
            label: "p99",
            at: (t) => 95 + 420 * bump(t, 28, 2, 3) + (t >= 54 && t < 62 ? 215 : 0) + 240 * bump(t, 68, 2, 1.5),
            spread: 0.14,
          },
          4,
        ),
      ],
    },
    {
      title: "Failed requests",
      unit: "ratio",
      lines: [
        line(
          { arm: "baseline", at: (t) => 0.06 * bump(t, 28, 0.5, 0.7) + 0.04 * bump(t, 68, 0.5, 0.5), spread: 0.2 },
          5,
        ),
        line({ arm: "candidate", at: (t) => 0.09 * bump(t, 28, 1, 1.2) + 0.06 * bump(t, 68, 0.5, 1), spread: 0.2 }, 6),
      ],
    },
    {
      title: "Instances of shop",
      unit: "count",
      lines: [
        line({ arm: "baseline", label: "desired", dashed: true, at: () => 3 }, 7),
        line({ arm: "baseline", label: "ready", at: (t) => ((t >= 28 && t < 30.5) || (t >= 68 && t < 70) ? 2 : 3) }, 8),
        line({ arm: "candidate", label: "desired", dashed: true, at: () => 3 }, 9),
        line(
          { arm: "candidate", label: "ready", at: (t) => ((t >= 28 && t < 32) || (t >= 68 && t < 71.5) ? 2 : 3) },
          10,
        ),
      ],
    },
    {
      title: "Memory of shop",
      unit: "bytes",
      lines: [
        line({ arm: "baseline", label: "used", at: (t) => 9e7 + 4e7 * bump(t, 66, 2, 1), spread: 0.04 }, 11),
        line({ arm: "candidate", label: "used", at: (t) => 1.1e8 + 4e7 * bump(t, 66, 2, 1), spread: 0.05 }, 12),
        line({ arm: "baseline", label: "limit", dashed: true, at: () => 160 * 2 ** 20 }, 17),
        line({ arm: "candidate", label: "limit", dashed: true, at: () => 160 * 2 ** 20 }, 18),
      ],
    },
    {
      title: "GC pause share",
      unit: "ratio",
      lines: [
        line({ arm: "baseline", at: () => 0.021, spread: 0.3 }, 13),
        line({ arm: "candidate", at: (t) => 0.088 + 0.05 * bump(t, 66, 1, 2), spread: 0.25 }, 14),
      ],
    },
  ],
};
