/** Which nights are the last release's, and how the latest ones stand against it. */
import type { Margin } from "../../runner/record/scenario.ts";
import { lag1Corrected } from "../stats/autocorrelation.ts";
import { standardDeviation } from "../stats/describe.ts";
import { theilSenSlope } from "../stats/theil-sen.ts";
import { type AgainstRelease, type Cumulative, sinceRelease } from "./cumulative.ts";
import type { SessionLine } from "./lines.ts";
import { marginOf } from "./margin.ts";
import { levelsIn, type Series } from "./series.ts";

/** Nights that stand for a level: a week. */
const WEEK = 7;
/** Nights from which on an autocorrelation is estimated. */
const ENOUGH = 8;

export type Release =
  /** The arm that every night is held against is the release itself. */
  | { readonly kind: "beside"; readonly name: string }
  /** Measured in these nights, ascending indexes. */
  | { readonly kind: "nights"; readonly name: string; readonly nights: readonly number[] };

/**
 * @param asked a tag, a commit or a run; null: the latest night with a version tag, else the build that tonight is held against
 * @returns null where there is none: nobody asked and nothing is tagged, or what was asked is not among the nights
 */
export function releaseIn(nights: readonly SessionLine[], asked: string | null): Release | null {
  const beside = nights.at(-1)?.versus?.ref ?? null;
  if (asked === null) {
    const tag = nights.findLast((it) => it.release !== null)?.release ?? null;
    if (tag !== null && !isBuild(beside, tag)) return ofNights(nights, tag, (it) => it.release === tag);
    return beside === null ? null : { kind: "beside", name: beside };
  }
  if (isBuild(beside, asked)) return { kind: "beside", name: beside as string };
  return (
    ofNights(nights, asked, (it) => it.release === asked || it.run === asked) ??
    ofNights(nights, asked, (it) => isCommit(asked) && (it.commit ?? "").startsWith(asked)) ??
    ofNights(nights, asked, (it) => asked.length >= 8 && it.run.startsWith(asked))
  );
}

const isCommit = (text: string): boolean => /^[0-9a-f]{7,64}$/.test(text);

/** `ref` is as it was recorded: `v1.2 (0123456789ab)`. */
function isBuild(ref: string | null, name: string): boolean {
  if (ref === null) return false;
  const [tag = "", commit = ""] = ref.split(/[ ()]+/);
  return (
    name === ref ||
    name === tag ||
    (isCommit(name) && (commit.startsWith(name) || (commit !== "" && name.startsWith(commit))))
  );
}

function ofNights(nights: readonly SessionLine[], name: string, is: (night: SessionLine) => boolean): Release | null {
  const found = nights.flatMap((it, i) => (is(it) ? [i] : []));
  return found.length === 0 ? null : { kind: "nights", name, nights: found };
}

export interface Guarded extends Cumulative {
  readonly scale: Series["scale"];
}

/** Null where there is nothing to say: no margin, too few nights on a side, or another build to compare with in between. */
export function againstRelease(
  series: Series,
  borders: readonly number[],
  release: Release,
  terms: { readonly margin: Margin | null; readonly alpha: number; readonly alphaFail: number },
): Guarded | null {
  const margin = marginOf(series, terms.margin);
  const sample = sampleOf(series, borders, release);
  if (margin === null || sample === null) return null;
  const { scale, better, points } = series;
  const values =
    sample.kind === "paired"
      ? sample.pairs.flatMap((it) => [it.release, it.tonight])
      : [...sample.release, ...sample.tonight];
  if (points.length === 0 || (scale === "ratio" && !values.every((it) => it > 0))) return null;
  if (scale === "ratio" && better === "higher" && margin >= 1) return null;
  const { alpha, alphaFail } = terms;
  return { ...sinceRelease(sample, { scale, better, margin, alpha, alphaFail }), scale };
}

function sampleOf(series: Series, borders: readonly number[], release: Release): AgainstRelease | null {
  const { points } = series;
  const start = borders.at(-1) ?? 0;
  const current = points.slice(start);
  if (release.kind === "beside") {
    const pairs = current
      .slice(-WEEK)
      .flatMap((it) => (it.beside === null ? [] : [{ release: it.beside, tonight: it.raw }]));
    return pairs.length < 2 ? null : { kind: "paired", pairs };
  }
  const last = points.findLastIndex((it) => release.nights.includes(it.night));
  if (last < 0 || series.rebased.some((it) => it > last)) return null;
  // Nights that led up to the release stand for it too, where it was measured in few: they had the level that it was made at.
  const from = borders.findLast((it) => it <= last) ?? 0;
  const own = points.slice(from, last + 1).filter((it) => release.nights.includes(it.night));
  const before = own.length >= 2 ? own.slice(-WEEK) : points.slice(from, last + 1).slice(-WEEK);
  const after = points.slice(Math.max(start, last + 1)).slice(-WEEK);
  if (before.length < 2 || after.length < 2) return null;
  return {
    kind: "unpaired",
    release: before.map((it) => it.value),
    tonight: after.map((it) => it.value),
    autocorrelation: carriedIn(series, start),
  };
}

/** Within (-1, 1), as the guard wants it; 0 where too few nights tell. A drift is no autocorrelation, but what the guard is for. */
function carriedIn(series: Series, start: number): number {
  const levels = levelsIn(series, start, series.points.length);
  if (levels.length < ENOUGH) return 0;
  const times = levels.map((_, i) => i);
  const slope = theilSenSlope(times, levels);
  const around = levels.map((it, i) => it - slope * i);
  return standardDeviation(around) === 0 ? 0 : Math.max(-0.95, Math.min(0.95, lag1Corrected(around, 2)));
}
