/** The stretch of a series that differs most from the rest, by the energy divergence: what E-divisive splits at. */
import { OutOfDomain, requireFinite } from "./errors.ts";

export interface Stretch {
  /** The values from `from` up to, not including, `to`; one that begins at 0 is a single split at `to`. */
  readonly from: number;
  readonly to: number;
  /** m k / (m + k) times the sample divergence, in the unit of the values; about 0 where nothing changes. */
  readonly divergence: number;
}

interface Search {
  /** The fewest values in a stretch, and before and after it. */
  readonly minimum: number;
  /** The longest stretch inside the series that is looked at; 0 looks at single splits only. */
  readonly widest: number;
}

/** What is tried in place of the series as it is: position -> index of the value. */
type Scan = (order?: Int32Array) => Stretch;

/**
 * A scan of all single splits and of all inner stretches up to `widest`: O(n log n + n widest) for each order of the values.
 *
 * @returns the strongest; of equals the one that ends first
 * @throws TooFew below twice the minimum; OutOfDomain for a value that is not finite, or a minimum below 2
 * Matteson and James (2014), alpha = 1. Theirs compares a stretch with all before it and tries every end; comparing it with all
 * around it finds a change that came and went in one step (as Olshen et al. 2004 do for means) and is cheaper.
 */
export function divergenceScan(values: readonly number[], { minimum, widest }: Search): Scan {
  if (!(Number.isInteger(minimum) && minimum >= 2))
    throw new OutOfDomain("a stretch needs a whole number of at least 2 values", minimum);
  requireFinite(values, 2 * minimum);
  const n = values.length;
  const { centered, rank, toAll, total } = distances(values);
  const { toRest, toSelf, constant } = weights(n, total);
  const identity = Int32Array.from(values, (_, i) => i);
  const x = new Float64Array(n);
  /** Sums of the distances to all values, over the positions before this one. */
  const before = new Float64Array(n + 1);
  /** Distances within the stretch from here to the current position. */
  const within = new Float64Array(n);
  const below = rankTree(n);

  const strength = (size: number, inside: number, all: number): number =>
    all * (toRest[size] as number) - inside * (toSelf[size] as number) - (constant[size] as number);

  return (order = identity) => {
    let best = Number.NEGATIVE_INFINITY;
    let from = 0;
    let to = 0;
    below.clear();
    within.fill(0);
    let inPrefix = 0;
    for (let end = 1; end <= n - minimum; end++) {
      const index = order[end - 1] as number;
      const value = centered[index] as number;
      x[end - 1] = value;
      before[end] = (before[end - 1] as number) + (toAll[index] as number);
      inPrefix += below.distanceTo(value, rank[index] as number);
      if (end >= minimum) {
        const found = strength(end, inPrefix, before[end] as number);
        if (found > best) {
          best = found;
          from = 0;
          to = end;
        }
      }
      const first = Math.max(minimum, end - widest);
      let distance = 0;
      for (let start = end - 2; start >= first; start--) {
        distance += Math.abs((x[start] as number) - value);
        const inside = (within[start] as number) + distance;
        within[start] = inside;
        if (end - start < minimum) continue;
        const found = strength(end - start, inside, (before[end] as number) - (before[start] as number));
        if (found > best) {
          best = found;
          from = start;
          to = end;
        }
      }
    }
    return { from, to, divergence: best };
  };
}

/**
 * The divergence of m values from the other k, as a weighted sum. With `inside` the sum of distances within the m and `all` that of
 * theirs to every value, the distances between the two are all - 2 inside, and those within the k total + inside - all.
 */
function weights(n: number, total: number): { toRest: Float64Array; toSelf: Float64Array; constant: Float64Array } {
  const toRest = new Float64Array(n);
  const toSelf = new Float64Array(n);
  const constant = new Float64Array(n);
  for (let m = 2; m <= n - 2; m++) {
    const k = n - m;
    // m k / (m + k) times 2 / (m k) between, 2 / (m (m - 1)) within the m, 2 / (k (k - 1)) within the k.
    const between = 2 / n;
    const withinM = (2 * k) / (n * (m - 1));
    const withinK = (2 * m) / (n * (k - 1));
    toRest[m] = between + withinK;
    toSelf[m] = 2 * between + withinM + withinK;
    constant[m] = withinK * total;
  }
  return { toRest, toSelf, constant };
}

interface Distances {
  /** Values less their median: distances stay what they are, and sums keep their digits. */
  readonly centered: Float64Array;
  readonly rank: Int32Array;
  /** Summed distance of each to all others. */
  readonly toAll: Float64Array;
  /** Over all pairs. */
  readonly total: number;
}

function distances(values: readonly number[]): Distances {
  const n = values.length;
  const sorted = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
  const middle = values[sorted[n >> 1] as number] as number;
  const centered = Float64Array.from(values, (it) => it - middle);
  const rank = new Int32Array(n);
  const toAll = new Float64Array(n);
  const sum = centered.reduce((a, b) => a + b, 0);
  let lower = 0;
  let total = 0;
  sorted.forEach((index, i) => {
    const value = centered[index] as number;
    rank[index] = i + 1;
    toAll[index] = value * (2 * i - n) + sum - 2 * lower;
    lower += value;
    total += (toAll[index] as number) / 2;
  });
  return { centered, rank, toAll, total };
}

/** Summed distance from a value to those added before it, then adds it: Fenwick's tree over ranks, O(log n). */
function rankTree(n: number): { clear: () => void; distanceTo: (value: number, rank: number) => number } {
  const counts = new Float64Array(n + 1);
  const sums = new Float64Array(n + 1);
  let count = 0;
  let sum = 0;
  return {
    clear: () => {
      counts.fill(0);
      sums.fill(0);
      count = 0;
      sum = 0;
    },
    distanceTo: (value, rank) => {
      let lowerCount = 0;
      let lowerSum = 0;
      for (let i = rank; i > 0; i -= i & -i) {
        lowerCount += counts[i] as number;
        lowerSum += sums[i] as number;
      }
      for (let i = rank; i <= n; i += i & -i) {
        counts[i] = (counts[i] as number) + 1;
        sums[i] = (sums[i] as number) + value;
      }
      const distance = value * (2 * lowerCount - count) + sum - 2 * lowerSum;
      count++;
      sum += value;
      return distance;
    },
  };
}
