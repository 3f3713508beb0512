/** What all panels of the timeline share: the time axis, shaded phases, and faults with their labels above. */
import { formatExact } from "../../../runner/shared/format.ts";
import type { Timeline } from "../../analyses/parts.ts";
import { el, type Svg } from "../svg/element.ts";
import { linear, type Scale, timeTicks } from "../svg/scale.ts";
import { fitted, textWidth } from "../svg/text.ts";

export const frame = { width: 1000, left: 132, right: 924, labelSize: 12 } as const;
const firstFaultRow = 22;
const faultRow = 17;

/** Seconds since the load's start to pixels. */
export function timeScale({ t, phases, faults }: Timeline): Scale {
  const ends = [...phases.map((it) => it.end), ...faults.map((it) => it.end), ...t.slice(-1)].filter(Number.isFinite);
  return linear([0, Math.max(1, ...ends)], [frame.left, frame.right]);
}

interface FaultMark {
  readonly name: string;
  readonly x: number;
  readonly width: number;
  readonly row: number;
  readonly label: { readonly x: number; readonly anchor: "start" | "end"; readonly text: string };
}

/** Each label in the first row where it meets no other; at the right edge it ends at its mark instead of starting there. */
export function faultMarks(timeline: Timeline, x: Scale): readonly FaultMark[] {
  const taken: number[] = [];
  return [...timeline.faults]
    .sort((a, b) => a.start - b.start || a.end - b.end)
    .map(({ name, start, end }) => {
      const from = x.at(start);
      const text = fitted(name, 220, frame.labelSize);
      const wide = textWidth(text, frame.labelSize);
      const anchor = from + wide > frame.width ? "end" : "start";
      const [begins, ends] =
        anchor === "start" ? [from, Math.max(from + wide, x.at(end))] : [frame.width - wide, frame.width];
      const free = taken.findIndex((edge) => edge + 8 <= begins);
      const row = free < 0 ? taken.length : free;
      taken[row] = ends;
      return {
        name,
        x: from,
        width: Math.max(x.at(end) - from, 5),
        row,
        label: { x: anchor === "start" ? from : frame.width, anchor, text },
      };
    });
}

/** Height taken above the first panel. */
export const headHeight = (marks: readonly FaultMark[]): number =>
  firstFaultRow + (marks.length === 0 ? 0 : (Math.max(...marks.map((it) => it.row)) + 1) * (faultRow + 6) + 2);

export function phaseShades(timeline: Timeline, x: Scale, bottom: number): Svg[] {
  return timeline.phases.flatMap((phase, i) => {
    const [from, to] = [x.at(phase.start), x.at(phase.end)];
    const label = fitted(phase.warmup ? `${phase.name} (not judged)` : phase.name, to - from - 8, frame.labelSize);
    const short = label === "" || label.endsWith("…") ? fitted(phase.name, to - from - 8, frame.labelSize) : label;
    return [
      el(
        "rect",
        { class: i % 2 === 0 ? "ph" : "ph alt", x: from, y: 0, width: Math.max(0, to - from), height: bottom },
        [
          el("title", {}, [
            `${phase.name}, ${formatExact(phase.start * 1000, "ms")} to ${formatExact(phase.end * 1000, "ms")}`,
          ]),
        ],
      ),
      short === "" ? null : el("text", { class: "pl", x: from + 6, y: 15 }, [short]),
    ].filter((it) => it !== null);
  });
}

export function faultShades(marks: readonly FaultMark[], bottom: number): Svg[] {
  return marks.flatMap((mark) => {
    const y = firstFaultRow + mark.row * (faultRow + 6);
    return [
      el("rect", { class: "fw", x: mark.x, y, width: mark.width, height: 5, rx: 2 }, [el("title", {}, [mark.name])]),
      el("line", { class: "fl", x1: mark.x, x2: mark.x, y1: y, y2: bottom }),
      el(
        "text",
        {
          class: "fn",
          x: mark.label.x + (mark.label.anchor === "start" ? 1 : 0),
          y: y + 17,
          "text-anchor": mark.label.anchor,
        },
        [mark.label.text],
      ),
    ];
  });
}

export const timeAxis = (x: Scale, y: number): Svg[] =>
  timeTicks(...x.domain, 10).map((seconds) =>
    el("text", { class: "tk", x: x.at(seconds), y, "text-anchor": "middle" }, [
      formatExact(seconds * 1000, "ms", x.domain[1] * 1000),
    ]),
  );
