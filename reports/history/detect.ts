/** Change points of a nightly series: where its level moved, by how much, and how sure that is. */
import { seeded } from "../../runner/shared/random.ts";
import { OutOfDomain, requireFinite } from "../stats/errors.ts";
import { type SplitInterval, splitInterval } from "../stats/split-interval.ts";
import { type Found, type Searched, SHORTEST_SEGMENT, searchChanges } from "./search.ts";
import { nightsInARow, type Shift, shiftBetween, spreadAround } from "./shift.ts";

/** Below these a change is not worth a person's time: standard deviations, share of the margin, nights in a row. */
const LEAST = { deviations: 1, ofMargin: 0.5, nights: 3 };

export interface ChangePoint {
  /** Of the first night at the new level. */
  readonly index: number;
  /** 95 % interval for it. */
  readonly indexInterval: SplitInterval;
  readonly shift: Shift;
  /** Under block permutation of the strongest candidate; at least 1/240, for the permutations that are drawn. */
  readonly p: number;
  /** Nights that a permuted block kept together. */
  readonly blockLength: number;
  /** The most nights in a row that held the new level. */
  readonly persisted: number;
}

export interface DetectOptions {
  readonly seed: number;
  /**
   * What matters to the reader, as a share: shifts below half of it are left out. Null: only the noise decides, as it does where
   * values are not all positive and have no ratio.
   */
  readonly marginRelative: number | null;
  /** What earlier looks at the same series with the same seed found: they look at the same stretches again and again. */
  readonly memory?: ScanMemory;
}

export interface ScanMemory {
  readonly searched: Searched;
  readonly intervals: Map<string, SplitInterval>;
}

export const scanMemory = (): ScanMemory => ({ searched: new Map(), intervals: new Map() });

/**
 * The changes that are not accepted yet, in order. An accepted one is a border that no search crosses: it can't move, and nights
 * appended later change nothing before the last of them.
 *
 * @param values   one per night that has one, in order; a night without is left out, not zero
 * @param accepted indexes of first nights at new levels, ascending
 * @throws OutOfDomain for a value that is not finite, or an accepted index that is out of order or range
 * Error rates: test/calibrate/history.ts measures them.
 */
export function changePoints(
  values: readonly number[],
  accepted: readonly number[],
  options: DetectOptions,
): ChangePoint[] {
  requireFinite(values, 0);
  accepted.forEach((index, i) => {
    if (!(Number.isInteger(index) && index > (accepted[i - 1] ?? 0) && index < values.length))
      throw new OutOfDomain(`accepted change points must ascend within 1 to ${values.length - 1}`, index);
  });
  const borders = [0, ...accepted, values.length];
  return borders.slice(1).flatMap((end, i) => changesBetween(values, borders[i] as number, end, options));
}

function changesBetween(values: readonly number[], start: number, end: number, options: DetectOptions): ChangePoint[] {
  const { seed, memory = scanMemory() } = options;
  let found = searchChanges(values, start, end, seed, memory.searched);
  // The smallest goes first: what it parted becomes one segment, against which the others are judged anew.
  for (;;) {
    const borders = [start, ...found.map((it) => it.index), end];
    const spread = spreadAround(values, borders);
    const judged = found.map((it, i) =>
      judge(it, values.slice(borders[i], it.index), values.slice(it.index, borders[i + 2]), spread),
    );
    const slight = judged
      .filter((it) => !matters(it, options.marginRelative))
      .sort((a, b) => Math.abs(a.shift.difference) - Math.abs(b.shift.difference))[0];
    if (slight === undefined)
      return judged.map((it, i) => ({
        ...it,
        indexInterval: intervalOf(it, values, [borders[i] as number, borders[i + 2] as number], { seed, memory }),
      }));
    found = found.filter((it) => it.index !== slight.index);
  }
}

type Judged = Omit<ChangePoint, "indexInterval">;

function judge(found: Found, before: readonly number[], after: readonly number[], spread: number): Judged {
  const shift = shiftBetween(before, after, spread);
  return { ...found, shift, persisted: nightsInARow(before, after, shift.difference) };
}

const matters = ({ shift, persisted }: Judged, marginRelative: number | null): boolean =>
  (shift.deviations === null || Math.abs(shift.deviations) >= LEAST.deviations) &&
  (marginRelative === null || shift.ratio === null || Math.abs(shift.ratio) >= LEAST.ofMargin * marginRelative) &&
  persisted >= LEAST.nights;

function intervalOf(
  point: Judged,
  values: readonly number[],
  [start, end]: readonly [number, number],
  { seed, memory }: { readonly seed: number; readonly memory: ScanMemory },
): SplitInterval {
  const place = `${start} ${point.index} ${end} ${point.blockLength}`;
  const known = memory.intervals.get(place);
  if (known !== undefined) return known;
  const { first, last } = splitInterval(values.slice(start, end), point.index - start, {
    blockLength: point.blockLength,
    minimum: SHORTEST_SEGMENT,
    random: seeded(seed, `place of the change at night ${point.index}`),
  });
  const found = { first: start + first, last: start + last };
  memory.intervals.set(place, found);
  return found;
}
