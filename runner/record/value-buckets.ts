/** Values that are kept in buckets of equal relative width: added up, and their quantiles. */
import type { MeasuredPart, ValueBuckets } from "./load-lines.ts";

/** Parts added up. */
export interface MeasuredSum {
  sum: number;
  last: number;
  values: {
    readonly schema: number;
    count: number;
    zero: number;
    readonly positive: Record<string, number>;
    readonly negative: Record<string, number>;
  } | null;
}

export const emptySum = (): MeasuredSum => ({ sum: 0, last: 0, values: null });

/** All parts have buckets of one width: one program told them. */
export function addTo(total: MeasuredSum, { sum, last, values }: MeasuredPart): MeasuredSum {
  total.sum += sum;
  total.last = last;
  if (values === null) return total;
  total.values ??= { schema: values.schema, count: 0, zero: 0, positive: {}, negative: {} };
  total.values.count += values.count;
  total.values.zero += values.zero;
  for (const side of ["positive", "negative"] as const) {
    const into = total.values[side];
    for (const [index, count] of Object.entries(values[side])) into[index] = (into[index] ?? 0) + count;
  }
  return total;
}

/**
 * Interpolated within the logarithm of its bucket, as Prometheus does with native histograms (promql/quantile.go).
 *
 * @returns null without values
 */
export function quantileOf({ schema, count, zero, positive, negative }: ValueBuckets, q: number): number | null {
  if (count <= 0) return null;
  const base = 2 ** (2 ** -schema);
  const ascending = [
    ...indicesOf(negative)
      .reverse()
      .map((i) => ({ many: negative[i] ?? 0, at: (part: number) => -(base ** (i - part)) })),
    { many: zero, at: () => 0 },
    ...indicesOf(positive).map((i) => ({ many: positive[i] ?? 0, at: (part: number) => base ** (i - 1 + part) })),
  ].filter((it) => it.many > 0);
  let left = q * count;
  for (const bucket of ascending) {
    if (left <= bucket.many) return bucket.at(Math.max(0, left) / bucket.many);
    left -= bucket.many;
  }
  return ascending.at(-1)?.at(1) ?? null;
}

const indicesOf = (buckets: ValueBuckets["positive"]): number[] =>
  Object.keys(buckets)
    .map(Number)
    .sort((a, b) => a - b);
