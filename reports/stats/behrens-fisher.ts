/** The difference of two means whose variances are not known and may differ: Behrens and Fisher's distribution. */
import { OutOfDomain, requireProbability } from "./errors.ts";
import { increasingRoot } from "./root.ts";
import { logGamma } from "./special.ts";
import { studentCdf, studentDensity, studentQuantile } from "./student.ts";

/** A mean's standard error, as it was estimated, and the degrees of freedom it has for that. */
export interface Estimated {
  readonly error: number;
  readonly df: number;
}

/** Below this share of its peak, as a logarithm, a weight adds nothing. */
const NOTHING = -60;

/**
 * P(e1 T1 + e2 T2 >= x), T1 and T2 independent Student's. As a p-value of a difference x it keeps its level whatever the variances are
 * (Robinson 1976), where Welch's exceeds it several times over when a small sample is the noisier one.
 *
 * With B the share of the first of two chi squares in their sum, a Beta: the mean over B of Student's tail with df1 + df2 degrees. In
 * u = ln(B / (1 - B)) / 2 all is smooth and falls off at both ends, so the trapezoid rule converges fast (Ruben 1960).
 * @throws OutOfDomain unless errors are not negative, one of them positive, and degrees of freedom positive
 */
export const behrensFisherTail = (x: number, one: Estimated, two: Estimated): number => tailOf(x, one, two).tail;

/** The x that is exceeded with a probability of `level`, 0 < level < 0.5. @throws as {@link behrensFisherTail} */
export function behrensFisherQuantile(level: number, one: Estimated, two: Estimated): number {
  requireProbability("level", level);
  // Both at once are never further out than the sum of the two, nor nearer than either.
  const [a, b] = [one, two].map(({ error, df }) => (error === 0 ? 0 : -error * studentQuantile(level, df))) as [
    number,
    number,
  ];
  if (a === 0 || b === 0) return a + b;
  let at = tailOf(0, one, two);
  return increasingRoot(
    (it) => {
      at = tailOf(it, one, two);
      return Math.log(level / at.tail);
    },
    // Asked at the same place right after.
    () => at.density / at.tail,
    { low: 0, high: a + b + Number.MIN_VALUE, start: Math.hypot(a, b) },
  );
}

function tailOf(x: number, one: Estimated, two: Estimated): { tail: number; density: number } {
  for (const { error, df } of [one, two]) {
    if (!(error >= 0 && error < Number.POSITIVE_INFINITY))
      throw new OutOfDomain("a standard error must be finite, not negative", error);
    if (!(df > 0)) throw new OutOfDomain("degrees of freedom must be positive", df);
  }
  if (one.error === 0 && two.error === 0) throw new OutOfDomain("one of two standard errors must be positive", 0);
  if (one.error === 0) return alone(x, two);
  if (two.error === 0) return alone(x, one);
  const df = one.df + two.df;
  const [v1, v2] = [one, two].map((it) => (it.error ** 2 * it.df) / df) as [number, number];
  const weight = (u: number): number => one.df * u - (df / 2) * Math.log1p(Math.exp(2 * u));
  const peak = Math.log(one.df / two.df) / 2;
  const width = Math.sqrt(df / (2 * one.df * two.df));
  // A weight's Fourier transform falls as exp(-pi w / 2) where few degrees make it one-sided, and the rule errs by it at w = 2 pi / step.
  const step = Math.min(0.15, width / 2);
  const log = Math.LN2 + logGamma(df / 2) - logGamma(one.df / 2) - logGamma(two.df / 2);
  let tail = 0;
  let density = 0;
  for (const side of [-1, 1]) {
    for (let i = side === -1 ? 0 : 1; ; i++) {
      const u = peak + side * i * step;
      const at = weight(u);
      if (at - weight(peak) < NOTHING) break;
      const scale = Math.sqrt(v1 * (1 + Math.exp(-2 * u)) + v2 * (1 + Math.exp(2 * u)));
      const mass = Math.exp(log + at) * step;
      tail += mass * studentCdf(-x / scale, df);
      density += (mass * studentDensity(x / scale, df)) / scale;
    }
  }
  return { tail, density };
}

const alone = (x: number, { error, df }: Estimated): { tail: number; density: number } => ({
  tail: studentCdf(-x / error, df),
  density: studentDensity(x / error, df) / error,
});
