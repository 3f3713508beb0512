/** A history on a terminal: a line for each metric, the changes of each night with their commits, what to do next. */
import { counted, plainSpaces } from "../../../runner/shared/format.ts";
import { type Paint, painter } from "../../../runner/shared/paint.ts";
import type { Blames } from "../../history/blame.ts";
import type { MetricReport } from "../../history/metric-report.ts";
import { changesOf, type HistoryReport, type Night } from "../../history/report.ts";
import { cleaned, oneLine } from "../clean.ts";
import { lengthOf } from "../svg/text.ts";
import { blameText } from "./words/blame.ts";
import { headlineOf, noticesOf, versusText } from "./words/headline.ts";
import { dayOf, hasSeveralArms, nameOf, shortCommit } from "./words/names.ts";
import { changeWords, inOrder, stateText, statusWords, wordOf } from "./words/states.ts";
import { lastSegment, levelText, shiftText, tonightText } from "./words/values.ts";

interface HistoryTextOptions {
  readonly color: boolean;
  readonly blames: Blames;
  /** Where the page was written; null when it was not. */
  readonly page: string | null;
  readonly next: string | null;
}

/** Ends with a newline. Without colour it holds no escape sequence, whatever commits and scenarios are called. */
export function renderHistoryText(given: HistoryReport, options: HistoryTextOptions): string {
  const report = cleaned(given);
  const { page, next, color } = options;
  const blames = cleaned(options.blames);
  const paint = painter(color);
  const status = statusWords[report.status];
  const blocks = [
    [`${paint(report.scenario, "bold")}  ${aboutNights(report)}`],
    tableOf(report, paint),
    ...report.groups.map((group) => groupLines(report, group, blames, paint)),
    [
      `${paint(`${status.icon} ${status.word}`, status.tone)}  ${headlineOf(report)}`,
      ...noticesOf(report).map((it) => `! ${oneLine(it)}`),
    ],
    [...(page === null ? [] : [`page  ${page}`]), ...(next === null ? [] : [`next  ${oneLine(next)}`])],
  ].filter((it) => it.length > 0);
  return `${plainSpaces(blocks.map((it) => it.join("\n")).join("\n\n"))}\n`;
}

function aboutNights({ nights, hostClass, versus, release }: HistoryReport): string {
  const [first, last] = [nights[0], nights.at(-1)];
  const span = first === undefined || last === undefined ? "" : `, ${dayOf(first)} to ${dayOf(last)}`;
  return [
    `${counted(nights.length, "night")}${span}`,
    `on ${hostClass}`,
    versusText({ versus }),
    release === null ? "" : `last release ${release.name}`,
  ]
    .filter((it) => it !== "")
    .join("  ");
}

function tableOf(report: HistoryReport, paint: Paint): string[] {
  const several = hasSeveralArms(report);
  const rows = inOrder(report.metrics).map((it) => ({ word: wordOf(it), cells: cellsOf(it, report, several) }));
  const widths = [0, 1, 2, 3].map((i) => Math.max(0, ...rows.map((it) => lengthOf(it.cells[i] ?? ""))));
  return rows.map(({ word, cells }) =>
    `  ${cells
      .map((text, i) => {
        const gap = " ".repeat(Math.max(0, (widths[i] ?? 0) - lengthOf(text)));
        const padded = i === 2 || i === 3 ? gap + text : text + gap;
        return i === 0 ? paint(padded, word.tone) : padded;
      })
      .join("  ")}`.trimEnd(),
  );
}

function cellsOf(metric: MetricReport, report: HistoryReport, several: boolean): string[] {
  const { icon, word } = wordOf(metric);
  const segment = lastSegment(metric);
  const level = segment === undefined ? null : levelText(metric, segment);
  return [
    `${icon} ${word}`,
    oneLine(nameOf(metric, several)),
    tonightText(metric, report.nights.length),
    level === null ? "" : `level ${level.mean} (${level.interval})`,
    oneLine(stateText(metric, report)),
  ].map(plainSpaces);
}

function groupLines(
  report: HistoryReport,
  group: HistoryReport["groups"][number],
  blames: Blames,
  paint: Paint,
): string[] {
  const { nights } = report;
  const several = hasSeveralArms(report);
  const changes = changesOf(report, group);
  const night = nights[group.firstNight] as Night;
  const at = night.commit === null ? "" : `  ${shortCommit(night.commit)}`;
  const texts = changes.map(({ metric, change }) => ({
    cells: [
      change.id,
      changeWords[change.state],
      change.worse ? "worse" : "better",
      nameOf(metric, several),
      shiftText(change, metric.unit),
    ],
  }));
  const widths = [0, 1, 2, 3].map((i) => Math.max(...texts.map((it) => lengthOf(it.cells[i] ?? ""))));
  const blamed = [...new Set(changes.map(({ change }) => blameText(nights, change, blames)))];
  return [
    paint(`night of ${dayOf(night)}${at}  ${counted(changes.length, "metric")}`, "bold"),
    ...texts.map(({ cells }) => `  ${cells.map((text, i) => text.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd()),
    ...blamed.map((it) => `  blame: ${oneLine(it)}`),
  ];
}
