/** One series as readers see it: its segments, its changes, what is suspect tonight, and the word for all that. */
import { mean, standardError } from "../stats/describe.ts";
import { studentQuantile } from "../stats/student.ts";
import { type ChangeContext, type ChangeReport, suspectedChange, writtenChange } from "./change-report.ts";
import type { Guarded } from "./release.ts";
import { type Gap, levelsIn, type Point, type Series, unscaled } from "./series.ts";
import { placedIn } from "./state.ts";
import type { Tonight } from "./suspect.ts";

/** Nights at one level. Means are those of the scale, geometric for ratios; bounds are 95 % on two sides, null for one night. */
export interface Segment {
  readonly first: number;
  readonly last: number;
  readonly nights: number;
  readonly mean: number;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Of what was measured, in the unit. */
  readonly raw: number;
}

export type MetricState = "absent" | "unknown" | "steady" | "suspect" | "creeping" | "changed" | "below-release";

export interface MetricReport extends Omit<Series, "points" | "gaps" | "rebased"> {
  readonly points: readonly Point[];
  readonly gaps: readonly Gap[];
  /** Nights from which on `versus` is another build. */
  readonly rebased: readonly number[];
  readonly segments: readonly Segment[];
  /** In order: written ones, then what only tonight's look suspects. Those that were rejected are gone. */
  readonly changes: readonly ChangeReport[];
  readonly state: MetricState;
  readonly worse: boolean;
  /** Index in `changes` that the state is about. */
  readonly about: number | null;
  /** Nights that the look has and needs, where these are too few. */
  readonly needs: { readonly have: number; readonly need: number } | null;
  readonly release: Guarded | null;
  /** What everything is held against is off what its own nights predict: the machine, or what both share, has changed. */
  readonly canary: "higher" | "lower" | null;
}

interface Sources extends ChangeContext {
  readonly tonight: Tonight;
  readonly release: Guarded | null;
  /** Index of the last night of the release: changes up to it are in the release. */
  readonly released: number;
  readonly canary: MetricReport["canary"];
}

export function metricReport(sources: Sources): MetricReport {
  const { evolved, watched, tonight, release, canary } = sources;
  const { series, borders } = watched;
  const placed = placedIn(series, evolved.nights, evolved.known);
  const changes = [
    ...placed.map((it) => writtenChange(sources, it)),
    ...(tonight.state === "suspect" ? [suspectedChange(sources, tonight.suspect)] : []),
  ];
  const { points, gaps, rebased, ...about } = series;
  return {
    ...about,
    points,
    gaps,
    rebased: rebased.map((it) => (points[it] as Point).night),
    segments: segmentsOf(series, borders),
    changes,
    ...stateOf(sources, changes),
    needs: tonight.state === "unknown" ? { have: tonight.have, need: tonight.need } : null,
    release,
    canary,
  };
}

function segmentsOf(series: Series, borders: readonly number[]): Segment[] {
  const { points } = series;
  if (points.length === 0) return [];
  const starts = [0, ...borders];
  return starts.map((from, i): Segment => {
    const to = starts[i + 1] ?? points.length;
    const levels = levelsIn(series, from, to);
    const center = mean(levels);
    const reach = levels.length < 2 ? null : -studentQuantile(0.025, levels.length - 1) * standardError(levels);
    return {
      first: (points[from] as Point).night,
      last: (points[to - 1] as Point).night,
      nights: levels.length,
      mean: unscaled(center, series),
      lower: reach === null ? null : unscaled(center - reach, series),
      upper: reach === null ? null : unscaled(center + reach, series),
      raw: mean(points.slice(from, to).map((it) => it.raw)),
    };
  });
}

/** The worst that can be said of changes that are not in the release. */
function stateOf(
  { tonight, release, released }: Sources,
  changes: readonly ChangeReport[],
): Pick<MetricReport, "state" | "worse" | "about"> {
  const told = changes.filter((it) => it.night > released && it.state !== "refuted");
  const news = told.filter((_, i) => standing(told.slice(i)));
  const about = (it: ChangeReport) => ({
    state:
      it.state !== "suspect" ? ("changed" as const) : it.by === "creep" ? ("creeping" as const) : ("suspect" as const),
    worse: it.worse,
    about: changes.indexOf(it),
  });
  const real = news.findLast((it) => it.worse && it.state !== "suspect");
  if (real !== undefined) return about(real);
  if (release?.verdict === "worse") return { state: "below-release", worse: true, about: null };
  const last = news.findLast((it) => it.worse) ?? news.at(-1);
  if (last !== undefined) return about(last);
  const state = tonight.state === "absent" ? "absent" : tonight.state === "unknown" ? "unknown" : "steady";
  return { state, worse: false, about: null };
}

/** A change is history when later ones took back more than half of it. */
function standing([change, ...later]: readonly ChangeReport[]): boolean {
  if (change === undefined) return false;
  const size = ({ shift }: ChangeReport): number =>
    shift.scale === "ratio" ? Math.log1p(shift.estimate) : shift.estimate;
  const left = [change, ...later].reduce((sum, it) => sum + size(it), 0);
  return left * Math.sign(size(change)) >= Math.abs(size(change)) / 2;
}
