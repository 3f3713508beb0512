/** HdrHistograms on the harness's side: read, added up, written. Integer microseconds, 3 significant digits, up to an hour. */
import type { Histogram } from "hdr-histogram-js";
import hdr from "hdr-histogram-js";
import { highestUs } from "./worker/counts.ts";

export const emptyHistogram = (): Histogram =>
  hdr.build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: highestUs,
    numberOfSignificantValueDigits: 3,
  });

export const encodeHistogram = (histogram: Histogram): string => hdr.encodeIntoCompressedBase64(histogram);

export const decodeHistogram = (text: string): Histogram => hdr.decodeFromCompressedBase64(text, 32, false);
