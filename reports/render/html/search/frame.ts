/** What the drawings of a search share: the load along the bottom, the bounds, and the interval of the answer. */
import { formatExact, formatValue } from "../../../../runner/shared/format.ts";
import type { Unit } from "../../../../runner/shared/quantities.ts";
import type { Marks } from "../../../analyses/charts.ts";
import { el, type Svg } from "../../svg/element.ts";
import { logarithmic, type Scale } from "../../svg/scale.ts";
import { textWidth } from "../../svg/text.ts";
import { valueTicks } from "../value-axis.ts";

export const size = { width: 480, left: 64, right: 466, top: 14, bottom: 206 } as const;
export const height = size.bottom + 46;

interface LoadAxis {
  readonly title: string;
  readonly unit: Unit;
}

/** Loads double and halve: equal distances are equal factors. */
export function loadScale(values: readonly number[]): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return logarithmic([low / 1.06, high * 1.06], [size.left, size.right]);
}

export function loadTicks(x: Scale, { title, unit }: LoadAxis): Svg[] {
  let free = Number.NEGATIVE_INFINITY;
  const ticks = valueTicks(unit, x.domain, 6, true).flatMap((value) => {
    const text = formatExact(value, unit);
    const half = textWidth(text, 11.5) / 2;
    const at = x.at(value);
    const line = el("line", { class: "grid", x1: at, x2: at, y1: size.top, y2: size.bottom });
    if (at - half < free) return [line];
    free = at + half + 6;
    return [line, el("text", { class: "tk", x: at, y: size.bottom + 18, "text-anchor": "middle" }, [text])];
  });
  return [...ticks, el("text", { class: "tk", x: size.right, y: size.bottom + 38, "text-anchor": "end" }, [title])];
}

/** The interval as a band, the bounds as lines: solid below, dashed above. */
export function marksOf({ lower, upper, answer }: Marks, x: Scale): Svg[] {
  const line = (value: number | null, kind: string): Svg[] =>
    value === null
      ? []
      : [el("line", { class: `sb ${kind}`, x1: x.at(value), x2: x.at(value), y1: size.top, y2: size.bottom })];
  // An end that nobody saw is farther than the axis goes.
  const from = answer?.low == null ? size.left : x.at(answer.low);
  const to = answer?.high == null ? size.right : x.at(answer.high);
  const band = { y: size.top, width: Math.max(1, to - from), height: size.bottom - size.top };
  return [
    ...(answer === null ? [] : [el("rect", { class: "sa", x: from, ...band })]),
    ...line(lower, "lo"),
    ...line(upper, "up"),
  ];
}

export function marksInWords({ lower, upper, answer }: Marks, { unit }: LoadAxis): string {
  const parts = [
    answer === null ? null : `answer ${answer.text}`,
    lower === null ? null : `lower bound ${formatValue(lower, unit)}`,
    upper === null ? null : `upper bound ${formatValue(upper, unit)}`,
  ].filter((it) => it !== null);
  return parts.length === 0 ? "nothing found yet" : parts.join(", ");
}

/** What the lines of `marksOf` are, beside what else a drawing holds. */
export const marksLead = ({ lower, upper, answer }: Marks): string =>
  [
    ...(lower === null ? [] : ["; upright: lower bound"]),
    ...(upper === null ? [] : ["; dashed: upper bound"]),
    ...(answer === null ? [] : ["; shaded: interval of the answer"]),
  ].join("");

/** Loads that are told of, so that all of them lie on the axis. */
export const markedLoads = ({ lower, upper, answer }: Marks): number[] =>
  [lower, upper, answer?.value ?? null].filter((it) => it !== null);

/** A good trial is a full dot, a bad one a cross: no colour is needed to tell them apart. */
export function trialMark(x: number, y: number, good: boolean): Svg {
  if (good) return el("circle", { class: "sg", cx: x, cy: y, r: 4.5 });
  const [r, round] = [4.5, (it: number) => Math.round(it * 10) / 10];
  return el("path", {
    class: "sx",
    d: `M${round(x - r)} ${round(y - r)}L${round(x + r)} ${round(y + r)}M${round(x - r)} ${round(y + r)}L${round(x + r)} ${round(y - r)}`,
  });
}
