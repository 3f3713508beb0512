/** HdrHistograms as the record wants them: integer microseconds, 3 significant digits, up to an hour. */

import type { Histogram } from "hdr-histogram-js";
import hdr from "hdr-histogram-js";

/** One hour. Longer times are counted as one hour. */
const highestUs = 3_600_000_000;

/** Relative width of a bucket: 3 significant digits. */
export const histogramError = 0.001;

/**
 * In JavaScript (130 ns a value): the WebAssembly build records in 35 ns but takes 90 ms of CPU to start, more than it saves before
 * half a million requests.
 */
export const emptyHistogram = (): Histogram =>
  hdr.build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: highestUs,
    numberOfSignificantValueDigits: 3,
  });

/** @param ms milliseconds; negative ones (a clock that was read twice) count as 0 */
export function recordMs(histogram: Histogram, ms: number): void {
  const us = Math.round(ms * 1000);
  histogram.recordValue(Math.min(Math.max(us, 0), highestUs));
}

export const encodeHistogram = (histogram: Histogram): string => hdr.encodeIntoCompressedBase64(histogram);

export const decodeHistogram = (text: string): Histogram => hdr.decodeFromCompressedBase64(text, 32, false);

/** Histograms are 90 kB each: a finished one is emptied and used again. */
export function histogramPool() {
  const free: Histogram[] = [];
  return {
    take: (): Histogram => free.pop() ?? emptyHistogram(),
    give: (histogram: Histogram): void => {
      histogram.reset();
      free.push(histogram);
    },
  };
}
