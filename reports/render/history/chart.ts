/** One metric over its nights: a dot a night, the mean of each level with its interval, and a line where the level changed. */
import { formatChange, formatExact } from "../../../runner/shared/format.ts";
import type { ChangeReport } from "../../history/change-report.ts";
import type { MetricReport } from "../../history/metric-report.ts";
import type { HistoryReport, Night } from "../../history/report.ts";
import { roundDomain, valueTicks } from "../html/value-axis.ts";
import { drawing, el, pixel, type Svg } from "../svg/element.ts";
import { linear, type Scale } from "../svg/scale.ts";
import { textWidth } from "../svg/text.ts";
import type { Word } from "../words.ts";
import { chartText } from "./words/chart-text.ts";
import { dayOf } from "./words/names.ts";
import { lastSegment, levelText } from "./words/values.ts";

const width = 1032;
const [left, right] = [64, 956];
const plotHeight = 116;
const rowHeight = 15;
const labelSize = 11.5;

/** Colour by meaning, beside a word. */
export const toneOf = ({ state, worse }: Pick<ChangeReport, "state" | "worse">): Word["tone"] => {
  if (state === "refuted" || (state === "suspect" && !worse)) return "none";
  if (state === "suspect") return "open";
  return worse ? "bad" : "good";
};

interface Frame {
  readonly x: Scale;
  readonly y: Scale;
  readonly top: number;
  readonly bottom: number;
  /** Index of the first night that is drawn. */
  readonly from: number;
}

/** Null when no night of those that are drawn has a value. */
export function historyChart(id: string, metric: MetricReport, report: HistoryReport, from: number): Svg | null {
  const points = metric.points.filter((it) => it.night >= from);
  if (points.length === 0) return null;
  const { nights } = report;
  const x = linear([from - 0.5, nights.length - 0.5], [left, right]);
  const labels = placed(labelsOf(metric, report, from, x));
  const top = 8 + rowHeight * Math.max(0, ...labels.map((it) => it.row + 1));
  const bottom = top + plotHeight;
  const frame = { x, y: valueScale(metric, points, [bottom, top]), top, bottom, from };
  const title = [metric.title, metric.where].filter((it) => it !== "").join(" in ");
  return drawing(id, { width, height: bottom + 26 }, { title, text: chartText(metric, report) }, [
    ...grid(metric, frame),
    ...nightTicks(nights, frame),
    ...metric.changes.flatMap((it) => place(it, frame)),
    ...metric.segments.flatMap((it) => level(it, metric, frame)),
    el("path", {
      class: "pts",
      d: points.map((it) => dot(x.at(it.night), frame.y.at(shown(metric, it.value)))).join(""),
    }),
    ...suspects(metric, frame),
    ...gaps(metric, frame),
    ...labels.flatMap((it) => mark(it, frame)),
    ...lastLabel(metric, frame),
  ]);
}

/** On the axis: a factor becomes a share of change. */
const shown = ({ versus, scale }: MetricReport, value: number): number =>
  versus !== null && scale === "ratio" ? value - 1 : value;

const unitOf = ({ versus, scale, unit }: MetricReport) =>
  versus === null ? unit : scale === "ratio" ? ("ratio" as const) : unit;

const dot = (x: number, y: number): string => `M${pixel(x)} ${pixel(y)}h0`;

function valueScale(metric: MetricReport, points: MetricReport["points"], range: readonly [number, number]): Scale {
  const values = points.map((it) => shown(metric, it.value));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // A change is seen against none at all.
  const [from, to] = metric.versus === null ? [low, high] : [Math.min(0, low), Math.max(0, high)];
  const air = (to - from || Math.abs(to) || 0.01) * 0.08;
  const unit = unitOf(metric);
  const least = metric.versus === null && low >= 0 ? Math.max(0, from - air) : from - air;
  return linear(roundDomain(unit, least, to + air, 4), range);
}

function grid(metric: MetricReport, { y, x }: Frame): Svg[] {
  const unit = unitOf(metric);
  const [low, high] = y.domain;
  return valueTicks(unit, y.domain, 4, false).flatMap((value) => {
    const text = formatExact(
      value,
      metric.versus !== null && metric.scale === "difference" && unit === "ratio" ? "points" : unit,
      Math.max(Math.abs(low), Math.abs(high)),
    );
    const signed = metric.versus !== null && value > 0 ? `+${text}` : text;
    const zero = metric.versus !== null && value === 0;
    return [
      el("line", { class: zero ? "zero" : "grid", x1: left, x2: x.at(x.domain[1]), y1: y.at(value), y2: y.at(value) }),
      el("text", { class: "tk", x: left - 8, y: y.at(value) + 4, "text-anchor": "end" }, [signed]),
    ];
  });
}

/** The first night, and as many more as have room. */
function nightTicks(nights: readonly Night[], { x, bottom, from }: Frame): Svg[] {
  let free = Number.NEGATIVE_INFINITY;
  const every = Math.max(1, Math.ceil((nights.length - from) / 9));
  return nights.flatMap((night, i) => {
    if (i < from || (i - from) % every !== 0) return [];
    const [at, text] = [x.at(i), dayOf(night)];
    if (at - textWidth(text, labelSize) / 2 < free || at > right - 20) return [];
    free = at + textWidth(text, labelSize) / 2 + 8;
    return [
      el("line", { class: "grid", x1: at, x2: at, y1: bottom, y2: bottom + 4 }),
      el("text", { class: "tk", x: at, y: bottom + 19, "text-anchor": "middle" }, [text]),
    ];
  });
}

