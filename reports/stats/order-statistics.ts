/** Intervals for a quantile from the order statistics of an independent sample: no shape assumed. */
import { binomialCdf, binomialQuantile } from "./binomial.ts";
import { OutOfDomain, requireProbability } from "./errors.ts";

interface RankInterval {
  /** 1-based ranks in the sorted sample; 0 is minus infinity, n + 1 plus infinity. */
  readonly lower: number;
  readonly upper: number;
  /** Exact probability that the quantile lies between them. */
  readonly coverage: number;
}

/**
 * Ranks of the order statistics that enclose quantile q with at least about `confidence`, tails split evenly.
 * @throws OutOfDomain unless n is a count of at least 1 and q and confidence lie between 0 and 1
 */
export function quantileRanks(n: number, q: number, confidence = 0.95): RankInterval {
  if (!(Number.isInteger(n) && n >= 1)) throw new OutOfDomain("values must be a whole number of at least 1", n);
  requireProbability("q", q);
  requireProbability("confidence", confidence);
  const tail = (1 - confidence) / 2;
  const lower = binomialQuantile(tail, n, q);
  const upper = binomialQuantile(1 - tail, n, q) + 1;
  return { lower, upper, coverage: binomialCdf(upper - 1, n, q) - binomialCdf(lower - 1, n, q) };
}
