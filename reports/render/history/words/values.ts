/** Values, levels and shifts of a metric over the nights, in words. */
import {
  type Change,
  formatChange,
  formatChangeRange,
  formatRange,
  formatValue,
} from "../../../../runner/shared/format.ts";
import type { ChangeReport } from "../../../history/change-report.ts";
import type { MetricReport, Segment } from "../../../history/metric-report.ts";

/** A value of a series: as a change against what it is held against, else as itself. `wide` is an interval that limits its digits. */
export function valueText(
  metric: Pick<MetricReport, "versus" | "scale" | "unit">,
  value: number,
  wide: number,
): string {
  if (metric.versus === null) return formatValue(value, metric.unit, { spread: wide });
  const center = metric.scale === "ratio" ? value - 1 : value;
  return formatChange(asChange(metric, center, center - wide / 2, center + wide / 2), metric.unit);
}

const asChange = ({ scale }: Pick<MetricReport, "scale">, estimate: number, lower: number, upper: number): Change => ({
  ...{ scale, estimate, lower, upper },
});

const widthOf = ({ lower, upper }: Segment): number => (lower === null || upper === null ? 0 : upper - lower);

export const lastSegment = ({ segments }: MetricReport): Segment | undefined => segments.at(-1);

/** Digits of a single night are those of its segment's spread over the nights, which its interval is narrower than. */
export const tonightText = (metric: MetricReport, nights: number): string => {
  const tonight = metric.points.at(-1);
  const segment = lastSegment(metric);
  if (tonight === undefined || tonight.night !== nights - 1) return "–";
  return valueText(metric, tonight.value, segment === undefined ? 0 : widthOf(segment) * Math.sqrt(segment.nights));
};

interface LevelText {
  readonly mean: string;
  readonly interval: string;
}

export function levelText(metric: MetricReport, segment: Segment): LevelText {
  const mean = valueText(metric, segment.mean, widthOf(segment));
  const { lower, upper } = segment;
  if (lower === null || upper === null) return { mean, interval: "one night" };
  if (lower === upper) return { mean, interval: "the same every night" };
  if (metric.versus === null) return { mean, interval: formatRange(lower, upper, metric.unit, { like: segment.mean }) };
  const off = metric.scale === "ratio" ? 1 : 0;
  return {
    mean,
    interval: formatChangeRange(asChange(metric, segment.mean - off, lower - off, upper - off), metric.unit),
  };
}

/** `+9.0 % (8.3 % to 9.6 %)` */
export const shiftText = ({ shift }: Pick<ChangeReport, "shift">, unit: MetricReport["unit"]): string =>
  shift.lower === shift.upper || !Number.isFinite(shift.lower)
    ? formatChange({ ...shift, lower: shift.estimate, upper: shift.estimate }, unit)
    : `${formatChange(shift, unit)} (${formatChangeRange(shift, unit)})`;
