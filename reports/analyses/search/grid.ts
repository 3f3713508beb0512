/** The values that a search tries and tells: no more digits than anybody reads, whole ones where a fraction means nothing. */
import type { Axis } from "../../../runner/record/search.ts";

const DIGITS = 4;
/** Of logarithms there and back. */
const ROUNDING = 1e-9;

type Grid = Pick<Axis, "integer" | "harder">;

export const onGrid = (value: number, { integer }: Pick<Axis, "integer">): number =>
  integer ? Math.round(value) : Number(value.toPrecision(DIGITS));

/** Of whole values the nearest that is no harder: between the last that holds and the next one there is none to be promised. */
export function noHarder(value: number, { integer, harder }: Grid): number {
  if (!integer) return onGrid(value, { integer });
  return harder === "up" ? Math.floor(value * (1 + ROUNDING)) : Math.ceil(value * (1 - ROUNDING));
}

/** Of whole values the nearest that is easier than this: an interval that ends at a load which breaks does not hold it. */
export const lastBefore = (value: number, { harder }: Grid): number =>
  harder === "up" ? Math.ceil(value * (1 - ROUNDING)) - 1 : Math.floor(value * (1 + ROUNDING)) + 1;

/** In the logarithm; null when no other value lies between the two. */
export function halfway(a: number, b: number, grid: Pick<Axis, "integer">): number | null {
  const middle = onGrid(Math.sqrt(a * b), grid);
  return middle === a || middle === b ? null : middle;
}
