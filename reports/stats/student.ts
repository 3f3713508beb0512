/** Student's t distribution, exact in the far tails. */
import { OutOfDomain, requireProbability } from "./errors.ts";
import { increasingRoot } from "./root.ts";
import { incompleteBeta, logGamma } from "./special.ts";

function check(df: number): void {
  if (!(df > 0 && df < Number.POSITIVE_INFINITY)) throw new OutOfDomain("degrees of freedom must be positive", df);
}

/**
 * P(T <= t) with `df` degrees of freedom, which need not be whole.
 * @throws OutOfDomain when df is not positive or t is NaN
 */
export function studentCdf(t: number, df: number): number {
  check(df);
  if (Number.isNaN(t)) throw new OutOfDomain("t must be a number", t);
  if (t === Number.POSITIVE_INFINITY) return 1;
  if (t === Number.NEGATIVE_INFINITY) return 0;
  const square = t * t;
  const tail = incompleteBeta(df / 2, 0.5, df / (df + square), square / (df + square)).lower / 2;
  return t < 0 ? tail : 1 - tail;
}

/** Density at t. */
export const studentDensity = (t: number, df: number): number =>
  Math.exp(logGamma((df + 1) / 2) - logGamma(df / 2) - ((df + 1) / 2) * Math.log1p((t * t) / df)) /
  Math.sqrt(df * Math.PI);

/**
 * The t with P(T <= t) = p, for p down to 1e-100 at one degree of freedom.
 * @throws OutOfDomain unless 0 < p < 1 and df > 0
 */
export function studentQuantile(p: number, df: number): number {
  requireProbability("p", p);
  check(df);
  if (p > 0.5) return -studentQuantile(1 - p, df);
  if (p === 0.5) return 0;
  const known = cache.get(df)?.get(p);
  if (known !== undefined) return known;
  // Lower tail, so that p keeps its digits. In u = ln(-t) the log of the tail is nearly straight: Newton needs few steps.
  const u = increasingRoot(
    (it) => Math.log(p / studentCdf(-Math.exp(it), df)),
    (it) => (studentDensity(-Math.exp(it), df) * Math.exp(it)) / studentCdf(-Math.exp(it), df),
    { low: -40, high: 340, start: 0 },
  );
  const t = -Math.exp(u);
  remember(df, p, t);
  return t;
}

/** A judgement asks for the same few levels again and again. */
const cache = new Map<number, Map<number, number>>();
const CACHED_PER_DF = 256;
function remember(df: number, p: number, t: number): void {
  const row = cache.get(df) ?? new Map<number, number>();
  if (row.size < CACHED_PER_DF && cache.size < 4096) cache.set(df, row.set(p, t));
}
