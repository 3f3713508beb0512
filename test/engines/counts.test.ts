/** The worker's own histogram is an HdrHistogram: the reference implementation reads it and finds the same. */
import { inflateSync } from "node:zlib";
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { decodeHistogram, emptyHistogram, encodeHistogram } from "../../runner/engines/histogram.ts";
import { countsPool, encode, newCounts, quantileMs, recordMs } from "../../runner/engines/worker/counts.ts";

const us = fc.oneof(
  fc.integer({ min: 0, max: 5000 }),
  fc.integer({ min: 0, max: 3_600_000_000 }),
  fc.constantFrom(0, 1, 2047, 2048, 4095, 4096, 131_071, 131_072, 2 ** 31 - 1, 2 ** 31, 3_599_999_999, 3_600_000_000),
);
const values = fc.array(us, { minLength: 1, maxLength: 100 });
const percentiles = [0, 1, 25, 50, 75, 90, 99, 99.9, 100];

const recorded = (its: readonly number[]) => {
  const counts = newCounts();
  for (const it of its) recordMs(counts, it / 1000);
  return counts;
};
const reference = (its: readonly number[]) => {
  const histogram = emptyHistogram();
  for (const it of its) histogram.recordValue(it);
  // Encoded and decoded as ours are: an encoded histogram knows its extremes only to their buckets.
  return decodeHistogram(encodeHistogram(histogram));
};
const told = (histogram: ReturnType<typeof reference>) => [
  histogram.totalCount,
  ...percentiles.map((it) => histogram.getValueAtPercentile(it)),
  encodeHistogram(histogram),
];

test.prop([values])("decodes to what the reference records", (its) => {
  expect(told(decodeHistogram(encode(recorded(its))))).toEqual(told(reference(its)));
});

test.prop([values, fc.double({ min: 0.001, max: 1, noNaN: true })])("has the reference's quantiles", (its, share) => {
  expect(quantileMs(recorded(its), share)).toBe(reference(its).getValueAtPercentile(share * 100) / 1000);
});

test.prop([values, values])("can be added to another that was decoded", (one, two) => {
  const sum = decodeHistogram(encode(recorded(one)));
  sum.add(decodeHistogram(encode(recorded(two))));
  expect(told(sum)).toEqual(told(reference([...one, ...two])));
});

test.prop([values, values])("is as new when it comes from the pool again", (before, after) => {
  const pool = countsPool();
  const first = pool.take();
  for (const it of before) recordMs(first, it / 1000);
  pool.give(first);
  const again = pool.take();
  expect(again).toBe(first);
  expect(quantileMs(again, 0.5)).toBeNull();
  for (const it of after) recordMs(again, it / 1000);
  expect(encode(again)).toBe(encode(recorded(after)));
});

test.prop([values])("is a zlib stream, in which nothing is compressed", (its) => {
  const bytes = Buffer.from(encode(recorded(its)), "base64");
  expect(bytes.readInt32BE(4)).toBe(bytes.length - 8);
  expect(inflateSync(bytes.subarray(8)).length).toBe(bytes.length - 8 - 11);
});

test("one that takes several blocks survives", () => {
  const counts = newCounts();
  counts.buckets = new Int32Array(23 * 1024).fill(1_000_000);
  Object.assign(counts, { lowest: 0, highest: counts.buckets.length - 1, total: 1_000_000 * counts.buckets.length });
  const text = encode(counts);
  expect(inflateSync(Buffer.from(text, "base64").subarray(8)).length).toBeGreaterThan(65_535);
  expect(decodeHistogram(text).totalCount).toBe(counts.total);
});

test("large counts survive", () => {
  const counts = newCounts();
  for (let i = 0; i < 300_000; i++) recordMs(counts, 1.5);
  expect(decodeHistogram(encode(counts)).totalCount).toBe(300_000);
});
