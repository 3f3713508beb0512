/** What a history has come to: changes that were written, and those that its latest nights and second sessions add. */
import type { Margin } from "../../runner/record/scenario.ts";
import { answerOf } from "./confirm.ts";
import { type ChangePoint, changePoints, type ScanMemory, scanMemory } from "./detect.ts";
import type { ChangeLine, HistoryLine, SessionLine } from "./lines.ts";
import { leastOf, marginOf } from "./margin.ts";
import { type Series, seriesOf, sessionsOf } from "./series.ts";
import { bordersOf, idOf, type Known, knownIn, placedIn, rejectedIn } from "./state.ts";
import { lookAt, type Watched } from "./suspect.ts";

export interface Asked {
  /** What each arm is measured under now, by name: sessions under another setup are left out. Null: all are alike. */
  readonly setups: ReadonlyMap<string, string> | null;
  /** Of the gates, by condition key. */
  readonly margins: ReadonlyMap<string, Margin>;
}

export interface Evolved {
  readonly nights: readonly SessionLine[];
  /** Sessions under another setup. */
  readonly leftOut: number;
  readonly series: readonly Series[];
  readonly known: Known;
  /** To be added to the file: nothing, when the same history is looked at again. */
  readonly fresh: readonly ChangeLine[];
}

/** Scans in a row that must find a change, each with a night more: who looks every night is told by chance far more often than once. */
const SCANS = 3;
/** Nights that two scans may place one change apart. */
const APART = 2;

/**
 * The same lines give the same answer. A change that was written stays where it is; a night more may add one.
 * Runs until nothing is added, so that looking again adds nothing.
 */
export function evolve(lines: readonly HistoryLine[], asked: Asked): Evolved {
  const sessions = sessionsOf(lines, "session");
  const nights = sessions.filter((it) => alike(it, asked.setups));
  const series = seriesOf(nights);
  const fresh: ChangeLine[] = [];
  const memories = new Map(series.map((it) => [it.id, scanMemory()]));
  for (;;) {
    const known = knownIn([...lines, ...fresh]);
    const watched = watch(series, nights, known, asked);
    // What was written or decided before is no news, wherever it lies now: each turn adds a name, so that they end.
    const isNew = ({ id }: ChangeLine): boolean =>
      !known.decisions.has(id) && known.changes.every((it) => it.id !== id);
    const confirmed = byConfirmation(lines, nights, watched).filter(isNew);
    if (confirmed.length > 0) {
      fresh.push(...confirmed);
      continue;
    }
    const settled = watched
      .flatMap((it) =>
        settledIn(it, asked, memories.get(it.series.id)).map((change) => lineOf(it.series, nights, change)),
      )
      .filter(isNew);
    if (settled.length === 0) return { nights, leftOut: sessions.length - nights.length, series, known, fresh };
    fresh.push(...settled);
  }
}

const alike = ({ arms }: SessionLine, setups: Asked["setups"]): boolean =>
  setups === null || arms.every((it) => (setups.get(it.name) ?? it.setup) === it.setup);

export const watch = (
  series: readonly Series[],
  nights: readonly SessionLine[],
  known: Known,
  { margins }: Pick<Asked, "margins">,
): Watched[] =>
  series.map((it) => ({
    series: it,
    borders: bordersOf(it, placedIn(it, nights, known)),
    least: leastOf(it, margins.get(it.key) ?? null),
    rejected: rejectedIn(it, nights, known),
  }));

/** A suspicion as of the night before a second session becomes a change when that session agrees. */
function byConfirmation(
  lines: readonly HistoryLine[],
  nights: readonly SessionLine[],
  watched: readonly Watched[],
): ChangeLine[] {
  for (const confirmation of sessionsOf(lines, "confirmation")) {
    const night = nightsBefore(lines, nights, confirmation) - 1;
    const looks = night < 0 ? [] : lookAt(night, watched, runOf(nights));
    const agreed = looks.flatMap((look, i): ChangeLine[] => {
      if (look.state !== "suspect") return [];
      const { series } = watched[i] as Watched;
      const { id, first, reference, level } = look.suspect;
      const since = nights.slice(series.points[first]?.night, night + 1);
      if (answerOf(confirmation, { series, reference, level, since }) !== "agrees") return [];
      const run = runOf(nights)(series, first);
      const place = { run, first: run, last: run };
      return [
        {
          ...{ v: 1, type: "change", id, series: series.id, ...place, by: "confirmation", found: confirmation.run },
          ...{ p: null, blockLength: null },
        },
      ];
    });
    if (agreed.length > 0) return agreed;
  }
  return [];
}

/** How many of the nights stand before a session in the file. */
export function nightsBefore(
  lines: readonly HistoryLine[],
  nights: readonly SessionLine[],
  { run }: Pick<SessionLine, "run">,
): number {
  const at = lines.findIndex((it) => it.type === "confirmation" && it.run === run);
  const before = new Set(lines.slice(0, at).flatMap((it) => (it.type === "session" ? [it.run] : [])));
  return nights.filter((it) => before.has(it.run)).length;
}

export const runOf =
  (nights: readonly SessionLine[]) =>
  ({ points }: Series, point: number): string =>
    nights[points[point]?.night as number]?.run as string;

function settledIn(
  { series, borders, rejected }: Watched,
  { margins }: Asked,
  memory: ScanMemory | undefined,
): ChangePoint[] {
  const margin = margins.get(series.key) ?? null;
  const values = series.points.map((it) => it.value);
  const marginRelative = series.scale === "ratio" ? marginOf(series, margin) : null;
  const least = series.scale === "ratio" ? 0 : leastOf(series, margin);
  const options = {
    ...{ seed: Number.parseInt(idOf(series.id, "scan"), 16), marginRelative },
    ...(memory === undefined ? {} : { memory }),
  };
  const found = (count: number): ChangePoint[] =>
    changePoints(
      values.slice(0, count),
      borders.filter((it) => it < count),
      options,
    ).filter(
      ({ index, indexInterval: { first, last }, shift }) =>
        Math.abs(shift.difference) >= least &&
        !rejected.some((it) => Math.abs(it - index) <= APART || (first <= it && it <= last)),
    );
  let settled = found(values.length);
  for (let less = 1; less < SCANS && settled.length > 0; less++) {
    const earlier = found(values.length - less);
    settled = settled.filter(({ index }) => earlier.some((it) => Math.abs(it.index - index) <= APART));
  }
  return settled;
}

function lineOf(series: Series, nights: readonly SessionLine[], change: ChangePoint): ChangeLine {
  const run = runOf(nights);
  const { index, indexInterval, p, blockLength } = change;
  const place = {
    run: run(series, index),
    first: run(series, indexInterval.first),
    last: run(series, indexInterval.last),
  };
  return {
    ...{ v: 1, type: "change", id: idOf(series.id, place.run), series: series.id, ...place, by: "detector" },
    ...{ found: runOf(nights)(series, series.points.length - 1), p, blockLength },
  };
}
