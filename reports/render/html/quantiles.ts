/** All quantiles of every arm on one chart: centre over the trials, range over the trials as a band. */
import { formatExact, formatValue } from "../../../runner/shared/format.ts";
import type { Chart } from "../../analyses/charts.ts";
import { drawing, el, type Svg } from "../svg/element.ts";
import { bandPath, linePath } from "../svg/path.ts";
import { logarithmic, type Scale } from "../svg/scale.ts";
import { apart, fitted } from "../svg/text.ts";
import { type ArmStyle, styleOf } from "./arms.ts";
import { placeable, quantileName, quantileScale, quantileTicks } from "./quantile-axis.ts";
import { valueTicks } from "./value-axis.ts";
import { absent, type ValueTable } from "./value-table.ts";

type Quantiles = Extract<Chart, { kind: "quantiles" }>;

const width = 480;
const [left, right, top, bottom] = [56, 404, 12, 172];

/** Zero has no place on a logarithmic axis and takes its lower edge. */
export function quantilesChart(id: string, chart: Quantiles, styles: readonly ArmStyle[]): Svg | null {
  const values = chart.arms
    .flatMap((it) => [...it.center, ...it.low, ...it.high])
    .filter((it) => Number.isFinite(it) && it > 0);
  const places = chart.quantiles.filter(placeable);
  if (values.length === 0 || places.length === 0) return null;
  const x = quantileScale(places, [left, right]);
  const y = logarithmic([Math.min(...values) / 1.05, Math.max(...values) * 1.05], [bottom, top]);
  return drawing(id, { width, height: bottom + 30 }, { title: chart.title, text: inWords(chart) }, [
    ...valueTicks(chart.unit, y.domain, 5, true).flatMap((value) => [
      el("line", { class: "grid", x1: left, x2: right, y1: y.at(value), y2: y.at(value) }),
      el("text", { class: "tk", x: left - 8, y: y.at(value) + 4, "text-anchor": "end" }, [
        formatExact(value, chart.unit),
      ]),
    ]),
    ...quantileTicks(places, x, bottom),
    ...chart.arms.flatMap((it) => armLines(it, chart.quantiles, { x, y }, styleOf(styles, it.arm))),
    ...endLabels(chart, y, styles),
  ]);
}

function armLines(
  arm: Quantiles["arms"][number],
  quantiles: readonly number[],
  { x, y }: { x: Scale; y: Scale },
  key: string,
): Svg[] {
  const at = quantiles.map((q, i) => ({ q, center: arm.center[i], low: arm.low[i], high: arm.high[i] }));
  const inside = at.filter((it) => placeable(it.q));
  const band = inside.map(({ q, low, high }) =>
    low === undefined || high === undefined ? null : { x: x.at(q), low: y.at(low), high: y.at(high) },
  );
  const line = inside.map(({ q, center }) => (center === undefined ? null : { x: x.at(q), y: y.at(center) }));
  return [
    el("path", { class: `band ${key}`, d: bandPath(band) }),
    el("path", { class: `ln ${key}`, d: linePath(line) }),
  ];
}

function endLabels(chart: Quantiles, y: Scale, styles: readonly ArmStyle[]): Svg[] {
  const ends = chart.arms.map((it) => ({ arm: it.arm, y: it.center.at(-1) })).filter((it) => it.y !== undefined);
  const placed = apart(
    ends.map((it) => y.at(it.y ?? 0)),
    14,
    top + 4,
    bottom,
  );
  return ends.map(({ arm }, i) =>
    el("text", { class: `en ${styleOf(styles, arm)}`, x: right + 8, y: (placed[i] ?? 0) + 4 }, [
      fitted(arm, width - right - 8, 12),
    ]),
  );
}

function inWords(chart: Quantiles): string {
  const named = (q: number) => {
    const i = chart.quantiles.indexOf(q);
    const values = chart.arms.flatMap(({ arm, center }) => {
      const value = center[i];
      return value === undefined ? [] : [`${arm} ${formatValue(value, chart.unit)}`];
    });
    return i < 0 || values.length === 0 ? [] : [`${quantileName(q)}: ${values.join(", ")}`];
  };
  return `${[0.5, 0.99].flatMap(named).join("; ") || "Quantiles of every arm"}. All numbers are in the table below.`;
}

export function quantilesTable(chart: Quantiles): ValueTable {
  return {
    caption: `${chart.title}; in brackets the range over the trials`,
    head: ["quantile", ...chart.arms.map((it) => it.arm)],
    rows: chart.quantiles.map((q, i) => ({
      head: quantileName(q),
      cells: chart.arms.map(({ center, low, high }) => {
        const [value, from, to] = [center[i], low[i], high[i]];
        if (value === undefined) return absent;
        const range =
          from === undefined || to === undefined || from === to
            ? ""
            : ` (${formatValue(from, chart.unit, { like: value })} to ${formatValue(to, chart.unit, { like: value })})`;
        return formatValue(value, chart.unit) + range;
      }),
    })),
  };
}
