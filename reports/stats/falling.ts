/** A chance of success that falls with x: logistic regression, and where the chance is still p, with its profile-likelihood interval. */
import { OutOfDomain, requireFinite, requireProbability, TooFew } from "./errors.ts";
import { normalQuantile } from "./normal.ts";
import { increasingRoot } from "./root.ts";

export interface Response {
  readonly x: number;
  readonly success: boolean;
}

export interface FallingFit {
  /** The x at which the chance is p. Where successes and failures do not overlap it is the last success: nothing beyond was seen. */
  readonly quantile: number;
  /** Of the log odds, per unit of x, positive; Infinity where successes and failures do not overlap. */
  readonly slope: number;
  readonly logLikelihood: number;
  /** No failure lies below a success: any step between the two fits the data equally well. */
  readonly separated: boolean;
}

interface FallingInterval {
  /** -Infinity and Infinity where the data do not bound it. */
  readonly lower: number;
  readonly upper: number;
}

const logit = (p: number): number => Math.log(p / (1 - p));
/** ln(1 + e^x) without overflow. */
const softPlus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const chance = (odds: number): number => 1 / (1 + Math.exp(-odds));

/** Responses at one x, which the likelihood only sees together. */
interface Group {
  readonly x: number;
  readonly n: number;
  readonly successes: number;
}

/**
 * Maximum likelihood of a logistic chance that does not rise with x.
 *
 * @param responses at least one success and one failure
 * @param p the chance whose x is asked for
 * @returns null when the share of successes does not fall with x: no x can be told then
 * @throws TooFew without a success or without a failure; OutOfDomain for an x that is not finite, or a p outside 0 to 1
 * McCullagh & Nelder, Generalized Linear Models (1989), 4.4; checked against R's glm on the O-ring data of the Challenger.
 */
export function fitFalling(responses: readonly Response[], p: number): FallingFit | null {
  const groups = grouped(responses, p);
  const lastSuccess = Math.max(...groups.filter((it) => it.successes > 0).map((it) => it.x));
  const firstFailure = Math.min(...groups.filter((it) => it.successes < it.n).map((it) => it.x));
  if (lastSuccess <= firstFailure) {
    const shared = groups.find((it) => it.x === lastSuccess && it.x === firstFailure);
    const likelihood =
      shared === undefined ? 0 : constantLikelihood(shared.successes, shared.n, shared.successes / shared.n);
    return { quantile: lastSuccess, slope: Number.POSITIVE_INFINITY, logLikelihood: likelihood, separated: true };
  }
  const { intercept, slope } = newton(groups);
  if (!(slope > 0)) return null;
  const quantile = (intercept - logit(p)) / slope;
  return { quantile, slope, logLikelihood: likelihoodAt(groups, quantile, slope, logit(p)), separated: false };
}

/**
 * Two-sided interval for the x at which the chance is p: every x that a likelihood-ratio test (chi-squared, one degree of freedom) does
 * not refuse. It exists where Wald's does not: without overlap, and near a flat curve, where it ends at infinity.
 *
 * @throws as `fitFalling`; OutOfDomain for a confidence outside 0 to 1
 * Venzon & Moolgavkar (1988).
 */
