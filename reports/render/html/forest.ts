/** The forest plot of the gates: estimate, interval and allowed range on one axis for all relative gates, on its own for each other. */
import { formatExact } from "../../../runner/shared/format.ts";
import type { Finding } from "../../verdict/judgement.ts";
import { el, type Svg } from "../svg/element.ts";
import { linear, type Scale, ticks } from "../svg/scale.ts";
import { textWidth } from "../svg/text.ts";
import { verdictWords } from "../words.ts";

const width = 260;
const height = 32;
/** The bar's height; below it there is room for the bound's value. */
const middle = 11;
const inset = 8;

/** What is drawn of one gate, all in one unit. */
interface Row {
  readonly estimate: number | null;
  readonly lower: number;
  readonly upper: number;
  /** Allowed is everything on the better side of it. */
  readonly limit: number;
  readonly allowedBelow: boolean;
  readonly relative: boolean;
}

function rowOf(finding: Finding): Row | null {
  const { change, candidate, bound, metric } = finding;
  const shown = bound.kind === "margin" ? change : candidate && endless(candidate);
  if (!shown) return null;
  const allowedBelow = bound.kind === "margin" ? metric.better === "lower" : bound.kind === "max";
  const limit = bound.kind === "margin" && !allowedBelow ? -bound.value : bound.value;
  return {
    estimate: shown.estimate,
    lower: shown.lower,
    upper: shown.upper,
    limit,
    allowedBelow,
    relative: bound.kind === "margin" && bound.relative,
  };
}

/** An end that nobody saw is beyond any axis; without a value there is a bar and no dot. */
const endless = ({ value, lower, upper }: NonNullable<Finding["candidate"]>) => ({
  estimate: value,
  lower: lower ?? Number.NEGATIVE_INFINITY,
  upper: upper ?? Number.POSITIVE_INFINITY,
});

/** Six margins to either side of zero at the most: an effect of 500 % must not squeeze a margin of 5 % to nothing. */
const reach = 6;

/** Null when no gate is relative. */
export function sharedAxis(findings: readonly Finding[]): Scale | null {
  const rows = findings.map(rowOf).filter((it) => it?.relative === true) as Row[];
  if (rows.length === 0) return null;
  const furthest = reach * Math.max(...rows.map((it) => Math.abs(it.limit)));
  const values = rows.flatMap(endsOf);
  const low = Math.max(Math.min(...values, ...rows.map((it) => 1.2 * it.limit), -furthest / reach / 2), -furthest);
  const high = Math.min(Math.max(...values, ...rows.map((it) => 1.2 * it.limit)), furthest);
  return linear([low, high], [inset, width - inset]);
}

const endsOf = ({ lower, upper, estimate }: Row): number[] =>
  [lower, upper, ...(estimate === null ? [] : [estimate])].filter(Number.isFinite);

function ownAxis(row: Row): Scale {
  const values = endsOf(row);
  const furthest = reach * Math.abs(row.limit) || Number.POSITIVE_INFINITY;
  const low = Math.max(Math.min(0, row.limit, ...values), -furthest);
  const high = Math.min(Math.max(0, row.limit, ...values), furthest);
  const room = (high - low || 1) * 0.12;
  return linear([low < 0 ? low - room : low, high + room], [inset, width - inset]);
}

/** The ticks above the column. */
export function forestAxis(axis: Scale): Svg {
  const [low, high] = axis.domain;
  const labels = ticks(low, high, 4).map((value) => {
    const x = Math.min(Math.max(axis.at(value), 14), width - 16);
    return el("text", { class: "tk", x, y: 12, "text-anchor": "middle" }, [
      (value > 0 ? "+" : "") + formatExact(value, "ratio"),
    ]);
  });
  return el("svg", { class: "forest ax", viewBox: `0 0 ${width} 16`, "aria-hidden": "true" }, labels);
}

/** Null when there is nothing to draw. The numbers stand in the cells beside it, so it is hidden from screen readers. */
export function forest(finding: Finding, shared: Scale | null): Svg | null {
  const row = rowOf(finding);
  if (row === null || (row.estimate !== null && Number.isNaN(row.estimate))) return null;
  const axis = row.relative && shared ? shared : ownAxis(row);
  const { tone } = verdictWords[finding.verdict];
  const [x, edge] = [axis.at(row.limit), row.allowedBelow ? inset : width - inset];
  const vertical = (className: string, at: number) =>
    el("line", { class: className, x1: at, x2: at, y1: 0, y2: height });
  return el("svg", { class: "forest", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, [
    el("rect", { class: "okz", x: Math.min(x, edge), y: 0, width: Math.abs(x - edge), height }),
    axis.domain[0] <= 0 && row.limit !== 0 ? vertical("zero", axis.at(0)) : null,
    vertical("mar", x),
    row.relative ? null : ownLabel(row, finding, x),
    ...interval(row, axis, tone),
    row.estimate === null
      ? null
      : el("circle", { class: `pt ${tone}`, cx: dotAt(row.estimate, axis), cy: middle, r: 4.5 }),
  ]);
}

/** An estimate outside the axis stands beside the arrow that points to it. */
const dotAt = (estimate: number, axis: Scale): number =>
  axis.at(estimate) + (estimate > axis.domain[1] ? -8 : estimate < axis.domain[0] ? 8 : 0);

/** The bound's value beside its line, where the row has an axis of its own. */
function ownLabel(row: Row, finding: Finding, x: number): Svg {
  const points = finding.bound.kind === "margin" && finding.metric.unit === "ratio";
  const text = formatExact(row.limit, points ? "points" : finding.metric.unit);
  const fits = x + 5 + textWidth(text, 11) < width;
  return el("text", { class: "tk", x: fits ? x + 5 : x - 5, y: height - 3, "text-anchor": fits ? "start" : "end" }, [
    text,
  ]);
}

/** A bar from bound to bound; an arrow where it goes on outside the axis. */
function interval(row: Row, axis: Scale, tone: string): Svg[] {
  const [low, high] = axis.domain;
  const y = middle;
  const [x1, x2] = [axis.at(row.lower), axis.at(row.upper)];
  const arrow = (x: number, to: number) =>
    el("path", { class: `arrow ${tone}`, d: `M${x} ${y - 5}L${x + to} ${y}L${x} ${y + 5}` });
  return [
    el("line", { class: `ci ${tone}`, x1, x2, y1: y, y2: y }),
    ...(row.lower < low ? [arrow(inset - 1, -5)] : []),
    ...(row.upper > high ? [arrow(width - inset + 1, 5)] : []),
  ];
}
