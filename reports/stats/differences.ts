/** Order statistics of all differences of two samples, without making them: there are as many as the product of the sizes. */

/** Both ascending, so that differences can be counted in one pass. */
export interface SortedPair {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export const sortedPair = (x: readonly number[], y: readonly number[]): SortedPair => ({
  x: Float64Array.from(x).sort(),
  y: Float64Array.from(y).sort(),
});

/**
 * The difference x - y of a rank, exactly as if all were sorted.
 *
 * @param rank from 1, the smallest, to the product of the sizes
 * A bisection over values whose ends are differences themselves (as Monahan 1984, without his random pivots).
 */
export function differenceAt({ x, y }: SortedPair, rank: number): number {
  let low = (x[0] as number) - (y.at(-1) as number);
  let high = (x.at(-1) as number) - (y[0] as number);
  while (low < high) {
    const between = low + (high - low) / 2;
    // Of neighbouring numbers the middle may round to the upper one, which would cut off nothing.
    const middle = between < high ? between : low;
    const { count, below, above } = around(x, y, middle);
    if (count >= rank) high = below;
    else low = above;
  }
  return low;
}

/** How many differences are at most `value`, the largest of those, and the smallest of the others. */
function around(x: Float64Array, y: Float64Array, value: number): { count: number; below: number; above: number } {
  let count = 0;
  let below = Number.NEGATIVE_INFINITY;
  let above = Number.POSITIVE_INFINITY;
  let j = 0;
  for (const a of x) {
    while (j < y.length && a - (y[j] as number) > value) j++;
    count += y.length - j;
    if (j < y.length) below = Math.max(below, a - (y[j] as number));
    if (j > 0) above = Math.min(above, a - (y[j - 1] as number));
  }
  return { count, below, above };
}
