/** Exact tests from a distribution over whole numbers that is given by the ratios of its neighbours. */

export interface ExactTest {
  /** P(X >= observed): that the first is larger. */
  readonly greater: number;
  /** P(X <= observed): that the first is smaller. */
  readonly less: number;
  /** The probability of all outcomes that are no likelier than the one observed, as R's exact tests have it. */
  readonly twoSided: number;
}

interface Counted {
  readonly lowest: number;
  readonly highest: number;
  /** A most likely value. */
  readonly mode: number;
  /** P(X = k + 1) / P(X = k), for lowest <= k < highest. */
  readonly ratio: (k: number) => number;
}

/** Equal probabilities differ in their last digits: outcomes as likely as the observed must count as such (R's tolerance). */
const AS_LIKELY = 1 + 1e-7;

/**
 * Tails of such a distribution, summed from the mode outwards: no factorials, so no digits are lost at large counts.
 * A tail below 1e-300 comes out as 0.
 */
export function exactTest(observed: number, { lowest, highest, mode, ratio }: Counted): ExactTest {
  const weights = new Map([[mode, 1]]);
  for (let k = mode, weight = 1; k < highest && weight > 1e-300; k++) {
    weight *= ratio(k);
    weights.set(k + 1, weight);
  }
  for (let k = mode, weight = 1; k > lowest && weight > 1e-300; k--) {
    weight /= ratio(k - 1);
    weights.set(k - 1, weight);
  }
  const likely = (weights.get(observed) ?? 0) * AS_LIKELY;
  let total = 0;
  const sums = { greater: 0, less: 0, twoSided: 0 };
  // The smallest first, so that tails keep their digits.
  for (const [k, weight] of [...weights].sort((a, b) => a[1] - b[1])) {
    total += weight;
    if (k >= observed) sums.greater += weight;
    if (k <= observed) sums.less += weight;
    if (weight <= likely) sums.twoSided += weight;
  }
  const share = (sum: number): number => Math.min(1, sum / total);
  return { greater: share(sums.greater), less: share(sums.less), twoSided: share(sums.twoSided) };
}
