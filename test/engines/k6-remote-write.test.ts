/** The remote-write reader against requests that are encoded by the specification, and cumulative histograms against plain counting. */
import { createRequire } from "node:module";
import { fc, test } from "@fast-check/vitest";
import { PbfWriter } from "pbf";
import { expect } from "vitest";
import {
  bucketWidth,
  difference,
  type NativeHistogram,
  valuesOf,
} from "../../runner/engines/k6/samples/native-histogram.ts";
import { readRemoteWrite, type Series } from "../../runner/engines/k6/samples/remote-write.ts";

const snappy: { readonly compress: (it: Uint8Array) => Uint8Array } = createRequire(import.meta.url)("snappyjs");

/** As k6 observes: 2^-128 and less is zero, the rest goes to the bucket whose upper bound is the next power of 2^(1/8). */
function observed(values: readonly number[]): NativeHistogram {
  const [positive, negative] = [new Map<number, number>(), new Map<number, number>()];
  let zero = 0;
  for (const value of values) {
    const buckets = value > 0 ? positive : negative;
    const index = Math.ceil(Math.log2(Math.abs(value)) * 8);
    if (value === 0) zero++;
    else buckets.set(index, (buckets.get(index) ?? 0) + 1);
  }
  return { count: values.length, sum: 0, schema: 3, zero, positive, negative };
}

const value = fc.oneof(
  fc.double({ min: 1e-9, max: 1e6, noNaN: true }),
  fc.double({ min: -1e6, max: -1e-9, noNaN: true }),
  fc.constant(0),
);
const values = fc.array(value, { maxLength: 60 });

test.prop([values, values])("what is new in a cumulative histogram is what was observed since", (before, since) => {
  const then = observed(before);
  const now = observed([...before, ...since]);
  const { sum: _, ...more } = difference(now, then);
  const { sum: __, ...expected } = observed(since);
  expect(more).toEqual(expected);
  if (before.length > 0) expect(() => difference(observed([]), then)).toThrow();
});

test.prop([values])("each value comes back in order, off by the width of a bucket at most", (given) => {
  const told = [...valuesOf(observed(given))];
  const sorted = given.map((it) => (it === 0 ? 0 : it)).sort((a, b) => a - b);
  expect(told).toHaveLength(given.length);
  for (const [i, it] of told.entries()) {
    const real = sorted[i] as number;
    expect(Math.abs(it - real)).toBeLessThanOrEqual(Math.abs(real) * bucketWidth * 1.000001);
  }
});

const name = fc.string({ maxLength: 20 });
const whole = fc.integer({ min: 0, max: 2 ** 40 });
const buckets = fc
  .uniqueArray(fc.integer({ min: -1000, max: 1000 }), { maxLength: 12 })
  .chain((indices) =>
    fc
      .array(fc.integer({ min: 1, max: 1e6 }), { minLength: indices.length, maxLength: indices.length })
      .map((counts) => new Map(indices.sort((a, b) => a - b).map((index, i) => [index, counts[i] as number]))),
  );
const series = fc.record({
  labels: fc.uniqueArray(fc.tuple(name, name), { selector: ([it]) => it, maxLength: 5 }).map((it) => new Map(it)),
  samples: fc.array(
    fc.record({
      value: fc.double({ noNaN: true }),
      t: fc.integer({ min: 0, max: 2 ** 45 }),
      isStale: fc.constant(false),
    }),
    { maxLength: 2 },
  ),
  histograms: fc.array(
    fc.record({
      count: whole,
      sum: fc.double({ noNaN: true }),
      schema: fc.integer({ min: -4, max: 8 }),
      zero: whole,
      t: whole,
      positive: buckets,
      negative: buckets,
    }),
    { maxLength: 2 },
  ),
});

function writeBuckets(pbf: PbfWriter, spanField: number, deltaField: number, of: ReadonlyMap<number, number>): void {
  const indices = [...of.keys()];
  const spans: { offset: number; length: number }[] = [];
  let next = 0;
  for (const index of indices) {
    const last = spans.at(-1);
    if (last !== undefined && index === next) last.length++;
    else spans.push({ offset: index - next, length: 1 });
    next = index + 1;
  }
  for (const span of spans)
    pbf.writeMessage(
      spanField,
      (it, to) => {
        to.writeSVarintField(1, it.offset);
        to.writeVarintField(2, it.length);
      },
      span,
    );
  const counts = [...of.values()];
  pbf.writePackedSVarint(
    deltaField,
    counts.map((it, i) => it - (counts[i - 1] ?? 0)),
  );
}

function encoded(all: readonly Series[]): Uint8Array {
  const pbf = new PbfWriter();
  for (const it of all)
    pbf.writeMessage(
      1,
      ({ labels, samples, histograms }, to) => {
        for (const label of labels)
          to.writeMessage(
            1,
            ([key, text], inner) => {
              inner.writeStringField(1, key);
              inner.writeStringField(2, text);
            },
            label,
          );
        for (const sample of samples)
          to.writeMessage(
            2,
            ({ value: x, t }, inner) => {
              inner.writeDoubleField(1, x);
              inner.writeVarintField(2, t);
            },
            sample,
          );
        for (const histogram of histograms)
          to.writeMessage(
            4,
            (h, inner) => {
              inner.writeVarintField(1, h.count);
              inner.writeDoubleField(3, h.sum);
              inner.writeSVarintField(4, h.schema);
              inner.writeDoubleField(5, 2 ** -128);
              inner.writeVarintField(6, h.zero);
              writeBuckets(inner, 8, 9, h.negative);
              writeBuckets(inner, 11, 12, h.positive);
              inner.writeVarintField(15, h.t);
            },
            histogram,
          );
      },
      it,
    );
  return snappy.compress(pbf.finish());
}

test.prop([fc.array(series, { maxLength: 4 })])("a request is read as it was meant", (all) => {
  expect(readRemoteWrite(encoded(all))).toEqual(all);
});

test.prop([fc.array(series, { minLength: 1, maxLength: 2 }), fc.double({ min: 0, max: 0.99, noNaN: true })])(
  "a request that was cut off is refused, or is shorter, and never hangs",
  (all, share) => {
    const whole = encoded(all);
    try {
      expect(readRemoteWrite(whole.subarray(0, Math.floor(whole.length * share))).length).toBeLessThanOrEqual(
        all.length,
      );
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
  },
);
