/** Reads a Prometheus remote-write request (version 1: snappy block, protobuf): labels, samples, native histograms. */
import { createRequire } from "node:module";
import { PbfReader } from "pbf";
import type { NativeHistogram } from "./native-histogram.ts";

/** It is CommonJS without types. */
const snappy: { readonly uncompress: (block: Uint8Array, mostBytes: number) => Uint8Array } = createRequire(
  import.meta.url,
)("snappyjs");

/** A push of k6 has a few hundred bytes per series; what claims to be longer than this is none. */
const mostBytes = 256 * 2 ** 20;

interface Sample {
  readonly value: number;
  readonly t: number;
  /** It is no value, but the mark that the series has ended. */
  readonly isStale: boolean;
}

export interface Series {
  readonly labels: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
  readonly histograms: readonly (NativeHistogram & { readonly t: number })[];
}

/**
 * Field numbers are those of prometheus/prompb (remote.proto, types.proto).
 *
 * @throws Error for what is no such request
 */
export function readRemoteWrite(body: Uint8Array): Series[] {
  const series: Series[] = [];
  const request = new PbfReader(snappy.uncompress(body, mostBytes));
  request.readFields((field, _, pbf) => {
    if (field === 1) series.push(message(pbf, readSeries));
  }, null);
  return series;
}

function readSeries(pbf: PbfReader, end: number): Series {
  const labels = new Map<string, string>();
  const samples: Sample[] = [];
  const histograms: Series["histograms"][number][] = [];
  pbf.readFields(
    (field) => {
      if (field === 1) {
        const [name, value] = message(pbf, readLabel);
        labels.set(name, value);
      } else if (field === 2) samples.push(message(pbf, readSample));
      else if (field === 4) histograms.push(message(pbf, readHistogram));
    },
    null,
    end,
  );
  return { labels, samples, histograms };
}

function readLabel(pbf: PbfReader, end: number): [string, string] {
  const label: [string, string] = ["", ""];
  pbf.readFields(
    (field) => {
      if (field === 1 || field === 2) label[field - 1] = pbf.readString();
    },
    null,
    end,
  );
  return label;
}

/** A NaN of its own (prometheus/model/value): other NaNs are values. */
const staleMark = 0x7ff0000000000002n;

function readSample(pbf: PbfReader, end: number): Sample {
  const sample = { value: 0, t: 0, isStale: false };
  pbf.readFields(
    (field) => {
      if (field === 1) {
        sample.isStale = pbf.dataView.getBigUint64(pbf.pos, true) === staleMark;
        sample.value = pbf.readDouble();
      } else if (field === 2) sample.t = pbf.readVarint(true);
    },
    null,
    end,
  );
  return sample;
}

interface Span {
  offset: number;
  length: number;
}

function readHistogram(pbf: PbfReader, end: number): Series["histograms"][number] {
  const read = { count: 0, sum: 0, schema: 0, zero: 0, t: 0 };
  const spans = { negative: [] as Span[], positive: [] as Span[] };
  const deltas = { negative: [] as number[], positive: [] as number[] };
  pbf.readFields(
    (field) => {
      if (field === 1) read.count = pbf.readVarint();
      else if (field === 3) read.sum = pbf.readDouble();
      else if (field === 4) read.schema = pbf.readSVarint();
      else if (field === 6) read.zero = pbf.readVarint();
      else if (field === 8) spans.negative.push(message(pbf, readSpan));
      else if (field === 9) pbf.readPackedSVarint(deltas.negative);
      else if (field === 11) spans.positive.push(message(pbf, readSpan));
      else if (field === 12) pbf.readPackedSVarint(deltas.positive);
      else if (field === 15) read.t = pbf.readVarint(true);
    },
    null,
    end,
  );
  return {
    ...read,
    negative: bucketsOf(spans.negative, deltas.negative),
    positive: bucketsOf(spans.positive, deltas.positive),
  };
}

function readSpan(pbf: PbfReader, end: number): Span {
  const span = { offset: 0, length: 0 };
  pbf.readFields(
    (field) => {
      if (field === 1) span.offset = pbf.readSVarint();
      else if (field === 2) span.length = pbf.readVarint();
    },
    null,
    end,
  );
  return span;
}

/** A span begins `offset` buckets after the end of the one before; each count is told as what it is more than the one before. */
function bucketsOf(spans: readonly Span[], deltas: readonly number[]): Map<number, number> {
  const buckets = new Map<number, number>();
  let index = 0;
  let count = 0;
  let next = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++) {
      const delta = deltas[next++];
      if (delta === undefined) throw new Error("a native histogram has fewer counts than buckets");
      count += delta;
      if (count < 0) throw new Error("a native histogram has a negative count");
      if (count > 0) buckets.set(index, count);
      index++;
    }
  }
  if (next !== deltas.length) throw new Error("a native histogram has more counts than buckets");
  return buckets;
}

/** Of a length-delimited field that the reader stands at. */
function message<T>(pbf: PbfReader, read: (pbf: PbfReader, end: number) => T): T {
  const end = pbf.readVarint() + pbf.pos;
  if (end > pbf.length) throw new Error("a message is longer than what is there");
  return read(pbf, end);
}