/** Nights that are as likely to be the first at the new level. */
function place({ first, last, ...change }: ChangeReport, { x, top, bottom, from }: Frame): Svg[] {
  if (last < from || first === last) return [];
  const [start, end] = [x.at(Math.max(first, from) - 0.5), x.at(last - 0.5)];
  return [
    el("rect", {
      class: `near ${toneOf(change)}`,
      x: start,
      y: top,
      width: Math.max(1, end - start),
      height: bottom - top,
    }),
  ];
}

function level(segment: MetricReport["segments"][number], metric: MetricReport, { x, y, from }: Frame): Svg[] {
  if (segment.last < from) return [];
  const [start, end] = [x.at(Math.max(segment.first, from) - 0.5), x.at(segment.last + 0.5)];
  const middle = y.at(shown(metric, segment.mean));
  const line = el("line", { class: "lvl", x1: start, x2: end, y1: middle, y2: middle });
  if (segment.lower === null || segment.upper === null) return [line];
  const [low, high] = [y.at(shown(metric, segment.lower)), y.at(shown(metric, segment.upper))];
  return [
    el("rect", { class: "band c1", x: start, y: high, width: end - start, height: Math.max(1, low - high) }),
    line,
  ];
}

/** Nights that only the look suspects: a ring around each. */
function suspects(metric: MetricReport, { x, y, from }: Frame): Svg[] {
  const suspect = metric.changes.find((it) => it.by === "look" || it.by === "creep");
  if (suspect === undefined) return [];
  return metric.points
    .filter((it) => it.night >= Math.max(suspect.night, from))
    .map((it) =>
      el("circle", { class: `ring ${toneOf(suspect)}`, cx: x.at(it.night), cy: y.at(shown(metric, it.value)), r: 5.5 }),
    );
}

/** Nights without a value: a small cross at the foot. */
function gaps({ gaps }: MetricReport, { x, bottom, from }: Frame): Svg[] {
  const crosses = gaps
    .filter((it) => it.night >= from)
    .map((it) => `M${pixel(x.at(it.night) - 3)} ${pixel(bottom - 9)}l6 6m0 -6l-6 6`);
  return crosses.length === 0 ? [] : [el("path", { class: "gap", d: crosses.join("") })];
}

interface Label {
  readonly text: string;
  readonly tone: string;
  readonly at: number;
}

function labelsOf(metric: MetricReport, { release, nights }: HistoryReport, from: number, x: Scale): Label[] {
  const changes = metric.changes.map((it) => ({
    text: `${formatChange(it.shift, metric.unit)} ${it.state}`,
    tone: toneOf(it),
    at: it.night,
  }));
  const rebased = metric.rebased.map((it) => ({ text: `another ${metric.versus}`, tone: "mark", at: it }));
  const released =
    release?.kind === "nights"
      ? [
          {
            text: `release ${nights[release.nights.at(-1) as number]?.release ?? ""}`.trim(),
            tone: "mark",
            at: (release.nights.at(-1) as number) + 1,
          },
        ]
      : [];
  return [...changes, ...rebased, ...released]
    .filter((it) => it.at >= from)
    .sort((a, b) => a.at - b.at)
    .map((it) => ({ ...it, at: x.at(it.at - 0.5) }));
}

/** Each label in the first row where it covers no other; those near the right end turn to the left. */
function placed(labels: readonly Label[]): (Label & { readonly row: number; readonly turned: boolean })[] {
  const rows: { from: number; to: number }[][] = [];
  return labels.map((label) => {
    const size = textWidth(label.text, labelSize) + 10;
    const turned = label.at + size > width;
    const [from, to] = turned ? [label.at - size, label.at] : [label.at, label.at + size];
    const free = rows.findIndex((row) => row.every((it) => it.to < from || it.from > to));
    const row = free < 0 ? rows.length : free;
    rows[row] = [...(rows[row] ?? []), { from, to }];
    return { ...label, row, turned };
  });
}

function mark({ text, tone, at, row, turned }: ReturnType<typeof placed>[number], { bottom }: Frame): Svg[] {
  const y = 12 + row * rowHeight;
  return [
    el("line", { class: `chg ${tone}`, x1: at, x2: at, y1: y - 9, y2: bottom }),
    el("text", { class: `cl ${tone}`, x: turned ? at - 5 : at + 5, y, "text-anchor": turned ? "end" : "start" }, [
      text,
    ]),
  ];
}

/** The present level at its right end. */
function lastLabel(metric: MetricReport, { y }: Frame): Svg[] {
  const segment = lastSegment(metric);
  if (segment === undefined) return [];
  const at = y.at(shown(metric, segment.mean));
  return [el("text", { class: "lt", x: right + 8, y: at + 4 }, [levelText(metric, segment).mean])];
}
