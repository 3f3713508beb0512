/** On which scale a margin is compared, and how large it is there: near zero a share of the baseline is less than can matter. */
import type { Metric } from "../../../runner/record/metrics.ts";
import type { Margin } from "../../../runner/record/scenario.ts";
import type { AnyUnit } from "../../../runner/shared/format.ts";
import { median, seenSpread } from "../../stats/describe.ts";
import type { Terms } from "./comparison.ts";

export interface Asked extends Pick<Terms, "scale" | "better" | "margin" | "resolution" | "rounding"> {
  /** The margin, a share of the baseline, was below the floor: the floor is the margin. */
  readonly floored: boolean;
}

/** One of ours, or of somebody else's harness: then of whatever unit, and maybe of no kind that is known. */
interface Measured extends Pick<Metric, "better"> {
  readonly unit: AnyUnit;
  readonly kind: Metric["kind"] | null;
}

export const RATIO_OF_NEGATIVES = "a ratio of values below zero means nothing: give the margin in the metric's unit";

/**
 * @param floor smallest change that matters, in the metric's unit; zero for none
 * @param baseline values of the other arm, in the metric's unit
 * @param step what the values themselves show of their smallest step; null where it is known of the metric
 */
export function askedOf(
  margin: Margin,
  metric: Measured,
  floor: number,
  baseline: readonly number[],
  step: StepOf | null = null,
): Asked {
  const share = margin.kind === "relative" && baseline.length > 0 ? margin.value * Math.abs(median(baseline)) : null;
  const floored = share !== null && share < floor;
  const scale = margin.kind === "relative" && !floored ? "ratio" : "difference";
  const resolution = step === null ? resolutionOf(metric, scale) : step(scale);
  return {
    scale,
    better: metric.better,
    margin: floored ? floor : margin.value,
    resolution,
    // What was counted was not rounded.
    rounding: metric.unit === "count" || metric.kind === "errors" ? 0 : resolution,
    floored,
  };
}

type StepOf = (scale: "ratio" | "difference") => number;

/**
 * Smallest step that samples show: the smallest gap between two of them that is no rounding of last digits, on the ratio scale as a share
 * of their median. Zero where all are equal.
 */
export function stepIn(values: readonly number[], scale: "ratio" | "difference"): number {
  const sorted = [...values].sort((a, b) => a - b);
  const size = sorted.reduce((most, it) => Math.max(most, Math.abs(it)), 0);
  const gaps = sorted.slice(1).map((it, i) => seenSpread(it - (sorted[i] as number), size));
  const least = Math.min(...gaps.filter((it) => it > 0));
  const unit = scale === "ratio" ? median(sorted) : 1;
  return Number.isFinite(least) && unit > 0 && Number.isFinite(least / unit) ? least / unit : 0;
}

/** Place of the last digit that samples are given in, at most one; on the ratio scale as a share of their median. Zero where that is none. */
export function lastDigitIn(values: readonly number[], scale: "ratio" | "difference"): number {
  const places = values.map((it) => {
    const [, decimals = "", exponent = "0"] = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(`${it}`) ?? [];
    return decimals.length - Number(exponent);
  });
  const digit = 10 ** -Math.max(0, ...places);
  const share = scale === "ratio" ? digit / median(values) : digit;
  return Number.isFinite(share) && share > 0 ? share : 0;
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
