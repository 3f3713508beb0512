/** The dot strip: one dot per trial, a row per arm, lines join the trials of a block. */
import { formatExact, formatValue } from "../../../runner/shared/format.ts";
import type { Chart } from "../../analyses/charts.ts";
import { drawing, el, type Svg } from "../svg/element.ts";
import { linear, logarithmic, type Scale } from "../svg/scale.ts";
import { fitted, textWidth } from "../svg/text.ts";
import { type ArmStyle, styleOf } from "./arms.ts";
import { roundDomain, valueTicks } from "./value-axis.ts";
import { absent, type ValueTable } from "./value-table.ts";

type Dots = Extract<Chart, { kind: "dots" }>;

const width = 480;
const left = 96;
const right = 470;
const rowHeight = 42;
const top = 30;

export function dotsChart(id: string, chart: Dots, styles: readonly ArmStyle[]): Svg | null {
  const values = chart.arms.flatMap((it) => it.values.map((dot) => dot.value)).filter(Number.isFinite);
  if (values.length === 0) return null;
  const scale = axis(values, chart);
  const bottom = top + (chart.arms.length - 1) * rowHeight + 22;
  const rows = chart.arms.map((it, i) => ({ ...it, y: top + i * rowHeight, style: styleOf(styles, it.arm) }));
  return drawing(id, { width, height: bottom + 26 }, { title: chart.title, text: inWords(chart) }, [
    ...grid(scale, chart, bottom),
    ...joins(rows, scale),
    ...rows.flatMap((row) => [
      el("text", { class: "lt", x: 0, y: row.y + 4 }, [fitted(row.arm, left - 10, 13)]),
      row.values.length === 0 ? el("text", { class: "tk", x: left + 4, y: row.y + 4 }, ["no value"]) : null,
      ...row.values
        .filter((it) => Number.isFinite(it.value))
        .map((it) => el("circle", { class: `dot ${row.style}`, cx: scale.at(it.value), cy: row.y, r: 4.5 })),
    ]),
  ]);
}

/** From zero when the values are not far from it, so that a small difference does not look large. */
function axis(values: readonly number[], { log, unit }: Dots): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (log && low > 0) return logarithmic([low / 1.08, high * 1.08], [left, right]);
  const from = low >= 0 && (low < 0.6 * high || low === high) ? 0 : low - (high - low || Math.abs(low)) * 0.15;
  return linear(roundDomain(unit, from, high, 6), [left, right]);
}

function grid(scale: Scale, chart: Dots, bottom: number): Svg[] {
  const marks = valueTicks(chart.unit, scale.domain, 6, chart.log && scale.domain[0] > 0);
  let free = Number.NEGATIVE_INFINITY;
  return marks.flatMap((value) => {
    const x = scale.at(value);
    const text = formatExact(value, chart.unit, chart.log ? value : scale.domain[1]);
    const half = textWidth(text, 11.5) / 2;
    const line = el("line", { class: "grid", x1: x, x2: x, y1: 8, y2: bottom });
    const atEdge = x + half > width;
    const begins = atEdge ? width - 2 * half : x - half;
    if (begins < free) return [line];
    free = begins + 2 * half + 4;
    const anchored = atEdge ? { x: width, "text-anchor": "end" } : { x, "text-anchor": "middle" };
    return [line, el("text", { class: "tk", y: bottom + 18, ...anchored }, [text])];
  });
}

type Row = Dots["arms"][number] & { readonly y: number };

/** Between neighbouring rows, where both have a trial of the block. */
function joins(rows: readonly Row[], scale: Scale): Svg[] {
  return rows.slice(1).flatMap((row, i) => {
    const above = rows[i];
    if (!above) return [];
    return row.values.flatMap((it) => {
      const partner = above.values.find((other) => other.block === it.block);
      if (!partner || !Number.isFinite(partner.value + it.value)) return [];
      return [
        el("line", { class: "pair", x1: scale.at(partner.value), y1: above.y, x2: scale.at(it.value), y2: row.y }),
      ];
    });
  });
}

function inWords(chart: Dots): string {
  const rows = chart.arms.map(({ arm, values }) => {
    if (values.length === 0) return `${arm}: no value`;
    const numbers = values.map((it) => it.value);
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    const range = `${formatValue(low, chart.unit, { like: high })} to ${formatValue(high, chart.unit)}`;
    return `${arm}: ${values.length === 1 ? `one trial, ${formatValue(high, chart.unit)}` : `${values.length} trials, ${range}`}`;
  });
  return `${rows.join("; ")}.`;
}

export function dotsTable(chart: Dots): ValueTable {
  const blocks = [...new Set(chart.arms.flatMap((it) => it.values.map((dot) => dot.block)))].sort((a, b) => a - b);
  const like = Math.max(
    0,
    ...chart.arms.flatMap((it) => it.values.map((dot) => Math.abs(dot.value))).filter(Number.isFinite),
  );
  return {
    caption: chart.title,
    head: ["block", ...chart.arms.map((it) => it.arm)],
    rows: blocks.map((block) => ({
      head: String(block),
      cells: chart.arms.map(({ values }) => {
        const dot = values.find((it) => it.block === block);
        return dot ? formatValue(dot.value, chart.unit, { like }) : absent;
      }),
    })),
  };
}
