/** What a comparison of two arms says, however its trials were laid out: effect, bounds, p-value, and whether the companion agrees. */
import type { Change } from "../../../runner/shared/format.ts";
import type { Scalar } from "../../evidence/evidence.ts";

export type Known = Exclude<Scalar, { kind: "absent" }>;

/** What is asked of a comparison. */
export interface Terms {
  readonly scale: "ratio" | "difference";
  readonly better: "lower" | "higher";
  /** Positive; a share on the ratio scale (0.1 is 10 %), else in the metric's unit. */
  readonly margin: number;
  /** One-sided level of passing. */
  readonly alpha: number;
  /** Smallest step of the measurement, in the metric's unit (ratio scale: a share): least that the noise can be taken for. */
  readonly resolution: number;
  /** The same of values that were rounded, which their bounds have to reach across; zero of what was counted. */
  readonly rounding: number;
  /** A fresh seeded stream, so that asking twice answers alike; only drawn from above 30 pairs. */
  readonly stream: () => () => number;
}

/** Does the companion, which assumes no distribution, agree with the t test? `silent`: it can't reach the level with so few trials. */
export type Companion = "agrees" | "silent" | "disagrees";

/** Everything in "worse" units: positive is worse for the arm under test, a logarithm on the ratio scale. */
export interface Comparison {
  /** Pairs; of independent samples the size of the smaller one. */
  readonly pairs: number;
  readonly margin: number;
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  /** Standard deviation of the pair differences (of independent samples: what would give the same error in pairs); null when ranks were used. */
  readonly spread: number | null;
  /** The spread, or what the resolution alone would make of it where that is more; null when ranks were used. */
  readonly noise: number | null;
  /** One-sided, of "not worse": what decides. */
  readonly p: number;
  /** The same by the t test alone, whose bounds these are; null when ranks were used. */
  readonly student: number | null;
  readonly method: Method;
  readonly passes: boolean;
  /** Asked only of what passes: it costs more than all the rest. */
  readonly passCompanion: () => Companion;
  /** The lower bound at a one-sided level, and the companion that is to agree that it is worse. */
  readonly worseAt: (level: number) => { readonly lower: number; readonly companion: () => Companion };
}

/**
 * Pairs: `t` Student's, `least` the same on the least possible differences where a recovery was not seen, `ranks` signed ranks.
 * Independent samples: `welch`, and `rank-sum` where a value is infinitely far from the others.
 */
type Method = "t" | "least" | "ranks" | "welch" | "rank-sum";

/** ln(1 + M) where lower is better, -ln(1 - M) where higher is: both are "M worse". */
export function transformedMargin({ scale, better, margin }: Pick<Terms, "scale" | "better" | "margin">): number {
  if (scale === "difference") return margin;
  if (better === "lower") return Math.log1p(margin);
  return margin < 1 ? -Math.log1p(-margin) : Number.POSITIVE_INFINITY;
}

/** From "worse" units back to what people read: a ratio minus 1 or a difference, positive for a larger value. */
export function reported(worse: number, { scale, better }: Pick<Terms, "scale" | "better">): number {
  const larger = better === "lower" ? worse : -worse;
  // `+ 0` turns -0 into 0.
  return (scale === "ratio" ? Math.expm1(larger) : larger) + 0;
}

/** Its ends may be infinite. */
export function changeOf(
  it: Pick<Comparison, "estimate" | "lower" | "upper">,
  terms: Pick<Terms, "scale" | "better">,
): Change {
  const [lower, upper] = [reported(it.lower, terms), reported(it.upper, terms)].sort((a, b) => a - b) as [
    number,
    number,
  ];
  return { scale: terms.scale, estimate: reported(it.estimate, terms), lower, upper };
}

/** Null when a number of it is infinite: JSON has no infinity, and a sentence says it. */
export const finite = (change: Change): Change | null =>
  [change.estimate, change.lower, change.upper].every(Number.isFinite) ? change : null;

/** Of what was compared, for the rounding that is in it: a logarithm of a ratio is rounded as a number around 1 is. */
export const sizeOf = (points: readonly number[], scale: Terms["scale"]): number =>
  points.reduce((most, it) => Math.max(most, Math.abs(it)), scale === "ratio" ? 1 : 0);

/** The spread that evenly rounded values hide: two of them differ by resolution / sqrt(6). */
export const noiseOf = (seen: number, resolution: number): number => Math.max(seen, resolution / Math.sqrt(6));

/**
 * How far a bound lies from the estimate. Rounding does not average out: values that vary by less than a step are all rounded the same
 * way. Two means are so at most one step apart, of a deviation of step / sqrt(6), which fades as the spread grows over the step:
 * by exp(-2 pi^2 sd^2 / step^2) of one value's spread (Widrow 1956).
 *
 * @param quantile of Student's t, in standard errors
 * @param seen standard deviation of the pair differences
 */
export function reachOf(quantile: number, seen: number, pairs: number, rounding: number): number {
  const chance = (quantile * seen) / Math.sqrt(pairs);
  if (rounding === 0) return chance;
  const steps = seen / rounding;
  const fade = Math.exp(-(Math.PI ** 2) * Math.max(0, steps ** 2 - 1 / 6));
  return Math.hypot(chance, Math.min(1, quantile / Math.sqrt(6)) * rounding * fade);
}

/** Of an interval whose ends each hold at a one-sided level: below 1, also at the level of a look that has next to nothing to spend. */
export const confidenceOf = (level: number): number => Math.min(1 - 2 * level, 1 - Number.EPSILON);
