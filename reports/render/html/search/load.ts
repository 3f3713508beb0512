/** What a goal bounds, in each trial of a search, over the load: good trials as dots, bad ones as crosses. */
import { counted, formatBound, formatExact, formatValue } from "../../../../runner/shared/format.ts";
import type { Chart } from "../../../analyses/charts.ts";
import { drawing, el, type Svg } from "../../svg/element.ts";
import { linear, logarithmic, type Scale } from "../../svg/scale.ts";
import { roundDomain, valueTicks } from "../value-axis.ts";
import type { ValueTable } from "../value-table.ts";
import {
  height,
  loadScale,
  loadTicks,
  markedLoads,
  marksInWords,
  marksLead,
  marksOf,
  size,
  trialMark,
} from "./frame.ts";

type Load = Extract<Chart, { kind: "load" }>;

export function loadChart(id: string, chart: Load): Svg | null {
  if (chart.trials.length === 0) return null;
  const x = loadScale([...chart.trials.map((it) => it.value), ...markedLoads(chart)]);
  const y = valueScale(chart);
  const { bound, unit } = chart;
  return drawing(id, { width: size.width, height }, { title: chart.title, text: inWords(chart) }, [
    ...valueTicks(unit, y.domain, 5, isLog(chart)).flatMap((value) => [
      el("line", { class: "grid", x1: size.left, x2: size.right, y1: y.at(value), y2: y.at(value) }),
      el("text", { class: "tk", x: size.left - 8, y: y.at(value) + 4, "text-anchor": "end" }, [
        formatExact(value, unit),
      ]),
    ]),
    ...loadTicks(x, chart.axis),
    ...marksOf(chart, x),
    bound === null
      ? null
      : el("line", { class: "sl", x1: size.left, x2: size.right, y1: y.at(bound), y2: y.at(bound) }),
    ...chart.trials.map((it) => trialMark(x.at(it.value), y.at(it.y), it.good)),
  ]);
}

const readings = ({ trials, bound }: Load): number[] => [
  ...trials.map((it) => it.y),
  ...(bound === null ? [] : [bound]),
];

/** Near its limit a latency grows without end: factors tell more than differences, unless something is zero. */
const isLog = (chart: Load): boolean => {
  const values = readings(chart);
  return Math.min(...values) > 0 && Math.max(...values) > 4 * Math.min(...values);
};

function valueScale(chart: Load): Scale {
  const values = readings(chart);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (isLog(chart)) return logarithmic([low / 1.15, high * 1.15], [size.bottom, size.top]);
  return linear(roundDomain(chart.unit, Math.min(0, low), high, 5), [size.bottom, size.top]);
}

function inWords(chart: Load): string {
  const good = chart.trials.filter((it) => it.good).length;
  return `${counted(chart.trials.length, "trial")}, ${good} good; ${marksInWords(chart, chart.axis)}. All numbers are in the table below.`;
}

export function loadLead(chart: Load): string {
  const { bound, unit } = chart;
  const limit = bound === null ? "" : formatBound({ kind: "max", value: bound, relative: false }, unit);
  return `dot: good trial; cross: bad one${limit === "" ? "" : `; dotted: ${limit.replace(/^≤\s?/u, "")}`}${marksLead(chart)}`;
}

export function loadTable(chart: Load): ValueTable {
  const trials = chart.trials.toSorted((a, b) => a.value - b.value);
  return {
    caption: `${chart.title} in each trial`,
    head: [chart.axis.title, chart.title, "the goal"],
    rows: trials.map((it) => ({
      head: formatValue(it.value, chart.axis.unit),
      cells: [
        formatValue(it.y, chart.unit),
        `${it.good ? "holds" : "does not hold"}${it.disturbed ? ", disturbed" : ""}`,
      ],
    })),
  };
}