export function fallingInterval(responses: readonly Response[], p: number, confidence = 0.95): FallingInterval {
  requireProbability("confidence", confidence);
  const fit = fitFalling(responses, p);
  if (fit === null) return { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
  const groups = grouped(responses, p);
  const odds = logit(p);
  const least = fit.logLikelihood - normalQuantile((1 + confidence) / 2) ** 2 / 2;
  const short = (q: number): number => least - profile(groups, q, odds);
  const xs = groups.map((it) => it.x);
  const span = Math.max(...xs) - Math.min(...xs) || Math.max(1, Math.abs(fit.quantile));
  const start = fit.separated ? plateau(groups) : { lower: fit.quantile, upper: fit.quantile };
  const successes = groups.reduce((sum, it) => sum + it.successes, 0);
  const n = groups.reduce((sum, it) => sum + it.n, 0);
  const flat = (share: number): boolean => constantLikelihood(successes, n, share) >= least;
  return {
    lower: flat(Math.min(p, successes / n)) ? Number.NEGATIVE_INFINITY : edge(short, start.lower, -span),
    upper: flat(Math.max(p, successes / n)) ? Number.POSITIVE_INFINITY : edge(short, start.upper, span),
  };
}

/** The chance of success at x that a fit says. */
export const chanceAt = ({ quantile, slope }: Pick<FallingFit, "quantile" | "slope">, p: number, x: number): number =>
  slope === Number.POSITIVE_INFINITY ? (x <= quantile ? 1 : 0) : chance(logit(p) + slope * (quantile - x));

function grouped(responses: readonly Response[], p: number): Group[] {
  requireFinite(
    responses.map((it) => it.x),
    2,
  );
  requireProbability("p", p);
  const successes = responses.filter((it) => it.success).length;
  const fewest = Math.min(successes, responses.length - successes);
  if (fewest === 0) throw new TooFew({ have: 0, need: 1 });
  return [...Map.groupBy(responses, (it) => it.x)]
    .map(([x, of]) => ({ x, n: of.length, successes: of.filter((it) => it.success).length }))
    .sort((a, b) => a.x - b.x);
}

/** Log-likelihood of one chance for all. */
const constantLikelihood = (successes: number, n: number, share: number): number =>
  (successes === 0 ? 0 : successes * Math.log(share)) + (successes === n ? 0 : (n - successes) * Math.log1p(-share));

const likelihoodAt = (groups: readonly Group[], quantile: number, slope: number, odds: number): number =>
  groups.reduce((sum, { x, n, successes }) => {
    const at = odds + slope * (quantile - x);
    return sum + successes * at - n * softPlus(at);
  }, 0);

/** Newton's steps, halved while they lose likelihood; log odds are intercept - slope x. Concave: there is one maximum, and it is finite. */
function newton(groups: readonly Group[]): { readonly intercept: number; readonly slope: number } {
  const weight = groups.reduce((sum, it) => sum + it.n, 0);
  const center = groups.reduce((sum, it) => sum + it.n * it.x, 0) / weight;
  const scale = Math.sqrt(groups.reduce((sum, it) => sum + it.n * (it.x - center) ** 2, 0) / weight);
  const points = groups.map((it) => ({ ...it, z: (it.x - center) / scale }));
  const likelihood = (a: number, b: number): number =>
    points.reduce((sum, { z, n, successes }) => sum + successes * (a - b * z) - n * softPlus(a - b * z), 0);
  let [a, b] = [0, 0];
  let best = likelihood(a, b);
  for (let i = 0; i < 100; i++) {
    let [ga, gb, haa, hab, hbb] = [0, 0, 0, 0, 0];
    for (const { z, n, successes } of points) {
      const share = chance(a - b * z);
      const residual = successes - n * share;
      const w = n * share * (1 - share);
      ga += residual;
      gb -= residual * z;
      haa += w;
      hab -= w * z;
      hbb += w * z * z;
    }
    const determinant = haa * hbb - hab * hab;
    if (!(determinant > 0)) break;
    const da = (hbb * ga - hab * gb) / determinant;
    const db = (haa * gb - hab * ga) / determinant;
    let step = 1;
    while (step > 1e-9 && likelihood(a + step * da, b + step * db) < best) step /= 2;
    a += step * da;
    b += step * db;
    const now = likelihood(a, b);
    if (Math.abs(now - best) <= 1e-14 * Math.abs(best) && Math.hypot(da, db) * step < 1e-10) break;
    best = Math.max(best, now);
  }
  // A slope that is nothing but rounding would put the quantile anywhere.
  if (Math.abs(b) < 1e-9) b = 0;
  return { intercept: a + (b * center) / scale, slope: b / scale };
}

/** The likelihood at the best slope for a given quantile; concave in the slope. */
function profile(groups: readonly Group[], quantile: number, odds: number): number {
  const downhill = (slope: number): number =>
    -groups.reduce(
      (sum, { x, n, successes }) => sum + (successes - n * chance(odds + slope * (quantile - x))) * (quantile - x),
      0,
    );
  const slopes = groups.map((it) => Math.abs(it.x - quantile)).filter((it) => it > 0);
  if (slopes.length === 0) return likelihoodAt(groups, quantile, 0, odds);
  if (downhill(0) >= 0) return likelihoodAt(groups, quantile, 0, odds);
  // Beyond this the log odds at the nearest x pass 700, and a chance is 0 or 1 to the last digit.
  const steepest = 1400 / Math.min(...slopes);
  if (downhill(steepest) <= 0) return likelihoodAt(groups, quantile, steepest, odds);
  const slope = increasingRoot(
    downhill,
    (at) =>
      groups.reduce((sum, { x, n }) => {
        const share = chance(odds + at * (quantile - x));
        return sum + n * share * (1 - share) * (quantile - x) ** 2;
      }, 0),
    { low: 0, high: steepest, start: 1 / Math.max(...slopes) },
  );
  return likelihoodAt(groups, quantile, slope, odds);
}

/** Without overlap every x from the last success to the first failure is as likely as any other. */
const plateau = (groups: readonly Group[]): FallingInterval => ({
  lower: Math.max(...groups.filter((it) => it.successes > 0).map((it) => it.x)),
  upper: Math.min(...groups.filter((it) => it.successes < it.n).map((it) => it.x)),
});

/** Where `short` becomes positive, going from `start` in steps that double. It does: beyond, the chance is nearly the same for all. */
function edge(short: (x: number) => number, start: number, step: number): number {
  let inside = start;
  let reach = step / 64;
  for (let i = 0; i < 60 && short(inside + reach) <= 0; i++) {
    inside += reach;
    reach *= 2;
  }
  let outside = inside + reach;
  if (!Number.isFinite(outside) || short(outside) <= 0) throw new OutOfDomain("the interval must end", outside);
  for (let i = 0; i < 60 && Math.abs(outside - inside) > 1e-12 * Math.abs(step); i++) {
    const middle = (inside + outside) / 2;
    if (short(middle) <= 0) inside = middle;
    else outside = middle;
  }
  return inside;
}
