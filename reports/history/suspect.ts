/** The nightly look over all series: which of them are suspect as of a night, when so many were looked at. */
import { mean } from "../stats/describe.ts";
import { benjaminiHochberg } from "../stats/multiplicity.ts";
import { summarize } from "../stats/prediction.ts";
import { studentCdf } from "../stats/student.ts";
import { nightlyLook, type Suspicion } from "./guard.ts";
import { type Series, scaled } from "./series.ts";
import { idOf } from "./state.ts";

/** Expected share of false ones among the nights that are suspect by themselves. */
const FALSE_SHARE = 0.05;

export interface Suspect extends Omit<Suspicion, "nights"> {
  readonly id: string;
  /** Index of the first point that lay outside, without a break up to the latest. */
  readonly first: number;
  /** Scaled values of the nights that it is held against. */
  readonly reference: readonly number[];
  /** Mean of the suspicious nights, scaled. */
  readonly level: number;
}

export type Tonight =
  | { readonly state: "absent" }
  | { readonly state: "unknown"; readonly have: number; readonly need: number }
  | { readonly state: "quiet" }
  | { readonly state: "suspect"; readonly suspect: Suspect };

export interface Watched {
  readonly series: Series;
  /** Ascending. */
  readonly borders: readonly number[];
  /** A smaller distance to what was expected is not told; scaled. */
  readonly least: number;
  /** Points of which people said that nothing changed there. */
  readonly rejected: readonly number[];
}

/** Points that a suspicion and what was rejected may lie apart. */
const APART = 2;

/**
 * The look of one night, as if later nights were not known. A single night beyond is told when it holds among all series of that night
 * (Benjamini and Hochberg); what lay beyond for several nights, or creeps, speaks for itself.
 * @param night index of the night
 * @param runOf the run of a point
 */
export function lookAt(
  night: number,
  watched: readonly Watched[],
  runOf: (series: Series, point: number) => string,
): Tonight[] {
  const looks = watched.map((it) => ({ it, ...segmentAt(night, it) }));
  const p = new Map(looks.flatMap((look, i) => (look.segment === null ? [] : [[i, chanceOf(look.segment)] as const])));
  const adjusted = benjaminiHochberg([...p.values()]);
  const adjustedOf = new Map([...p.keys()].map((i, at) => [i, adjusted[at] as number]));
  return looks.map(({ it, segment, start }, i): Tonight => {
    if (segment === null) return { state: "absent" };
    const look = nightlyLook(segment);
    if (look.state !== "suspect") return look;
    const [told] = look.suspicions
      .map((suspicion) => suspectOf(it, suspicion, segment, start, runOf))
      .filter((suspect) => {
        const alone = suspect.reason === "beyond" && suspect.first === start + segment.length - 1;
        const expected = (suspect.lower + suspect.upper) / 2;
        return (
          !it.rejected.some((point) => silences(point, suspect, start)) &&
          Math.abs(suspect.value - expected) >= it.least &&
          !(alone && (adjustedOf.get(i) ?? 1) > FALSE_SHARE)
        );
      });
    return told === undefined ? { state: "quiet" } : { state: "suspect", suspect: told };
  });
}

/** A creep has no place: what was rejected since its segment began is taken for its beginning. */
const silences = (point: number, { reason, first }: Suspect, start: number): boolean =>
  reason === "creep" ? point >= start : Math.abs(point - first) <= APART;

/** Scaled values since the last border, up to a night that has one; null where it has none. */
function segmentAt(night: number, { series, borders }: Watched): { segment: number[] | null; start: number } {
  const end = series.points.findLastIndex((it) => it.night <= night) + 1;
  const start = borders.findLast((it) => it < end) ?? 0;
  if (series.points[end - 1]?.night !== night) return { segment: null, start };
  return { segment: series.points.slice(start, end).map((it) => scaled(it.value, series)), start };
}

/** Two-sided p of the last value, by the t prediction interval of those before it; 1 where too few are known. */
function chanceOf(segment: readonly number[]): number {
  if (segment.length < 3) return 1;
  const before = summarize(segment.slice(0, -1));
  const off = Math.abs((segment.at(-1) as number) - before.mean);
  if (before.deviation === 0) return off === 0 ? 1 : 0;
  return 2 * studentCdf(-off / (before.deviation * Math.sqrt(1 + 1 / before.n)), before.n - 1);
}

function suspectOf(
  { series }: Watched,
  { nights, ...suspicion }: Suspicion,
  segment: readonly number[],
  start: number,
  runOf: (series: Series, point: number) => string,
): Suspect {
  const { reason, direction, lower, upper } = suspicion;
  const outside = (it: number): boolean => (direction === "higher" ? it > upper : it < lower);
  let first = segment.length - nights;
  // The look tells a few nights in a row; those before them belong to it, and keep its name the same from night to night.
  if (reason === "beyond") while (first > 1 && outside(segment[first - 1] as number)) first--;
  // The average leaves its limits at another night whenever more nights are known: a creep is that of its segment.
  const named = reason === "creep" ? `creep since ${runOf(series, start)}` : runOf(series, start + first);
  return {
    ...suspicion,
    id: idOf(series.id, named),
    first: start + first,
    reference: segment.slice(0, first),
    level: mean(segment.slice(first)),
  };
}
