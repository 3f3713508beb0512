/**
 * An HdrHistogram that only records and tells: integer microseconds, 3 significant digits, up to an hour. The library's takes 0.1 µs a
 * value and, what matters more, 2 to 5 ms to encode, in which a worker sends nothing; this one a tenth of either.
 */

/** Longer times are counted as one hour. */
export const highestUs = 3_600_000_000;
const significantDigits = 3;
/** Values below this have a bucket each; above, each doubling has half as many. */
const subBuckets = 2048;
const half = subBuckets / 2;
const subBits = 11;
/** Enough for 131 ms; grown to the whole when something takes longer. */
const firstLength = 8 * half;
const fullLength = 23 * half;

/** Relative width of a bucket. */
export const histogramError = 10 ** -significantDigits;

export interface Counts {
  buckets: Int32Array;
  total: number;
  /** Indices of the lowest and highest bucket in use; beyond each other when empty. */
  lowest: number;
  highest: number;
}

export const newCounts = (): Counts => ({
  buckets: new Int32Array(firstLength),
  total: 0,
  lowest: fullLength,
  highest: -1,
});

/** @param ms milliseconds; negative ones (a clock that was read twice) count as 0 */
export function recordMs(counts: Counts, ms: number): void {
  const index = indexOf(Math.min(Math.max(Math.round(ms * 1000), 0), highestUs));
  if (index >= counts.buckets.length) {
    const longer = new Int32Array(fullLength);
    longer.set(counts.buckets);
    counts.buckets = longer;
  }
  counts.buckets[index] = (counts.buckets[index] as number) + 1;
  counts.total++;
  if (index < counts.lowest) counts.lowest = index;
  if (index > counts.highest) counts.highest = index;
}

export function reset(counts: Counts): void {
  counts.buckets.fill(0, counts.lowest, counts.highest + 1);
  counts.total = 0;
  counts.lowest = fullLength;
  counts.highest = -1;
}

/** The highest value, in ms, of the bucket that holds the `share` quantile; null when empty. */
export function quantileMs(counts: Counts, share: number): number | null {
  let left = Math.max(1, Math.ceil(share * counts.total));
  for (let index = counts.lowest; index <= counts.highest; index++) {
    left -= counts.buckets[index] as number;
    if (left <= 0) return highestOf(index) / 1000;
  }
  return null;
}

const indexOf = (us: number): number => {
  const doublings = Math.max(0, 32 - subBits - Math.clz32(us));
  return doublings * half + (us >>> doublings);
};

const highestOf = (index: number): number => {
  const doublings = Math.max(0, Math.floor(index / half) - 1);
  return (index - doublings * half + 1) * 2 ** doublings - 1;
};

const encodingCookie = 0x1c849303 | 0x10;
const compressedCookie = 0x1c849304 | 0x10;
const headBytes = 40;
/** Encoded before compression; a bucket takes at most 5 bytes. */
const scratch = Buffer.allocUnsafe(headBytes + 5 * fullLength);

/**
 * HdrHistogram's V2 compressed format in base64 (AbstractHistogram.encodeIntoCompressedByteBuffer): counts from zero upwards as
 * zigzag LEB128, runs of empty buckets as one negative number.
 */
export function encode(counts: Counts): string {
  let at = headBytes;
  const put = (value: number) => {
    let rest = value >= 0 ? value * 2 : -value * 2 - 1;
    for (; rest >= 128; rest = Math.floor(rest / 128)) scratch[at++] = (rest % 128) + 128;
    scratch[at++] = rest;
  };
  let empty = 0;
  for (let index = 0; index <= counts.highest; index++) {
    const count = counts.buckets[index] as number;
    if (count === 0) {
      empty++;
      continue;
    }
    if (empty > 0) put(-empty);
    empty = 0;
    put(count);
  }
  scratch.writeInt32BE(encodingCookie, 0);
  scratch.writeInt32BE(at - headBytes, 4);
  scratch.writeInt32BE(0, 8);
  scratch.writeInt32BE(significantDigits, 12);
  scratch.writeBigInt64BE(1n, 16);
  scratch.writeBigInt64BE(BigInt(highestUs), 24);
  scratch.writeDoubleBE(1, 32);
  const stream = stored(scratch.subarray(0, at));
  const head = Buffer.allocUnsafe(8);
  head.writeInt32BE(compressedCookie, 0);
  head.writeInt32BE(stream.length, 4);
  return Buffer.concat([head, stream]).toString("base64");
}

const longestBlock = 65_535;

/**
 * zlib's format (RFC 1950) without its compression, which saves 4 to 6 % of a record at a few hundred requests a second. Each call of
 * Node's zlib leaves 16 kB to the next major collection, and in a worker that is minutes away: its memory grew by 8 MB a minute.
 */
function stored(bytes: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.of(0x78, 0x01)];
  for (let at = 0; at < bytes.length; at += longestBlock) {
    const block = bytes.subarray(at, at + longestBlock);
    const head = Buffer.of(at + longestBlock >= bytes.length ? 1 : 0, 0, 0, 0, 0);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(longestBlock - block.length, 3);
    parts.push(head, block);
  }
  const end = Buffer.allocUnsafe(4);
  end.writeUInt32BE(adler32(bytes));
  return Buffer.concat([...parts, end]);
}

/** Its checksum. */
function adler32(bytes: Buffer): number {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return high * 65_536 + low;
}

/** A finished one is emptied and used again. */
export function countsPool() {
  const free: Counts[] = [];
  return {
    take: (): Counts => free.pop() ?? newCounts(),
    give: (counts: Counts): void => {
      reset(counts);
      free.push(counts);
    },
  };
}
