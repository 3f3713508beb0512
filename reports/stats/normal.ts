/** The standard normal distribution, exact in the far tails (simple-statistics' table ends at 0.999). */
import { requireProbability } from "./errors.ts";
import { increasingRoot } from "./root.ts";
import { incompleteGamma } from "./special.ts";

/** P(Z <= z). */
export function normalCdf(z: number): number {
  const { lower, upper } = incompleteGamma(0.5, (z * z) / 2);
  return z < 0 ? upper / 2 : 0.5 + lower / 2;
}

export const normalDensity = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/**
 * The z with P(Z <= z) = p.
 * @throws OutOfDomain unless 0 < p < 1
 */
export function normalQuantile(p: number): number {
  requireProbability("p", p);
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0.5) return 0;
  // On the log scale the tail is nearly a parabola, so Newton converges from anywhere; 39 is beyond the smallest double.
  return increasingRoot(
    (z) => Math.log(normalCdf(z) / p),
    (z) => normalDensity(z) / normalCdf(z),
    { low: -39, high: 0, start: -Math.sqrt(-2 * Math.log(2 * p)) },
  );
}
