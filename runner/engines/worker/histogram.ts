/** HdrHistograms as the record wants them: integer microseconds, 3 significant digits, up to an hour. */

import type { Histogram } from "hdr-histogram-js";
import hdr from "hdr-histogram-js";

/** One hour. Longer times are counted as one hour. */
const highestUs = 3_600_000_000;

/** Relative width of a bucket: 3 significant digits. */
export const histogramError = 0.001;

let wasm = false;

/** WebAssembly histograms record about four times as fast as those in JavaScript (30 ns); without it the latter do. */
export async function prepareHistograms(): Promise<void> {
  wasm = await hdr.initWebAssembly().then(
    () => true,
    () => false,
  );
}

export function emptyHistogram(useWebAssembly = wasm): Histogram {
  return hdr.build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: highestUs,
    numberOfSignificantValueDigits: 3,
    useWebAssembly,
  });
}

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
