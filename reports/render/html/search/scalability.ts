/** Throughput over what is in flight: a dot a trial, and the universal scalability law through them. */
import { counted, formatExact, formatValue } from "../../../../runner/shared/format.ts";
import type { Chart } from "../../../analyses/charts.ts";
import { drawing, el, type Svg } from "../../svg/element.ts";
import { linePath } from "../../svg/path.ts";
import { linear } from "../../svg/scale.ts";
import { roundDomain, valueTicks } from "../value-axis.ts";
import type { ValueTable } from "../value-table.ts";
import { height, loadScale, loadTicks, size } from "./frame.ts";

type Law = Extract<Chart, { kind: "scalability" }>;

const axis = { title: "Requests in flight", unit: "count" } as const;

export function scalabilityChart(id: string, chart: Law): Svg | null {
  if (chart.runs.length === 0) return null;
  const x = loadScale([...chart.runs, ...chart.curve].map((it) => it.n));
  const highest = Math.max(...[...chart.runs, ...chart.curve].map((it) => it.throughput));
  const y = linear(roundDomain("1/s", 0, highest, 5), [size.bottom, size.top]);
  return drawing(id, { width: size.width, height }, { title: chart.title, text: inWords(chart) }, [
    ...valueTicks("1/s", y.domain, 5, false).flatMap((value) => [
      el("line", { class: "grid", x1: size.left, x2: size.right, y1: y.at(value), y2: y.at(value) }),
      el("text", { class: "tk", x: size.left - 8, y: y.at(value) + 4, "text-anchor": "end" }, [
        formatExact(value, "1/s"),
      ]),
    ]),
    ...loadTicks(x, axis),
    chart.peak === null
      ? null
      : el("line", { class: "sb up", x1: x.at(chart.peak), x2: x.at(chart.peak), y1: size.top, y2: size.bottom }),
    el("path", {
      class: "ln c1",
      d: linePath(chart.curve.map((it) => ({ x: x.at(it.n), y: y.at(it.throughput) }))),
    }),
    ...chart.runs.map((it) => el("circle", { class: "sg", cx: x.at(it.n), cy: y.at(it.throughput), r: 4 })),
  ]);
}

function inWords({ runs, peak }: Law): string {
  const most = Math.max(...runs.map((it) => it.throughput));
  return `${counted(runs.length, "trial")}, up to ${formatValue(most, "1/s")}; ${peak === null ? "no peak is proved" : `peak at ${formatValue(peak, "count")} in flight`}. All numbers are in the table below.`;
}

export const scalabilityLead = ({ peak }: Law): string =>
  `dot: trial; curve: universal scalability law, to twice what was seen${peak === null ? "" : "; dashed: its peak"}`;

export const scalabilityTable = ({ title, runs }: Law): ValueTable => ({
  caption: title,
  head: [axis.title, "throughput"],
  rows: runs
    .toSorted((a, b) => a.n - b.n)
    .map((it) => ({ head: String(Number(it.n.toPrecision(3))), cells: [formatValue(it.throughput, "1/s")] })),
});
