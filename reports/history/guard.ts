/** The nightly look: is tonight's value, or where the nights are creeping, outside what the current segment predicts? */
import { lag1Corrected } from "../stats/autocorrelation.ts";
import { mean, standardDeviation } from "../stats/describe.ts";
import { requireFinite } from "../stats/errors.ts";
import { ewma } from "../stats/ewma.ts";
import { normalCdf } from "../stats/normal.ts";
import { predictionInterval, summarize } from "../stats/prediction.ts";
import { studentQuantile } from "../stats/student.ts";

/** Nights that must have gone before. */
const FEWEST_NIGHTS = 8;
/** Share of nights at a stable level whose value is expected on either side of the interval. */
const OUTSIDE = 0.005;
/** Weight of the newest night, and standard deviations to the limits, as is usual for slow drifts. */
const CREEP = { weight: 0.2, limit: 3 };
/** Nights in a row that are told; a level that held longer is for the change points. */
const LONGEST_RUN = 5;

/** A suspect is a reason to measure again, in pairs against the last good build. By itself it proves nothing. */
export interface Suspicion {
  readonly reason: "beyond" | "creep";
  readonly direction: "higher" | "lower";
  /** Tonight's value, or the moving average. */
  readonly value: number;
  /** What chance allows it. */
  readonly lower: number;
  readonly upper: number;
  /** Nights in a row, tonight included, that lay outside on this side. */
  readonly nights: number;
}

/** `unknown`: too few nights in this segment, which is not the same as quiet. */
type Look =
  | { readonly state: "unknown"; readonly have: number; readonly need: number }
  | { readonly state: "quiet" }
  | { readonly state: "suspect"; readonly suspicions: readonly [Suspicion, ...Suspicion[]] };

/**
 * @param segment values since the last accepted change point, tonight's last
 * @throws OutOfDomain for a value that is not finite
 */
export function nightlyLook(segment: readonly number[]): Look {
  requireFinite(segment, 0);
  const have = Math.max(0, segment.length - 1);
  if (have < FEWEST_NIGHTS) return { state: "unknown", have, need: FEWEST_NIGHTS };
  const [first, ...more] = [beyond(segment), creep(segment)].filter((it) => it !== null);
  return first === undefined ? { state: "quiet" } : { state: "suspect", suspicions: [first, ...more] };
}

/** Nights that moved together would widen the interval that should catch them: each run is held against the nights before it. */
function beyond(segment: readonly number[]): Suspicion | null {
  const value = segment[segment.length - 1] as number;
  for (let nights = Math.min(LONGEST_RUN, segment.length - FEWEST_NIGHTS); nights >= 1; nights--) {
    const { lower, upper } = predictionInterval(summarize(segment.slice(0, -nights)), 1 - OUTSIDE);
    const run = segment.slice(-nights);
    if (run.every((it) => it > upper)) return { reason: "beyond", direction: "higher", value, lower, upper, nights };
    if (run.every((it) => it < lower)) return { reason: "beyond", direction: "lower", value, lower, upper, nights };
  }
  return null;
}

/**
 * The moving average over the later half of the segment against the mean of the earlier half, so that a creep does not pull its own
 * reference along. Limits heed the average's exact variance, the uncertainty of that mean, and autocorrelation.
 */
function creep(segment: readonly number[]): Suspicion | null {
  const reference = segment.slice(0, Math.max(FEWEST_NIGHTS, segment.length >> 1));
  const center = mean(reference);
  const spread = standardDeviation(reference);
  const autocorrelation = spread > 0 ? Math.max(0, Math.min(0.95, lag1Corrected(reference))) : 0;
  const inflation = (1 + autocorrelation) / (1 - autocorrelation);
  const limit = studentQuantile(normalCdf(CREEP.limit), reference.length - 1);
  const chart = ewma(segment.slice(reference.length), { weight: CREEP.weight, center, spread, autocorrelation }).map(
    ({ value, deviation }, i) => {
      const weightOfCenter = 1 - (1 - CREEP.weight) ** (i + 1);
      const reach = limit * Math.sqrt(deviation ** 2 + (weightOfCenter * spread) ** 2 * (inflation / reference.length));
      return { value, lower: center - reach, upper: center + reach };
    },
  );
  const tonight = chart[chart.length - 1];
  if (tonight === undefined) return null;
  const direction = tonight.value > tonight.upper ? "higher" : tonight.value < tonight.lower ? "lower" : null;
  if (direction === null) return null;
  const inside = chart.findLastIndex((it) => (direction === "higher" ? it.value <= it.upper : it.value >= it.lower));
  return { reason: "creep", direction, ...tonight, nights: chart.length - 1 - inside };
}
