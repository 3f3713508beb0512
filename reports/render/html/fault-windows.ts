/** The three windows of a fault to scale: asked for, done, seen by clients. */
import { formatExact } from "../../../runner/shared/format.ts";
import type { FaultReport, Span } from "../../analyses/parts.ts";
import { el, type Svg } from "../svg/element.ts";
import { linear, rounded, type Scale } from "../svg/scale.ts";

type ArmReport = FaultReport["arms"][number];

const width = 240;
const height = 44;
const kinds = [
  { pick: (arm: ArmReport) => arm.requested, className: "wr", y: 2 },
  { pick: (arm: ArmReport) => arm.acknowledged, className: "wa", y: 11 },
  { pick: (arm: ArmReport) => arm.observed, className: "wo", y: 20 },
] as const;

const spans = (arm: ArmReport): Span[] => kinds.map((it) => it.pick(arm)).filter((it) => it !== null);

/** One scale for all arms of a fault, so that their windows can be compared. Null without any window. */
export function windowScale(fault: FaultReport): Scale | null {
  const ends = fault.arms
    .flatMap(spans)
    .flatMap((it) => [it.start, it.end])
    .filter(Number.isFinite);
  if (ends.length === 0) return null;
  return linear(rounded(Math.min(0, ...ends), Math.max(1, ...ends), 4), [4, width - 4]);
}

/** The same times stand in words beside it, so it is hidden from screen readers. */
export function windows(arm: ArmReport, scale: Scale | null): Svg | null {
  if (scale === null || spans(arm).length === 0) return null;
  const [from, to] = scale.domain;
  const tick = (value: number, anchor: "start" | "end" | "middle", x = scale.at(value)) =>
    el("text", { class: "tk", x, y: height - 2, "text-anchor": anchor }, [formatExact(value, "ms", to)]);
  return el("svg", { class: "win", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, [
    el("line", { class: "grid", x1: scale.at(0), x2: scale.at(0), y1: 0, y2: 30 }),
    el("line", { class: "grid", x1: scale.at(from), x2: scale.at(to), y1: 30, y2: 30 }),
    ...kinds.flatMap(({ pick, className, y }) => {
      const span = pick(arm);
      if (span === null) return [];
      const x = scale.at(span.start);
      return [el("rect", { class: className, x, y, width: Math.max(scale.at(span.end) - x, 3), height: 7, rx: 1.5 })];
    }),
    tick(from, "start", 0),
    tick(to, "end", width),
  ]);
}

/** `asked 0 s to 10 s, done 0.02 s to 10.1 s, seen 0.2 s to 4.1 s` */
export function windowsInWords(arm: ArmReport): string {
  const says = [
    ["asked", arm.requested],
    ["done", arm.acknowledged],
    ["seen", arm.observed],
  ] as const;
  const like = Math.max(
    0,
    ...spans(arm)
      .map((it) => Math.abs(it.end))
      .filter(Number.isFinite),
  );
  const at = (value: number) => formatExact(Number(value.toPrecision(3)), "ms");
  return says
    .map(([word, span]) => {
      if (span === null) return `${word}: none`;
      return span.end - span.start < like / 1000
        ? `${word} at ${at(span.start)}`
        : `${word} ${at(span.start)} to ${at(span.end)}`;
    })
    .join(", ");
}
