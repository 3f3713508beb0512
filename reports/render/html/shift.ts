/** The quantile-shift curve: how much slower every quantile got, with an interval at each; zero is no change. */
import { formatChange, formatChangeRange, formatExact } from "../../../runner/shared/format.ts";
import type { Chart } from "../../analyses/charts.ts";
import { drawing, el, type Svg } from "../svg/element.ts";
import { bandPath, linePath } from "../svg/path.ts";
import { linear, type Scale } from "../svg/scale.ts";
import { type ArmStyle, styleOf } from "./arms.ts";
import { placeable, quantileName, quantileScale, quantileTicks } from "./quantile-axis.ts";
import { roundDomain, valueTicks } from "./value-axis.ts";
import type { ValueTable } from "./value-table.ts";

type Shift = Extract<Chart, { kind: "shift" }>;

const width = 480;
const [left, right, top, bottom] = [56, 462, 12, 172];

/** An interval that reaches further than so many times the largest estimate goes on outside of the drawing: it would flatten the curve. */
const reach = 3;
/** Below this a curve is drawn as the level line that it is. */
const least = 0.02;

export function shiftChart(id: string, chart: Shift, styles: readonly ArmStyle[]): Svg | null {
  const points = chart.points.filter((it) => placeable(it.quantile));
  if (points.length === 0) return null;
  const places = points.map((it) => it.quantile);
  const [x, y] = [quantileScale(places, [left, right]), axis(points)];
  const style = styleOf(styles, chart.arm);
  const at = points.map(({ quantile, change, few }) => ({
    ...{ x: x.at(quantile), y: y.at(change.estimate), few },
    ...{ low: y.at(change.lower), high: y.at(change.upper) },
  }));
  return drawing(id, { width, height: bottom + 30 }, { title: chart.title, text: inWords(chart) }, [
    ...valueTicks("ratio", y.domain, 5, false).flatMap((value) => [
      el("line", { class: value === 0 ? "zero" : "grid", x1: left, x2: right, y1: y.at(value), y2: y.at(value) }),
      el("text", { class: "tk", x: left - 8, y: y.at(value) + 4, "text-anchor": "end" }, [
        (value > 0 ? "+" : "") + formatExact(value, "ratio"),
      ]),
    ]),
    ...quantileTicks(places, x, bottom),
    el("path", { class: `band ${style}`, d: bandPath(at) }),
    el("path", { class: `ln ${style}`, d: linePath(at) }),
    ...at.map((it) => el("circle", { class: `dot ${style}${it.few ? " few" : ""}`, cx: it.x, cy: it.y, r: 3.5 })),
  ]);
}

/** Always with zero on it. */
function axis(points: Shift["points"]): Scale {
  const furthest = reach * Math.max(least, ...points.map((it) => Math.abs(it.change.estimate)));
  const low = Math.max(Math.min(0, ...points.map((it) => it.change.lower)), -furthest);
  const high = Math.min(Math.max(0, ...points.map((it) => it.change.upper)), furthest);
  const room = high - low < least ? least : 0;
  return linear(roundDomain("ratio", low - room, high + room, 5), [bottom, top]);
}

/** What the eye is told: which quantiles are slower or faster for sure, and the ends of the curve. */
function inWords(chart: Shift): string {
  const sure = (of: (it: Shift["points"][number]) => boolean) => chart.points.filter(of).map((it) => it.quantile);
  const told = (what: string, quantiles: readonly number[]) =>
    quantiles.length === 0 ? [] : [`${what}: ${quantiles.map(quantileName).join(", ")}`];
  const [slower, faster] = [sure((it) => it.change.lower > 0), sure((it) => it.change.upper < 0)];
  const named = [0.5, 0.99].flatMap((q) => {
    const found = chart.points.find((it) => it.quantile === q);
    return found === undefined ? [] : [`${quantileName(q)} ${shown(found)}`];
  });
  return `${[
    `${chart.arm} against ${chart.versus}`,
    ...(slower.length + faster.length === 0 ? ["no quantile is told from no change"] : []),
    ...told("slower", slower),
    ...told("faster", faster),
    ...named,
  ].join("; ")}. All numbers are in the table below.`;
}

const shown = ({ change }: Shift["points"][number]): string =>
  `${formatChange(change, "ms")} (${formatChangeRange(change, "ms")})`;

export const shiftLead = ({ arm, versus, pairs, points }: Shift): string =>
  [
    `${arm} against ${versus}, ${pairs} pairs; band: 90 % at each quantile by itself`,
    ...(points.some((it) => it.few) ? ["hollow: fewer than ten requests beyond it"] : []),
  ].join("; ");

export const shiftTable = (chart: Shift): ValueTable => ({
  caption: `${chart.title}; in brackets the 90 % interval`,
  head: ["quantile", `${chart.arm} against ${chart.versus}`, "note"],
  rows: chart.points.map((point) => ({
    head: quantileName(point.quantile),
    cells: [shown(point), point.few ? "few requests beyond it" : ""],
  })),
});
