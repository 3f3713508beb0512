/** The page of a history as plain data for its template. */
import { capitalized, counted, formatValue } from "../../../runner/shared/format.ts";
import type { Blames } from "../../history/blame.ts";
import type { MetricReport } from "../../history/metric-report.ts";
import { changesOf, type HistoryReport, type Night } from "../../history/report.ts";
import { absent, type ValueTable } from "../html/value-table.ts";
import { instant, verdictWords, type Word } from "../words.ts";
import { historyChart, toneOf } from "./chart.ts";
import { blameText } from "./words/blame.ts";
import { headlineOf, noticesOf, versusText } from "./words/headline.ts";
import { dayOf, hasSeveralArms, shortCommit } from "./words/names.ts";
import { changeWords, inOrder, stateText, statusWords, wordOf } from "./words/states.ts";
import { lastSegment, levelText, shiftText, tonightText, valueText } from "./words/values.ts";

export interface PageOptions {
  readonly blames: Blames;
  readonly next: string | null;
  /** To the report of each night, from the page; null where there is none to be found. */
  readonly links: readonly (string | null)[];
}

/** What keeps the page small: dots and numbers in all. */
const dots = 8_000;
const numbers = 450;
/** Fewer rows are no table. */
const fewestRows = 5;
const listedNights = 120;

export function historyView(report: HistoryReport, { blames, next, links }: PageOptions) {
  const { nights, metrics, hostClass, scenario } = report;
  const several = hasSeveralArms(report);
  const status = statusWords[report.status];
  const order = inOrder(metrics);
  const share = (of: number) => Math.floor(of / Math.max(1, metrics.length));
  const from = Math.max(0, nights.length - Math.min(400, Math.max(40, share(dots))));
  const listed = Math.min(30, share(numbers));
  const shown = order.map((it, i) => metricView(it, report, { id: `metric-${i + 1}`, several, from, listed }));
  return {
    title: `${capitalized(status.word)}: ${scenario}, ${counted(nights.length, "night")}`,
    scenario,
    about: [spanOf(nights), `on ${hostClass}`],
    status: { ...status, word: capitalized(status.word) },
    headline: headlineOf(report),
    notices: noticesOf(report),
    summary: summaryOf(report),
    metrics: shown,
    groups: report.groups.toReversed().map((it) =>
      groupView(it, {
        report,
        blames,
        links,
        several,
        ids: new Map(order.map((metric, i) => [metric.id, `metric-${i + 1}`])),
      }),
    ),
    next: next === null ? null : splitNext(next),
    drawn: from === 0 ? "" : `The last ${nights.length - from} of ${nights.length} nights are drawn.`,
    nights: nights
      .map((it, i) => nightView(it, links[i] ?? null))
      .toReversed()
      .slice(0, listedNights),
    older: Math.max(0, nights.length - listedNights),
    schema: report.schema,
  };
}

function spanOf(nights: readonly Night[]): string {
  const [first, last] = [nights[0], nights.at(-1)];
  return first === undefined || last === undefined
    ? "no night"
    : `${counted(nights.length, "night")}, ${dayOf(first)} to ${dayOf(last)}`;
}

function summaryOf(report: HistoryReport): string {
  const { versus, release } = report;
  return [
    versus === null
      ? "Values are what each night measured."
      : `Values are held ${versusText(report)} of the same night: what moves both alike is gone.`,
    release === null ? "No release is known to hold them against." : `Last release: ${release.name}.`,
  ].join(" ");
}

interface MetricPlace {
  readonly id: string;
  readonly several: boolean;
  readonly from: number;
  readonly listed: number;
}

function metricView(metric: MetricReport, report: HistoryReport, { id, several, from, listed }: MetricPlace) {
  const segment = lastSegment(metric);
  const level = segment === undefined ? null : levelText(metric, segment);
  return {
    ...wordOf(metric),
    id,
    chartId: `${id}-chart`,
    title: metric.title,
    place: [metric.where, several ? metric.arm : ""].filter((it) => it !== "").join(" · "),
    tonight: tonightText(metric, report.nights.length),
    measured: measuredTonight(metric, report.nights.length),
    level: level?.mean ?? absent,
    interval: level?.interval ?? "",
    state: capitalized(stateText(metric, report)),
    chart: historyChart(`${id}-chart`, metric, report, from),
    table: listed < fewestRows ? null : tableOf(metric, report, listed),
  };
}

function measuredTonight({ points, unit, versus }: MetricReport, nights: number): string {
  const tonight = points.at(-1);
  return versus === null || tonight?.night !== nights - 1 ? "" : formatValue(tonight.raw, unit);
}

/** The latest nights, newest first. */
function tableOf(metric: MetricReport, { nights }: HistoryReport, listed: number): ValueTable {
  const { unit, versus } = metric;
  const byNight = new Map(metric.points.map((it) => [it.night, it]));
  const rows = nights
    .map((night, i) => {
      const point = byNight.get(i);
      const measured = (value: number | null | undefined) => (value == null ? absent : formatValue(value, unit));
      const relative = point === undefined ? absent : valueText(metric, point.value, 0);
      return {
        head: dayOf(night),
        cells: versus === null ? [measured(point?.raw)] : [relative, measured(point?.raw), measured(point?.beside)],
      };
    })
    .slice(-listed)
    .toReversed();
  const head = versus === null ? ["night", metric.arm] : ["night", "change", metric.arm, versus];
  return { caption: `${metric.title}: the last ${counted(rows.length, "night")}`, head, rows };
}

interface GroupContext {
  readonly report: HistoryReport;
  readonly blames: Blames;
  readonly links: readonly (string | null)[];
  readonly several: boolean;
  /** Fragments by id of the metric. */
  readonly ids: ReadonlyMap<string, string>;
}

function groupView(group: HistoryReport["groups"][number], context: GroupContext) {
  const { report, blames, links, several, ids } = context;
  const { nights } = report;
  const changes = changesOf(report, group);
  const night = nights[group.firstNight] as Night;
  const worst: Word["tone"] =
    (["bad", "open", "good"] as const).find((tone) => changes.some(({ change }) => toneOf(change) === tone)) ?? "none";
  return {
    tone: worst,
    day: dayOf(night),
    count: counted(changes.length, "metric"),
    report: links[group.firstNight] ?? null,
    label: changes.some(({ change }) => change.worse) ? "To blame" : "Commits",
    blames: [...new Set(changes.map(({ change }) => capitalized(blameText(nights, change, blames))))],
    changes: changes.map(({ metric, change }) => ({
      id: change.id,
      href: `#${ids.get(metric.id)}`,
      title: metric.title,
      place: [metric.where, several ? metric.arm : ""].filter((it) => it !== "").join(" · "),
      direction: change.worse ? "worse" : "better",
      shift: shiftText(change, metric.unit),
      state: changeWords[change.state],
      tone: toneOf(change),
      icon: { bad: "✗", open: "!", good: "✓", none: change.state === "refuted" ? "–" : "!" }[toneOf(change)],
    })),
  };
}

function splitNext(next: string): { command: string; why: string } {
  const [command = "", why = ""] = next.split(/\s+#\s+/);
  return { command, why };
}

const nightView = (night: Night, link: string | null) => ({
  when: instant(night.at),
  run: night.run,
  link,
  commit: night.commit === null ? "" : `${shortCommit(night.commit)}${night.dirty ? " and changes" : ""}`,
  release: night.release ?? "",
  verdict: verdictWords[night.verdict],
});
