/** A whole history as readers see it: nights, metrics, groups of changes, and what to do next. Plain JSON, the same for the same lines. */

import type { Margin } from "../../runner/record/scenario.ts";
import type { ChangeReport } from "./change-report.ts";
import { type Asked, type Evolved, evolve, runOf, watch } from "./evolve.ts";
import { type ChangeGroup, groupChanges } from "./group.ts";
import { nightlyLook } from "./guard.ts";
import type { ChangeLine, History, SessionLine } from "./lines.ts";
import { type MetricReport, metricReport } from "./metric-report.ts";
import { againstRelease, type Release, releaseIn } from "./release.ts";
import { type Series, scaled } from "./series.ts";
import { lookAt, type Watched } from "./suspect.ts";

export type Night = Pick<SessionLine, "run" | "at" | "commit" | "dirty" | "release" | "verdict" | "report" | "seed">;

interface GroupedChange {
  readonly metric: string;
  readonly night: number;
  /** Index in the metric's changes. */
  readonly change: number;
}

export interface HistoryReport {
  readonly schema: 1;
  readonly scenario: string;
  readonly hostClass: string;
  /**
   * `worse`: by a change that was accepted or confirmed, or against the release. `suspect`: something may have become worse.
   * `unknown`: nothing can be said of any metric tonight.
   */
  readonly status: "steady" | "unknown" | "suspect" | "worse";
  readonly nights: readonly Night[];
  /** Sessions that were measured under another setup than the scenario has now. */
  readonly leftOut: number;
  readonly versus: SessionLine["versus"];
  readonly release: Release | null;
  readonly metrics: readonly MetricReport[];
  readonly groups: readonly ChangeGroup<GroupedChange>[];
  readonly problems: readonly string[];
}

export interface ReportOptions extends Asked {
  readonly scenario: string;
  readonly hostClass: string;
  /** A tag, a commit or a run; null: the last release that is known. */
  readonly release: string | null;
  /** One-sided levels of passing, and of failing over all metrics together. */
  readonly alpha: number;
  readonly alphaFail: number;
}

export interface Reported {
  readonly report: HistoryReport;
  readonly evolved: Evolved;
  /** To be added to the file. */
  readonly fresh: readonly ChangeLine[];
}

export function reportOf({ lines, problems }: History, options: ReportOptions): Reported {
  const evolved = evolve(lines, options);
  const { nights, leftOut, series, known, fresh } = evolved;
  const all = [...lines, ...fresh];
  const watched = watch(series, nights, known, options);
  const looks = lookAt(nights.length - 1, watched, runOf(nights));
  const release = releaseIn(nights, options.release);
  const guards = guardsOf(watched, release, options);
  const released = release?.kind === "nights" ? (release.nights.at(-1) as number) : -1;
  const metrics = watched.map((it, i) =>
    metricReport({
      ...{ lines: all, evolved, watched: it, tonight: looks[i] as (typeof looks)[number] },
      ...{ release: guards[i] ?? null, released, canary: canaryOf(it, nights.length - 1) },
    }),
  );
  const report: HistoryReport = {
    schema: 1,
    scenario: options.scenario,
    hostClass: options.hostClass,
    status: statusOf(metrics),
    nights: nights.map(({ run, at, commit, dirty, release, verdict, report, seed }) => ({
      ...{ run, at, commit, dirty, release, verdict, report, seed },
    })),
    leftOut,
    versus: nights.at(-1)?.versus ?? null,
    release,
    metrics,
    groups: groupChanges(
      metrics.flatMap((it) => it.changes.map(({ night }, change) => ({ metric: it.id, night, change }))),
    ),
    problems,
  };
  return { report, evolved, fresh };
}

/** Each metric is guarded at its share of the level of failing (Bonferroni): together they keep it. */
function guardsOf(watched: readonly Watched[], release: Release | null, options: ReportOptions) {
  if (release === null) return [];
  const margins = watched.map(({ series }): Margin | null => options.margins.get(series.key) ?? null);
  const guarded = margins.filter((it) => it !== null).length;
  const terms = { alpha: options.alpha, alphaFail: options.alphaFail / Math.max(1, guarded) };
  return watched.map(({ series, borders }, i) =>
    againstRelease(series, borders, release, { ...terms, margin: margins[i] ?? null }),
  );
}

/** The changes of a group with the metrics that they are of. */
export const changesOf = (
  { metrics }: HistoryReport,
  { changes }: HistoryReport["groups"][number],
): { readonly metric: MetricReport; readonly change: ChangeReport }[] =>
  changes.flatMap(({ metric: id, change }) => {
    const metric = metrics.find((it) => it.id === id);
    const found = metric?.changes[change];
    return metric === undefined || found === undefined ? [] : [{ metric, change: found }];
  });

/** The nightly look at what everything is held against. */
function canaryOf({ series, borders }: Watched, night: number): MetricReport["canary"] {
  const points = series.points.slice(borders.at(-1) ?? 0);
  if (series.versus === null || points.at(-1)?.night !== night) return null;
  const beside = points.flatMap((it) => (it.beside === null ? [] : [it.beside]));
  if (beside.length < points.length || (series.scale === "ratio" && !beside.every((it) => it > 0))) return null;
  const look = nightlyLook(beside.map((it) => scaled(it, series as Series)));
  if (look.state !== "suspect") return null;
  return look.suspicions.find((it) => it.reason === "beyond")?.direction ?? null;
}

function statusOf(metrics: readonly MetricReport[]): HistoryReport["status"] {
  if (metrics.some((it) => it.worse && (it.state === "changed" || it.state === "below-release"))) return "worse";
  if (metrics.some((it) => it.worse && (it.state === "suspect" || it.state === "creeping"))) return "suspect";
  return metrics.every((it) => it.state === "unknown" || it.state === "absent") ? "unknown" : "steady";
}
