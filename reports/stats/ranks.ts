/** Midranks, and how many subsets of them reach which sum: what exact rank tests stand on, ties included. */

/** Twice the midrank of every value (ties share the mean of their ranks), so that ranks stay whole numbers. */
export function doubledMidranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => compare(values[a] as number, values[b] as number));
  const ranks = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
    for (let i = start; i < end; i++) ranks[order[i] as number] = start + 1 + end;
    start = end;
  }
  return ranks;
}

/** Infinities in their place: a difference of equal infinities would be NaN. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Sum over groups of tied values of t^3 - t. */
export function tieTerm(values: readonly number[]): number {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return [...sizes.values()].reduce((sum, t) => sum + t ** 3 - t, 0);
}

/**
 * Shares of the subsets of `weights` by their sum: element s is P(sum = s) when each weight is in with probability 1/2,
 * or, with `size`, when all subsets of that size are equally likely.
 */
export function subsetSums(weights: readonly number[], size: number | null): Float64Array {
  const total = weights.reduce((a, b) => a + b, 0);
  if (size === null) {
    let shares = new Float64Array(total + 1);
    shares[0] = 1;
    for (const weight of weights) {
      const next = new Float64Array(total + 1);
      for (let s = 0; s <= total; s++) {
        next[s] = ((shares[s] as number) + (s >= weight ? (shares[s - weight] as number) : 0)) / 2;
      }
      shares = next;
    }
    return shares;
  }
  // rows[j][s]: probability that j of the weights seen so far were drawn, with sum s (sampling without replacement, in order).
  const rows = Array.from({ length: size + 1 }, () => new Float64Array(total + 1));
  (rows[0] as Float64Array)[0] = 1;
  weights.forEach((weight, seen) => {
    const left = weights.length - seen;
    for (let j = Math.min(size, seen + 1); j >= 0; j--) {
      const stay = Math.max(0, (left - (size - j)) / left);
      const draw = j > 0 ? (size - j + 1) / left : 0;
      const row = rows[j] as Float64Array;
      const above = rows[j - 1];
      for (let s = total; s >= 0; s--) {
        const drawn = above !== undefined && s >= weight ? (above[s - weight] as number) * draw : 0;
        row[s] = (row[s] as number) * stay + drawn;
      }
    }
  });
  return rows[size] as Float64Array;
}

/** P(sum >= s) and P(sum <= s) of such shares. */
export function tails(shares: Float64Array, s: number): { upper: number; lower: number } {
  let upper = 0;
  let lower = 0;
  shares.forEach((share, sum) => {
    if (sum >= s) upper += share;
    if (sum <= s) lower += share;
  });
  return { upper: Math.min(1, upper), lower: Math.min(1, lower) };
}
