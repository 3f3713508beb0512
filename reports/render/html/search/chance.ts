/** Share of good trials at each load, the fitted chance, and the share that the goal asks for. */
import { counted, formatExact, formatValue } from "../../../../runner/shared/format.ts";
import type { Chart } from "../../../analyses/charts.ts";
import { drawing, el, type Svg } from "../../svg/element.ts";
import { linePath } from "../../svg/path.ts";
import { linear } from "../../svg/scale.ts";
import type { ValueTable } from "../value-table.ts";
import { height, loadScale, loadTicks, markedLoads, marksInWords, marksLead, marksOf, size } from "./frame.ts";

type Chance = Extract<Chart, { kind: "chance" }>;

const words = { lower: "lower bound", upper: "upper bound", undecided: "undecided" } as const;

export function chanceChart(id: string, chart: Chance): Svg | null {
  if (chart.points.length === 0) return null;
  const shown = around(chart);
  const x = loadScale([...shown.map((it) => it.value), ...markedLoads(chart)]);
  const y = linear([-0.04, 1.04], [size.bottom, size.top]);
  return drawing(id, { width: size.width, height }, { title: chart.title, text: inWords(chart) }, [
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((value) => [
      el("line", { class: "grid", x1: size.left, x2: size.right, y1: y.at(value), y2: y.at(value) }),
      el("text", { class: "tk", x: size.left - 8, y: y.at(value) + 4, "text-anchor": "end" }, [
        formatExact(value, "ratio"),
      ]),
    ]),
    ...loadTicks(x, chart.axis),
    ...marksOf(chart, x),
    el("line", { class: "sl", x1: size.left, x2: size.right, y1: y.at(chart.goal), y2: y.at(chart.goal) }),
    chart.curve.length === 0
      ? null
      : el("path", {
          class: "ln c1",
          d: linePath(
            chart.curve
              .filter((it) => it.value >= x.domain[0] && it.value <= x.domain[1])
              .map((it) => ({ x: x.at(it.value), y: y.at(it.chance) })),
          ),
        }),
    ...shown.map(({ value, good, bad }) =>
      // Area by trials: a share of seven weighs more than one of one.
      el("circle", {
        class: good > 0 ? "sg" : "so",
        cx: x.at(value),
        cy: y.at(good / (good + bad)),
        r: 2.6 * Math.sqrt(good + bad),
      }),
    ),
  ]);
}

/** Loads farther from the bounds are only in the table: what lies between them is what matters. */
const NEAR = 1.6;

function around({ points, lower, upper }: Chance): Chance["points"] {
  if (lower === null || upper === null) return points;
  const [low, high] = [Math.min(lower, upper) / NEAR, Math.max(lower, upper) * NEAR];
  return points.filter((it) => it.value >= low && it.value <= high);
}

function inWords(chart: Chance): string {
  const trials = chart.points.reduce((sum, it) => sum + it.good + it.bad, 0);
  return `${counted(trials, "trial")} at ${counted(chart.points.length, "load")}; ${marksInWords(chart, chart.axis)}. All numbers are in the table below.`;
}

export const chanceLead = (chart: Chance): string =>
  `size: trials at a load; dotted: ${formatValue(chart.goal, "ratio")}${chart.curve.length === 0 ? "" : "; curve: fitted chance"}${marksLead(chart)}`;

export const chanceTable = (chart: Chance): ValueTable => ({
  caption: "Trials at each load",
  head: [chart.axis.title, "good trials", "in RFC 9971's words"],
  rows: chart.points.map(({ value, good, bad, classified }) => ({
    head: formatValue(value, chart.axis.unit),
    cells: [`${good} of ${good + bad}`, words[classified]],
  })),
});
