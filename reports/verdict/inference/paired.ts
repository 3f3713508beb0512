/** The comparison of two arms over pairs of trials: one trial of each, side by side in a block. Numbers only. */
import { mean, seenSpread, standardDeviation } from "../../stats/describe.ts";
import { quantileRanks } from "../../stats/order-statistics.ts";
import { signedRank } from "../../stats/signed-rank.ts";
import { signFlip } from "../../stats/signflip.ts";
import { studentCdf, studentQuantile } from "../../stats/student.ts";
import {
  type Companion,
  type Comparison,
  confidenceOf,
  type Known,
  noiseOf,
  reachOf,
  sizeOf,
  type Terms,
  transformedMargin,
} from "./comparison.ts";
import { type Worse, worseOf } from "./worse.ts";

export interface Pair {
  readonly block: number;
  readonly baseline: Known;
  readonly candidate: Known;
}

/**
 * @param pairs at least two; on the ratio scale none below zero
 * @throws TooFew below two pairs
 */
export function compare(pairs: readonly Pair[], terms: Terms): Comparison {
  const differences = pairs.map((pair) => worsening(pair, terms, "worst"));
  const margin = transformedMargin(terms);
  const size = sizeOf(
    terms.scale === "ratio" ? differences.filter(Number.isFinite) : pairs.flatMap(reached),
    terms.scale,
  );
  // Two that never came, to a recovery or to their end, may be as far apart as can be: no evidence of worse, and none against it.
  const feared = differences.map((it, i) => (isUnknown(pairs[i] as Pair) ? Number.POSITIVE_INFINITY : it));
  if (feared.every(Number.isFinite)) return byT(differences, null, margin, size, terms);
  // A censored recovery of the arm under test took at least so long: a t on those least differences errs to its favour.
  const least = pairs.map((pair) => worsening(pair, terms, "least"));
  return least.every(Number.isFinite)
    ? byT(least, { differences, feared }, margin, size, terms)
    : byRanks(differences, feared, margin, terms);
}

const isUnknown = ({ baseline, candidate }: Pair): boolean => baseline.kind === "worst" && candidate.kind === "worst";

const reached = ({ baseline, candidate }: Pair): number[] =>
  [baseline, candidate].flatMap((it) => (it.kind === "value" ? it.value : (it.atLeast ?? [])));

function worsening(pair: Pair, terms: Terms, worst: "worst" | "least"): number {
  const { baseline, candidate } = pair;
  if (isUnknown(pair)) return 0;
  if (baseline.kind === "worst") return Number.NEGATIVE_INFINITY;
  const reached = candidate.kind === "value" ? candidate.value : worst === "least" ? candidate.atLeast : null;
  if (reached === null) return Number.POSITIVE_INFINITY;
  const larger = terms.scale === "difference" ? reached - baseline.value : logRatio(reached, baseline.value);
  return (terms.better === "lower" ? larger : -larger) + 0;
}

/** A value of zero is infinitely far from any other on the ratio scale: ranks take over. Values below zero are not compared so. */
const logRatio = (candidate: number, baseline: number): number =>
  candidate === baseline ? 0 : Math.log(candidate / baseline);

/** What the ranks are of, where values are only known as "at least": to fail by, and to pass by. */
interface Censored {
  readonly differences: readonly number[];
  readonly feared: readonly number[];
}

function byT(
  differences: readonly number[],
  censored: Censored | null,
  margin: number,
  size: number,
  terms: Terms,
): Comparison {
  const k = differences.length;
  const estimate = mean(differences);
  const seen = seenSpread(standardDeviation(differences), size);
  const noise = noiseOf(seen, terms.resolution);
  const reach = (level: number): number => reachOf(-studentQuantile(level, k - 1), seen, k, terms.rounding);
  const upper = estimate + reach(terms.alpha);
  const shifted = (): number[] => (censored?.feared ?? differences).map((it) => margin - it);
  const student = pWorse(estimate, noise / Math.sqrt(k), k);
  const worse: Worse =
    censored === null
      ? worseOf(differences, student, terms.stream)
      : { p: student, companionAt: (level) => companion(censored.differences, level, terms.stream) };
  return {
    pairs: k,
    margin,
    estimate,
    lower: estimate - reach(terms.alpha),
    upper,
    spread: seen,
    noise,
    p: worse.p,
    student,
    method: censored === null ? "t" : "least",
    // Where values are only known as "at least", their upper bound is not: ranks alone may pass.
    passes: censored === null ? upper < margin : signedRank(shifted()).greater <= terms.alpha,
    passCompanion: () => (censored === null ? companion(shifted(), terms.alpha, terms.stream) : "agrees"),
    worseAt: (level) => ({
      lower: estimate - reach(level),
      companion: () => worse.companionAt(level),
    }),
  };
}

/** Without spread or resolution only the signs are left to count. */
function pWorse(estimate: number, error: number, k: number): number {
  if (error === 0) return estimate > 0 ? 2 ** -k : 1;
  return studentCdf(-estimate / error, k - 1);
}

function companion(differences: readonly number[], level: number, stream: Terms["stream"]): Companion {
  if (2 ** -differences.length > level) return differences.every((it) => it > 0) ? "silent" : "disagrees";
  const finite = differences.every(Number.isFinite);
  const p = finite ? signFlip(differences, stream()).p : signedRank(differences).greater;
  return p <= level ? "agrees" : "disagrees";
}

/** Some differences are infinite: a failed trial, or a zero on the ratio scale. Only their ranks can speak. */
function byRanks(differences: readonly number[], feared: readonly number[], margin: number, terms: Terms): Comparison {
  const sorted = [...differences].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const at = (rank: number): number =>
    sorted[rank - 1] ?? (rank < 1 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  const k = differences.length;
  const bounds = (level: number) => quantileRanks(k, 0.5, confidenceOf(level));
  const { greater } = signedRank(differences);
  return {
    pairs: k,
    margin,
    // The lower of the two middle ones: a mean of them could be infinity minus infinity.
    estimate: at(Math.floor((k + 1) / 2)),
    lower: at(bounds(terms.alpha).lower),
    upper: at(bounds(terms.alpha).upper),
    spread: null,
    noise: null,
    p: greater,
    student: null,
    method: "ranks",
    passes: signedRank(feared.map((it) => margin - it)).greater <= terms.alpha,
    passCompanion: () => "agrees",
    worseAt: (level) => ({
      lower: at(bounds(level).lower),
      companion: () => (greater <= level ? "agrees" : "disagrees"),
    }),
  };
}
