/** A finding made by hand: what its trials, its change and its verdict are is given, the rest follows or is usual. */
import type { Estimate, Finding } from "../../../reports/verdict/judgement.ts";
import { type Metric, metricNamed } from "../../../runner/record/metrics.ts";
import type { Condition } from "../../../runner/record/scenario.ts";
import { condition } from "../fake-scenario.ts";

/** Noise in [-1, 1) that is the same on every machine. */
export const noise = (seed: number): number => {
  const x = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) >>> 0;
  const y = Math.imul(x ^ (x >>> 12), 0x297a2d39) >>> 0;
  return ((y ^ (y >>> 15)) >>> 0) / 2 ** 31 - 1;
};

export const metric = (name: string): Metric => {
  const found = metricNamed(name);
  if (!found) throw new Error(`no metric is named ${name}`);
  return found;
};

const estimate = (value: number, half: number, n: number): Estimate => ({
  value,
  lower: value - half,
  upper: value + half,
  n,
});

interface Shape {
  readonly id: string;
  readonly title: string;
  readonly where: string;
  readonly metric: string;
  readonly verdict: Finding["verdict"];
  readonly baseline: readonly number[];
  readonly candidate: readonly (number | null)[];
  readonly change: readonly [number, number, number] | null;
  readonly bound: Finding["bound"];
  readonly because: string;
  readonly condition?: Partial<Condition>;
  readonly rest?: Partial<Finding>;
}

const center = (values: readonly (number | null)[]): Estimate | null => {
  const present = values.filter((it) => it !== null);
  if (present.length === 0) return null;
  const mean = present.reduce((a, b) => a + b, 0) / present.length;
  return estimate(mean, (Math.max(...present) - Math.min(...present)) / 2, present.length);
};

export function finding(shape: Shape): Finding {
  const { id, title, where, verdict, bound, because } = shape;
  const known = metric(shape.metric);
  const paired = shape.baseline.length > 0;
  const trials = (arm: string, values: readonly (number | null)[], from: number) =>
    values.map((value, i) => ({
      trial: i * (paired ? 2 : 1) + from,
      block: i + 1,
      arm,
      value,
      worst: value === null,
      note: value === null ? "not recovered within the 15 s that were left" : null,
    }));
  return {
    id,
    title,
    where,
    condition: condition({ name: shape.metric, versus: null, ...shape.condition, metric: shape.metric }),
    metric: known,
    arm: "candidate",
    versus: paired ? "baseline" : null,
    control: paired ? "interleaved" : null,
    verdict,
    advisory: false,
    baseline: center(shape.baseline),
    candidate: center(shape.candidate),
    change: shape.change && {
      scale: known.scale,
      estimate: shape.change[0],
      lower: shape.change[1],
      upper: shape.change[2],
    },
    robust: null,
    bound,
    p: shape.change && paired ? { raw: 0.0011, adjusted: 0.0044 } : null,
    method: paired
      ? "Log-ratio of the trials' values, paired t bounds; the sign-flip test agrees"
      : "One-sided t bounds of the trials' values",
    pairs: Math.max(shape.baseline.length, shape.candidate.length),
    pairsNeeded: null,
    mde: shape.change && paired ? 0.043 : null,
    mdeFail: shape.change && paired ? 0.12 : null,
    a12: shape.change && paired ? 0.96 : null,
    trials: [...trials("baseline", shape.baseline, 1), ...trials("candidate", shape.candidate, paired ? 2 : 1)],
    tags: [],
    warnings: [],
    because,
    wouldChange: "",
    ...shape.rest,
  };
}

export const around = (value: number, spread: number, seed: number, n = 5): number[] =>
  Array.from({ length: n }, (_, i) => value * (1 + spread * noise(seed + i)));

export const margin = (value: number, relative = true): Finding["bound"] => ({ kind: "margin", value, relative });
export const max = (value: number): Finding["bound"] => ({ kind: "max", value, relative: false });
