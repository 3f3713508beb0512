/** The binomial distribution: tails, quantile, and intervals for a share. */
import { OutOfDomain, requireProbability } from "./errors.ts";
import { normalQuantile } from "./normal.ts";
import { increasingRoot } from "./root.ts";
import { betaDensity, incompleteBeta } from "./special.ts";

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

function check(n: number, p: number): void {
  if (!(Number.isInteger(n) && n >= 0)) throw new OutOfDomain("trials must be a whole number of at least 0", n);
  if (!(p >= 0 && p <= 1)) throw new OutOfDomain("a probability must lie between 0 and 1", p);
}

/**
 * P(X >= k) for X ~ Binomial(n, p), exact in the far tail.
 * @throws OutOfDomain when n is not a count or p not a probability
 */
export function binomialUpperTail(k: number, n: number, p: number): number {
  check(n, p);
  const successes = Math.ceil(k);
  if (successes <= 0) return 1;
  if (successes > n) return 0;
  return incompleteBeta(successes, n - successes + 1, p).lower;
}

/**
 * P(X <= k) for X ~ Binomial(n, p).
 * @throws OutOfDomain when n is not a count or p not a probability
 */
export function binomialCdf(k: number, n: number, p: number): number {
  check(n, p);
  const successes = Math.floor(k);
  if (successes < 0) return 0;
  if (successes >= n) return 1;
  return incompleteBeta(successes + 1, n - successes, p).upper;
}

/**
 * The smallest k with P(X <= k) >= q.
 * @throws OutOfDomain when n is not a count or p or q not a probability
 */
export function binomialQuantile(q: number, n: number, p: number): number {
  check(n, p);
  if (!(q >= 0 && q <= 1)) throw new OutOfDomain("a probability must lie between 0 and 1", q);
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (binomialCdf(middle, n, p) >= q) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The x with I_x(a, b) = p. */
function betaQuantile(p: number, a: number, b: number): number {
  return increasingRoot(
    (x) => incompleteBeta(a, b, x).lower - p,
    (x) => betaDensity(a, b, x),
    { low: 0, high: 1, start: a / (a + b) },
  );
}

function checkCount(k: number, n: number): void {
  if (!(Number.isInteger(n) && n >= 1)) throw new OutOfDomain("trials must be a whole number of at least 1", n);
  if (!(Number.isInteger(k) && k >= 0 && k <= n)) throw new OutOfDomain(`successes must be a count up to ${n}`, k);
}

/**
 * Exact interval for a share, at least `confidence` whatever the true share (Clopper and Pearson 1934).
 * @throws OutOfDomain when k of n is not a count out of counts
 */
export function clopperPearson(k: number, n: number, confidence = 0.95): Interval {
  checkCount(k, n);
  requireProbability("confidence", confidence);
  const tail = (1 - confidence) / 2;
  return {
    lower: k === 0 ? 0 : betaQuantile(tail, k, n - k + 1),
    upper: k === n ? 1 : 1 - betaQuantile(tail, n - k, k + 1),
  };
}

/**
 * Score interval for a share: close to `confidence` on average over shares (Wilson 1927).
 * @throws OutOfDomain when k of n is not a count out of counts
 */
export function wilson(k: number, n: number, confidence = 0.95): Interval {
  checkCount(k, n);
  requireProbability("confidence", confidence);
  const z = normalQuantile((1 + confidence) / 2);
  const share = k / n;
  const denominator = 1 + (z * z) / n;
  const center = (share + (z * z) / (2 * n)) / denominator;
  const reach = (z / denominator) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return { lower: k === 0 ? 0 : center - reach, upper: k === n ? 1 : center + reach };
}
