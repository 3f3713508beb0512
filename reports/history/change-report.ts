/** A change as readers see it: its place, how far it moved the level, and whether anything but the detector says so. */
import type { Change } from "../../runner/shared/format.ts";
import { mean, standardDeviation } from "../stats/describe.ts";
import { hodgesLehmannShift, shiftInterval } from "../stats/mann-whitney.ts";
import { studentQuantile } from "../stats/student.ts";
import { answerOf } from "./confirm.ts";
import { type Evolved, nightsBefore } from "./evolve.ts";
import type { HistoryLine } from "./lines.ts";
import { isWorse, levelsIn, type Point, type Series, sessionsOf } from "./series.ts";
import type { Placed } from "./state.ts";
import type { Suspect, Watched } from "./suspect.ts";

/** `suspect`: nobody has confirmed or accepted it yet. `refuted`: a second session says that it is none. */
export type ChangeState = "suspect" | "confirmed" | "accepted" | "refuted";

export interface ChangeReport {
  readonly id: string;
  /** Index of the first night at the new level, and of those that are as likely. */
  readonly night: number;
  readonly first: number;
  readonly last: number;
  /** Of the last night at the old level; and with the interval, of the last before any of them. */
  readonly before: number;
  readonly beforeFirst: number;
  readonly state: ChangeState;
  /** `look`, `creep`: by the nightly look, not written anywhere yet. */
  readonly by: "detector" | "confirmation" | "operator" | "look" | "creep";
  readonly worse: boolean;
  readonly shift: Change;
  readonly p: number | null;
  readonly blockLength: number | null;
}

export interface ChangeContext {
  readonly lines: readonly HistoryLine[];
  readonly evolved: Evolved;
  readonly watched: Watched;
}

export function writtenChange(context: ChangeContext, { line, index }: Placed): ChangeReport {
  const { evolved, watched } = context;
  const { series } = watched;
  const pointOfRun = (run: string): number => {
    const night = evolved.nights.findIndex((it) => it.run === run);
    const point = night < 0 ? -1 : series.points.findIndex((it) => it.night >= night);
    return point < 0 ? index : point;
  };
  const [first, last] = [Math.min(index, pointOfRun(line.first)), Math.max(index, pointOfRun(line.last))];
  const { before, after } = around(watched, index);
  return {
    ...{
      id: line.id,
      state: stateOfChange(context, { line, index }),
      by: line.by,
      p: line.p,
      blockLength: line.blockLength,
    },
    ...placeOf(series, { index, first, last }),
    ...shiftOf(series, before, after),
  };
}

/** Scaled values on both sides, up to the next borders. */
function around({ series, borders }: Watched, index: number): { before: number[]; after: number[]; end: number } {
  const start = borders.findLast((it) => it < index) ?? 0;
  const end = borders.find((it) => it > index) ?? series.points.length;
  return { before: levelsIn(series, start, index), after: levelsIn(series, index, end), end };
}

const placeOf = (
  { points }: Series,
  { index, first, last }: { readonly index: number; readonly first: number; readonly last: number },
): Pick<ChangeReport, "night" | "first" | "last" | "before" | "beforeFirst"> => {
  const night = (point: number): number => (points[Math.max(0, point)] as Point).night;
  return {
    night: night(index),
    first: night(first),
    last: night(last),
    before: night(index - 1),
    beforeFirst: night(first - 1),
  };
};

function stateOfChange({ lines, evolved, watched }: ChangeContext, { line, index }: Placed): ChangeState {
  if (line.by === "operator" || evolved.known.decisions.get(line.id)?.decision === "accepted") return "accepted";
  if (line.by === "confirmation") return "confirmed";
  const { series } = watched;
  const { before, after, end } = around(watched, index);
  const from = (series.points[index] as Point).night;
  const to = (series.points[end - 1] as Point).night;
  const answers = sessionsOf(lines, "confirmation").flatMap((it) => {
    const known = nightsBefore(lines, evolved.nights, it);
    if (known <= from || known > to + 1) return [];
    const since = evolved.nights.slice(from, known);
    const answer = answerOf(it, { series, reference: before, level: mean(after), since });
    return answer === "open" ? [] : [answer];
  });
  return answers.length === 0 ? "suspect" : answers.at(-1) === "agrees" ? "confirmed" : "refuted";
}

export function suspectedChange(
  { lines, evolved, watched: { series } }: ChangeContext,
  suspect: Suspect,
): ChangeReport {
  const { id, first, reference, level, reason } = suspect;
  const since = evolved.nights.slice((series.points[first] as Point).night);
  // Only a session after tonight knows of tonight.
  const answers = sessionsOf(lines, "confirmation")
    .filter((it) => nightsBefore(lines, evolved.nights, it) === evolved.nights.length)
    .map((it) => answerOf(it, { series, reference, level, since }));
  return {
    ...{ id, state: answers.at(-1) === "refutes" ? "refuted" : "suspect", by: reason === "creep" ? "creep" : "look" },
    ...{ p: null, blockLength: null },
    ...placeOf(series, { index: first, first, last: first }),
    ...shiftOf(series, reference, levelsIn(series, first, series.points.length)),
  };
}

/** Hodges-Lehmann's shift with its 95 % interval by ranks, or by a pooled t where a side is too small for ranks. */
function shiftOf(
  series: Series,
  before: readonly number[],
  after: readonly number[],
): Pick<ChangeReport, "shift" | "worse"> {
  const estimate = hodgesLehmannShift(after, before);
  const { lower, upper } = shiftInterval(after, before) ?? pooled(estimate, before, after);
  const told = (it: number): number => (series.scale === "ratio" ? Math.expm1(it) : it) + 0;
  return {
    shift: { scale: series.scale, estimate: told(estimate), lower: told(lower), upper: told(upper) },
    worse: isWorse(estimate > 0 ? "higher" : "lower", series),
  };
}

function pooled(center: number, before: readonly number[], after: readonly number[]): { lower: number; upper: number } {
  const df = before.length + after.length - 2;
  if (df < 1) return { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
  const squares = (it: readonly number[]): number => (it.length < 2 ? 0 : standardDeviation(it) ** 2 * (it.length - 1));
  const spread = Math.sqrt((squares(before) + squares(after)) / df);
  const reach = -studentQuantile(0.025, df) * spread * Math.sqrt(1 / before.length + 1 / after.length);
  return { lower: center - reach, upper: center + reach };
}
