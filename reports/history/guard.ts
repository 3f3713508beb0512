/** The nightly look: is tonight's value, or where the nights are creeping, outside what the current segment predicts? */
import { linearRegression } from "simple-statistics";
import { lag1Corrected } from "../stats/autocorrelation.ts";
import { mean, ROUNDING, seenSpread, standardDeviation } from "../stats/describe.ts";
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
/** Standard errors that the slope of a line through all nights is away from none: it is asked every night, of nights that hardly differ. */
const TREND_LIMIT = 5;
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
  const [first, ...more] = [beyond(segment), creep(segment) ?? trend(segment)].filter((it) => it !== null);
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
  const { autocorrelation, inflation } = dependence(reference, spread);
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
  // Values that are all alike have an average that differs from them in its last digit.
  const rounding = ROUNDING * Math.abs(center);
  const direction =
    tonight.value > tonight.upper + rounding ? "higher" : tonight.value < tonight.lower - rounding ? "lower" : null;
  if (direction === null) return null;
  const inside = chart.findLastIndex((it) => (direction === "higher" ? it.value <= it.upper : it.value >= it.lower));
  return { reason: "creep", direction, ...tonight, nights: chart.length - 1 - inside };
}

/**
 * Nights that drift since the first of them have no earlier level to be held against, and their drift would widen any limit that heeds
 * how far they lie apart. What is held against chance is the slope of the line through them (least squares), by what they lie beside it.
 */
function trend(segment: readonly number[]): Suspicion | null {
  const line = linearRegression(segment.map((it, i) => [i, it]));
  const beside = segment.map((it, i) => it - line.b - line.m * i);
  const freedom = segment.length - 2;
  const size = Math.max(...segment.map(Math.abs));
  const spread = Math.sqrt(beside.reduce((sum, it) => sum + it ** 2, 0) / freedom);
  const { inflation } = dependence(beside, seenSpread(spread, size), 2);
  const half = (segment.length - 1) / 2;
  const times = segment.reduce((sum, _, i) => sum + (i - half) ** 2, 0);
  const reach = studentQuantile(normalCdf(TREND_LIMIT), freedom) * spread * Math.sqrt(inflation / times) * half;
  const rise = line.m * half;
  if (Math.abs(rise) <= reach + ROUNDING * size) return null;
  const center = mean(segment);
  const direction = rise > 0 ? "higher" : "lower";
  return {
    ...{ reason: "creep", direction, value: center + rise },
    ...{ lower: center - reach, upper: center + reach, nights: segment.length >> 1 },
  };
}

/**
 * How much of a night the next one carries on, as far as it can be known, and by how much that makes the variance of a mean larger.
 *
 * @param levels fitted to the values: the slope of a line hides as much of it as a second level
 */
function dependence(
  values: readonly number[],
  spread: number,
  levels = 1,
): { autocorrelation: number; inflation: number } {
  const autocorrelation = spread > 0 ? Math.max(0, Math.min(0.95, lag1Corrected(values, levels))) : 0;
  return { autocorrelation, inflation: (1 + autocorrelation) / (1 - autocorrelation) };
}
