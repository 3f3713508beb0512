/** How far a change moved the level, and how long it held: what is judged by size and persistence. */
import { standardDeviation } from "../stats/describe.ts";
import { hodgesLehmannShift } from "../stats/mann-whitney.ts";

export interface Shift {
  /** Hodges-Lehmann's shift from before to after, in the unit of the values. */
  readonly difference: number;
  /** The same on the logarithmic scale, as a share: 0.1 is 10 % more. Null where a value is not positive. */
  readonly ratio: number | null;
  /** In standard deviations of the nights around their levels; null where they have none. */
  readonly deviations: number | null;
}

/** @param spread standard deviation of the nights around their levels */
export function shiftBetween(before: readonly number[], after: readonly number[], spread: number): Shift {
  const difference = hodgesLehmannShift(after, before);
  const positive = [...before, ...after].every((it) => it > 0);
  return {
    difference,
    ratio: positive ? Math.expm1(hodgesLehmannShift(after.map(Math.log), before.map(Math.log))) : null,
    deviations: spread > 0 ? difference / spread : null,
  };
}

/**
 * Standard deviation of the nights around the means of their segments.
 * @param borders where segments begin, from the first to the end of the values
 */
export function spreadAround(values: readonly number[], borders: readonly number[]): number {
  let squares = 0;
  let freedom = 0;
  borders.slice(1).forEach((end, i) => {
    const segment = values.slice(borders[i], end);
    if (segment.length < 2) return;
    squares += standardDeviation(segment) ** 2 * (segment.length - 1);
    freedom += segment.length - 1;
  });
  return freedom > 0 ? Math.sqrt(squares / freedom) : 0;
}

/** The most nights in a row, after the change, that lie nearer to the new level than to the old. */
export function nightsInARow(before: readonly number[], after: readonly number[], difference: number): number {
  const old = hodgesLehmannShift(before, [0]);
  let longest = 0;
  let run = 0;
  for (const value of after) {
    run = (value - old) * Math.sign(difference) > Math.abs(difference) / 2 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
