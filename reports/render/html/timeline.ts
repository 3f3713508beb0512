/** What happened: the stacked panels on one time axis, their legend and their numbers. */
import { counted, formatExact, formatValue } from "../../../runner/shared/format.ts";
import type { Timeline } from "../../analyses/parts.ts";
import type { Judgement } from "../../verdict/judgement.ts";
import { drawing, type Svg } from "../svg/element.ts";
import { type ArmStyle, armStyles } from "./arms.ts";
import { thinned } from "./bins.ts";
import { faultScaleHeight, faultScales } from "./fault-scale.ts";
import { faultMarks, faultShades, frame, headHeight, phaseShades, timeAxis, timeScale } from "./timeline-frame.ts";
import { panelDrawing, panelHeight } from "./timeline-panel.ts";
import { absent, type ValueTable } from "./value-table.ts";

const drawnBins = 300;
const listedBins = 40;

/** Null when the record holds no series at all. */
export function timelineView(judgement: Judgement) {
  const { timeline, run } = judgement;
  if (timeline === null || timeline.panels.length === 0 || timeline.t.length === 0) return null;
  const styles = armStyles(judgement);
  const several = run.blocks.done > 1;
  const since = `Time since the load started${timeline.faults.length > 0 ? "; below it, since each fault" : ""}.`;
  return {
    chart: chart(timeline, styles),
    keys: styles.filter(({ arm }) => timeline.panels.some((panel) => panel.lines.some((line) => line.arm === arm))),
    hasFaults: timeline.faults.length > 0,
    lead: several ? `Median trial of each arm; bands hold all ${run.blocks.done}. ${since}` : since,
    table: numbers(thinned(timeline, listedBins)),
  };
}

function chart(timeline: Timeline, styles: readonly ArmStyle[]): Svg {
  const shown = thinned(timeline, drawnBins);
  const x = timeScale(shown);
  const marks = faultMarks(shown, x);
  const head = headHeight(marks);
  const bottom = head + shown.panels.length * panelHeight;
  const words = { title: "What happened, over time", text: inWords(timeline) };
  const height = bottom + 26 + (marks.length > 0 ? faultScaleHeight : 0);
  return drawing("timeline", { width: frame.width, height }, words, [
    ...phaseShades(shown, x, bottom),
    ...faultShades(marks, bottom),
    ...shown.panels.flatMap((panel, i) => panelDrawing(panel, shown.t, x, head + i * panelHeight, styles)),
    ...timeAxis(x, bottom + 18),
    ...faultScales(shown, x, bottom + 28),
  ]);
}

function inWords({ panels, phases, faults }: Timeline): string {
  const seconds = (value: number) => formatExact(value * 1000, "ms");
  return [
    `${counted(panels.length, "panel")} on one time axis: ${panels.map((it) => it.title).join(", ")}.`,
    `Phases: ${phases.map((it) => `${it.name} from ${seconds(it.start)}`).join(", ") || "none"}.`,
    `Faults: ${faults.map((it) => `${it.name} at ${seconds(it.start)}`).join(", ") || "none"}.`,
    "The numbers stand in the table below.",
  ].join(" ");
}

function numbers(timeline: Timeline): ValueTable {
  const lines = timeline.panels.flatMap((panel) => panel.lines.map((line) => ({ panel, line })));
  return {
    caption: "Centre of each line over time",
    head: ["time", ...lines.map(({ panel, line }) => columnName(panel.title, line.label, line.arm))],
    rows: timeline.t.map((t, i) => ({
      head: formatExact(t * 1000, "ms"),
      cells: lines.map(({ panel, line }) => {
        const value = line.center[i];
        return value === null || value === undefined ? absent : formatValue(value, panel.unit);
      }),
    })),
  };
}

const columnName = (panel: string, label: string, arm: string): string =>
  [...new Set([panel, label, arm])].filter((it) => it !== "").join(" · ");
