/** Round values on an axis, round in the unit that people read: MiB and minutes, not millions of bytes and of milliseconds. */
import type { Unit } from "../../../runner/shared/quantities.ts";
import { logTicks, rounded, ticks } from "../svg/scale.ts";

/** One of the shown unit in the metric's own, for values up to `largest`. */
function shownUnit(unit: Unit, largest: number): number {
  if (unit === "bytes" || unit === "bytes/s") return largest < 1024 ? 1 : 1024 ** Math.floor(Math.log2(largest) / 10);
  return unit === "ms" && largest >= 120_000 ? 60_000 : 1;
}

/** What an axis reaches when everything on it is zero. */
const emptyTop: Partial<Record<Unit, number>> = { ratio: 0.01, bytes: 1024 * 1024, ms: 1000 };

/** A domain that ends on round values. */
export function roundDomain(unit: Unit, low: number, high: number, count: number): [number, number] {
  if (low === 0 && high === 0) return [0, emptyTop[unit] ?? 1];
  const size = shownUnit(unit, Math.max(Math.abs(low), Math.abs(high)));
  const [from, to] = rounded(low / size, high / size, count, unit === "count");
  return [from * size, to * size];
}

export function valueTicks(unit: Unit, [low, high]: readonly [number, number], count: number, log: boolean): number[] {
  const size = shownUnit(unit, Math.max(Math.abs(low), Math.abs(high)));
  const found = log ? logTicks(low / size, high / size, count) : ticks(low / size, high / size, count);
  return found.map((it) => it * size);
}
