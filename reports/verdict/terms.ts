/** On which scale a margin is compared, and how large it is there: near zero a share of the baseline is less than can matter. */
import type { Metric } from "../../runner/record/metrics.ts";
import type { Margin } from "../../runner/record/scenario.ts";
import type { AnyUnit } from "../../runner/shared/format.ts";
import { median } from "../stats/describe.ts";
import type { Terms } from "./comparison.ts";

export interface Asked extends Pick<Terms, "scale" | "better" | "margin" | "resolution"> {
  /** The margin, a share of the baseline, was below the floor: the floor is the margin. */
  readonly floored: boolean;
}

/** One of ours, or of somebody else's harness: then of whatever unit, and maybe of no kind that is known. */
export interface Measured extends Pick<Metric, "better"> {
  readonly unit: AnyUnit;
  readonly kind: Metric["kind"] | null;
}

export const RATIO_OF_NEGATIVES = "a ratio of values below zero means nothing: give the margin in the metric's unit";

/**
 * @param floor smallest change that matters, in the metric's unit; zero for none
 * @param baseline values of the other arm, in the metric's unit
 */
export function askedOf(margin: Margin, metric: Measured, floor: number, baseline: readonly number[]): Asked {
  const share = margin.kind === "relative" && baseline.length > 0 ? margin.value * Math.abs(median(baseline)) : null;
  const floored = share !== null && share < floor;
  const scale = margin.kind === "relative" && !floored ? "ratio" : "difference";
  return {
    scale,
    better: metric.better,
    margin: floored ? floor : margin.value,
    resolution: resolutionOf(metric, scale),
    floored,
  };
}

/** Smallest step of a measurement, in the metric's unit; a share on the ratio scale, where histograms keep three digits. */
function resolutionOf({ unit, kind }: Measured, scale: "ratio" | "difference"): number {
  if (scale === "ratio") return 0.001;
  if (unit === "count") return 1;
  if (unit === "ratio") return 0.001;
  // Recovery and readiness are read off bins of 100 ms.
  if (unit === "ms" && kind !== null) return kind === "latency" || kind === "cpu" ? 0.001 : 100;
  return 0;
}
