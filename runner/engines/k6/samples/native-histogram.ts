/**
 * Prometheus native histograms: counts by power-of-two buckets, cumulative since k6 began, subtracted into what is new, and spread
 * over their buckets into single values.
 */
import type { ValueBuckets } from "../../../record/load-lines.ts";

/** Bucket i of schema s holds (b^(i-1), b^i] with b = 2^(2^-s); negative ones mirror it. */
export interface NativeHistogram {
  readonly count: number;
  readonly sum: number;
  readonly schema: number;
  /** Values within the zero threshold, which k6 leaves at 2^-128. */
  readonly zero: number;
  readonly positive: ReadonlyMap<number, number>;
  readonly negative: ReadonlyMap<number, number>;
}

/** k6 asks for a bucket factor of 1.1, which the Prometheus client makes schema 3. */
const k6Schema = 3;
/** Relative width of a bucket of schema 3: 9.05 %. */
export const bucketWidth = 2 ** (1 / 2 ** k6Schema) - 1;

/**
 * What `now` has more than `before`, of the same series.
 *
 * @throws Error when it has less of anything: then it is no continuation, and the stream can't be believed
 */
export function difference(now: NativeHistogram, before: NativeHistogram | undefined): NativeHistogram {
  if (before === undefined) return now;
  if (now.schema !== before.schema)
    throw new Error(`a histogram changed its schema from ${before.schema} to ${now.schema}`);
  const minus = (a: NativeHistogram["positive"], b: NativeHistogram["positive"]) => {
    const left = new Map<number, number>();
    for (const [index, count] of a) {
      const more = count - (b.get(index) ?? 0);
      if (more > 0) left.set(index, more);
      if (more < 0) throw new Error("a bucket of a cumulative histogram became smaller");
    }
    for (const index of b.keys()) if (!a.has(index)) throw new Error("a bucket of a cumulative histogram vanished");
    return left;
  };
  const count = now.count - before.count;
  const zero = now.zero - before.zero;
  if (count < 0 || zero < 0) throw new Error("a cumulative histogram became smaller");
  return {
    count,
    sum: now.sum - before.sum,
    schema: now.schema,
    zero,
    positive: minus(now.positive, before.positive),
    negative: minus(now.negative, before.negative),
  };
}

/**
 * As many values as it counts, ascending. Those of one bucket are spread evenly over its logarithm, as Prometheus interpolates
 * quantiles of native histograms (promql/quantile.go): each is off by at most the width of a bucket.
 *
 * @throws Error when the buckets do not hold as many as it counts
 */
export function valuesOf({ count, schema, zero, positive, negative }: NativeHistogram): Float64Array {
  const values = new Float64Array(count);
  const base = 2 ** (2 ** -schema);
  let at = 0;
  const spread = (index: number, many: number, sign: 1 | -1) => {
    for (let k = 0; k < many; k++) values[at++] = sign * base ** (index - 1 + (k + 0.5) / many);
  };
  for (const index of [...negative.keys()].sort((a, b) => b - a)) spread(index, negative.get(index) ?? 0, -1);
  at += zero;
  for (const index of [...positive.keys()].sort((a, b) => a - b)) spread(index, positive.get(index) ?? 0, 1);
  if (at !== count) throw new Error(`a histogram counts ${count} values and holds ${at}`);
  return negative.size > 0 ? values.sort() : values;
}

/** In the form of the record. */
export const bucketsOf = ({ schema, count, zero, positive, negative }: NativeHistogram): ValueBuckets => ({
  ...{ schema, count, zero },
  positive: Object.fromEntries(positive),
  negative: Object.fromEntries(negative),
});
