/** Quantiles of values that are kept in buckets of equal relative width. */
import type { ValueBuckets } from "./load-lines.ts";

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
