/** Alpha spending: how much of a one-sided level may have been used up when a share of the data is in (Lan and DeMets 1983). */
import { OutOfDomain } from "./errors.ts";
import { normalCdf, normalQuantile } from "./normal.ts";

/** @returns what is spent of `alpha` at information fraction t: increasing in both, 0 at t = 0, alpha from t = 1 on */
export type Spend = (alpha: number, t: number) => number;

function check(alpha: number, t: number): void {
  if (!(alpha > 0 && alpha <= 1)) throw new OutOfDomain("alpha must lie above 0 and not above 1", alpha);
  if (!(t >= 0)) throw new OutOfDomain("an information fraction must not be negative", t);
}

/**
 * Above this alpha (from 0.317 on) the formula's later increments fall as alpha grows. A test at a larger level has to
 * reject whatever one at a smaller level rejects, so what is above is spent evenly instead.
 */
const LARGEST_CURVED = 0.3;

/**
 * O'Brien and Fleming's type: next to nothing early, almost all of alpha left for the end.
 * 2 (1 - Phi(z_{alpha/2} / sqrt t)) of a one-sided alpha, as in Lan and DeMets (1983) and R's gsDesign and ldbounds.
 *
 * @returns 0 where the share is below the smallest double
 * @throws OutOfDomain unless 0 < alpha <= 1 and t >= 0
 */
export function spendOBrienFleming(alpha: number, t: number): number {
  check(alpha, t);
  if (t >= 1) return alpha;
  if (t === 0) return 0;
  const curved = Math.min(alpha, LARGEST_CURVED);
  return 2 * normalCdf(normalQuantile(curved / 2) / Math.sqrt(t)) + (alpha - curved) * t;
}

/**
 * Pocock's type: alpha ln(1 + (e - 1) t), about the same bound at every look.
 * @throws OutOfDomain unless 0 < alpha <= 1 and t >= 0
 */
export function spendPocock(alpha: number, t: number): number {
  check(alpha, t);
  return t >= 1 ? alpha : alpha * Math.log1p((Math.E - 1) * t);
}
