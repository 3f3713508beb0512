/** What is known of changes: those that were written down, where they lie now, and what people decided of them. Nothing here moves one. */
import { hash } from "node:crypto";
import type { ChangeLine, DecisionLine, HistoryLine, SessionLine } from "./lines.ts";
import type { Series } from "./series.ts";

/** The name that people call a change by: the same for the suspicion that it began as. */
export const idOf = (series: string, run: string): string => hash("sha256", `${series} ${run}`).slice(0, 8);

export interface Known {
  readonly changes: readonly ChangeLine[];
  /** The latest of each id. */
  readonly decisions: ReadonlyMap<string, DecisionLine>;
}

export function knownIn(lines: readonly HistoryLine[]): Known {
  const changes = new Map<string, ChangeLine>();
  const decisions = new Map<string, DecisionLine>();
  for (const it of lines) {
    // The place that was written first stays.
    if (it.type === "change" && !changes.has(it.id)) changes.set(it.id, it);
    if (it.type === "decision") decisions.set(it.id, it);
  }
  return { changes: [...changes.values()], decisions };
}

/** A change in its series. */
export interface Placed {
  readonly line: ChangeLine;
  /** Of the first point at the new level. */
  readonly index: number;
}

/** Index of the first point at or after a run; null when there is none, or the run is not among the nights. */
function pointOf(series: Series, nights: readonly SessionLine[], run: string): number | null {
  const night = nights.findIndex((it) => it.run === run);
  const index = series.points.findIndex((it) => it.night >= night);
  return night < 0 || index < 0 ? null : index;
}

/** Changes of a series that nobody rejected, in order; of two in one place the first that was written. */
export function placedIn(series: Series, nights: readonly SessionLine[], { changes, decisions }: Known): Placed[] {
  const byIndex = new Map<number, Placed>();
  for (const line of changes) {
    if (line.series !== series.id || decisions.get(line.id)?.decision === "rejected") continue;
    const index = pointOf(series, nights, line.run);
    if (index !== null && index > 0 && !byIndex.has(index)) byIndex.set(index, { line, index });
  }
  return [...byIndex.values()].sort((a, b) => a.index - b.index);
}

/** Indexes that no search and no segment crosses: changes, and another build to compare with. */
export const bordersOf = ({ rebased }: Pick<Series, "rebased">, placed: readonly Placed[]): number[] =>
  [...new Set([...rebased, ...placed.map((it) => it.index)])].sort((a, b) => a - b);

/** Where people said that there is no change. */
export const rejectedIn = (series: Series, nights: readonly SessionLine[], { decisions }: Known): number[] =>
  [...decisions.values()]
    .filter((it) => it.series === series.id && it.decision === "rejected")
    .map((it) => pointOf(series, nights, it.run))
    .filter((it) => it !== null);
