/** A metric: unit, direction, scale and kind. */
import type { Unit } from "../shared/quantities.ts";

export const metricKinds = [
  "latency",
  "throughput",
  "cpu",
  "errors",
  "recovery",
  "share",
  "memory",
  "slope",
  "count",
  "scaling",
  "gc",
  "script",
] as const;
export type MetricKind = (typeof metricKinds)[number];

export interface Metric {
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
  readonly better: "lower" | "higher";
  /** ratio: compared as candidate / baseline; difference: compared in the metric's own unit. */
  readonly scale: "ratio" | "difference";
  readonly kind: MetricKind;
  /** What it is measured over: requests may be filtered by name, faults need `fault:`, targets take `target:`, searches `goal:`. */
  readonly over: "requests" | "fault" | "target" | "generator" | "search";
  /** Smallest change that can matter, in the unit: where a relative margin comes to less, this is the margin. Zero: none. */
  readonly floor: number;
  /** False: understood and shown, but a condition on it is always advisory. */
  readonly gateable: boolean;
  /** That reads what it is made of; without one the journal tells it. */
  readonly sampler?: string;
}

/** The least that a value can be, in its unit: only slopes, and what a script measures, may be below zero. */
export const leastOf = ({ unit, kind }: Pick<Metric, "unit" | "kind">): number =>
  unit === "bytes/s" || (kind === "script" && unit !== "ratio") ? Number.NEGATIVE_INFINITY : 0;
