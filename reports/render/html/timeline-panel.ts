/** One panel of the timeline: its own value axis, bands and lines of every arm, names at the right end. */
import { formatExact } from "../../../runner/shared/format.ts";
import type { Panel } from "../../analyses/parts.ts";
import { el, type Svg } from "../svg/element.ts";
import { bandPath, linePath } from "../svg/path.ts";
import { linear, logarithmic, type Scale } from "../svg/scale.ts";
import { apart, fitted, wrapped } from "../svg/text.ts";
import { type ArmStyle, styleOf } from "./arms.ts";
import { frame } from "./timeline-frame.ts";
import { roundDomain, valueTicks } from "./value-axis.ts";

export const panelHeight = 98;
const [plotTop, plotBottom] = [24, 86];

/** Times over which a linear axis would hide the small values. */
const logFrom = 12;

const present = (values: readonly (number | null)[] | null): number[] =>
  (values ?? []).filter((it): it is number => it !== null && Number.isFinite(it));

interface ValueAxis {
  readonly scale: Scale;
  readonly ticks: readonly number[];
  readonly log: boolean;
}

function valueAxis(panel: Panel, y: number): ValueAxis {
  const values = panel.lines.flatMap((it) => [...present(it.center), ...present(it.low), ...present(it.high)]);
  const range = [y + plotBottom, y + plotTop] as const;
  const positive = values.filter((it) => it > 0);
  const [low, high] = [Math.min(...positive), Math.max(0, ...values)];
  if (panel.unit === "ms" && positive.length > 0 && high / low > logFrom) {
    const scale = logarithmic([low / 1.1, high * 1.1], range);
    return { scale, ticks: spaced(valueTicks(panel.unit, scale.domain, 3, true), scale), log: true };
  }
  const least = Math.min(0, ...values);
  const domain = roundDomain(panel.unit, least, high, 3);
  return { scale: linear(domain, range), ticks: valueTicks(panel.unit, domain, 3, false), log: false };
}

/** Without those whose labels would touch. */
const spaced = (values: readonly number[], { at }: Scale): number[] => {
  let free = Number.POSITIVE_INFINITY;
  return values.filter((it) => {
    const fits = at(it) <= free;
    if (fits) free = at(it) - 13;
    return fits;
  });
};

/** `t` are seconds; `y` is the panel's upper edge. */
export function panelDrawing(
  panel: Panel,
  t: readonly number[],
  x: Scale,
  y: number,
  styles: readonly ArmStyle[],
): Svg[] {
  const axis = valueAxis(panel, y);
  return [
    el("line", { class: "sep", x1: 0, x2: frame.width, y1: y, y2: y }),
    ...heading(panel, axis, y),
    ...axis.ticks.flatMap((value) => [
      el("line", {
        class: "grid",
        x1: frame.left,
        x2: frame.right,
        y1: axis.scale.at(value),
        y2: axis.scale.at(value),
      }),
      el("text", { class: "tk", x: frame.left - 8, y: axis.scale.at(value) + 4, "text-anchor": "end" }, [
        formatExact(value, panel.unit, axis.log ? value : axis.scale.domain[1]),
      ]),
    ]),
    ...panel.lines.flatMap((line) => lineDrawing(line, panel, t, x, axis.scale, styleOf(styles, line.arm))),
    ...endLabels(panel, axis.scale, y, styles),
  ];
}

function heading(panel: Panel, axis: ValueAxis, y: number): Svg[] {
  const lines = wrapped(panel.title, frame.left - 46, 13, 3);
  return [
    ...lines.map((text, i) => el("text", { class: "lt", x: 0, y: y + 21 + i * 16 }, [text])),
    axis.log ? el("text", { class: "lu", x: 0, y: y + 21 + lines.length * 16 }, ["log scale"]) : null,
  ].filter((it) => it !== null);
}

type Line = Panel["lines"][number];

function lineDrawing(line: Line, panel: Panel, t: readonly number[], x: Scale, scale: Scale, key: string): Svg[] {
  const steps = panel.unit === "count";
  const at = (i: number) => x.at(t[i] ?? 0);
  const points = line.center.map((it, i) =>
    it === null || !Number.isFinite(it) ? null : { x: at(i), y: scale.at(it) },
  );
  const band = line.low && line.high ? bandOf(line.low, line.high, at, scale) : null;
  return [
    band && el("path", { class: `band ${key}`, d: bandPath(band, steps) }),
    el("path", { class: `ln ${key}${line.dashed ? " dashed" : ""}`, d: linePath(points, steps) }),
  ].filter((it) => it !== null);
}

const bandOf = (
  low: readonly (number | null)[],
  high: readonly (number | null)[],
  at: (i: number) => number,
  scale: Scale,
) =>
  low.map((from, i) => {
    const to = high[i];
    return from === null || to === null || to === undefined
      ? null
      : { x: at(i), low: scale.at(from), high: scale.at(to) };
  });

interface EndLabel {
  readonly text: string;
  readonly y: number;
  readonly key: string;
}

/** The name of each line where it ends; arms that end together share one, since their names would overlap. */
function endLabels(panel: Panel, scale: Scale, y: number, styles: readonly ArmStyle[]): Svg[] {
  const several = new Set(panel.lines.map((it) => it.label)).size > 1;
  const ends = panel.lines.flatMap((line) => {
    const last = present(line.center).at(-1);
    return last === undefined
      ? []
      : [{ label: line.label, arm: line.arm, y: scale.at(last), key: styleOf(styles, line.arm) }];
  });
  const byLabel = Map.groupBy(ends, (it) => it.label);
  const labels = [...byLabel].flatMap(([label, group]): EndLabel[] => {
    const spread = Math.max(...group.map((it) => it.y)) - Math.min(...group.map((it) => it.y));
    const [first] = group;
    if (!first) return [];
    if (group.length > 1 && spread < 13) {
      return [{ text: several ? label : group.length === 2 ? "both" : "all", y: first.y, key: "" }];
    }
    return group.map((it) => ({ text: several ? label : it.arm, y: it.y, key: it.key }));
  });
  const placed = apart(
    labels.map((it) => it.y),
    13,
    y + plotTop - 8,
    y + plotBottom + 2,
  );
  return labels.map((it, i) =>
    el("text", { class: `en ${it.key}`, x: frame.right + 6, y: (placed[i] ?? 0) + 4 }, [
      fitted(it.text, frame.width - frame.right - 4, 12),
    ]),
  );
}
