/** The universal scalability law: how throughput bends with concurrency, and where it peaks. */
import { OutOfDomain, requireFinite, TooFew } from "./errors.ts";

/** One run: a concurrency of at least about 1, and the throughput at it. */
export interface Scaled {
  readonly n: number;
  readonly throughput: number;
}

/** X(N) = gamma N / (1 + alpha (N - 1) + beta N (N - 1)). */
interface ScalabilityFit {
  /** Share of the work that waits for its turn (contention), at least 0. */
  readonly alpha: number;
  /** Cost of agreeing with each other (coherency), at least 0. */
  readonly beta: number;
  /** Throughput at a concurrency of 1. */
  readonly gamma: number;
  /** Sum of squared residuals. */
  readonly residual: number;
}

const FEWEST_LOADS = 3;

export const throughputAt = ({ alpha, beta, gamma }: Omit<ScalabilityFit, "residual">, n: number): number =>
  (gamma * n) / bend(alpha, beta, n);

/** The concurrency at which throughput peaks; null without coherency cost: it grows towards gamma / alpha for ever. */
export const peakOf = ({ alpha, beta }: Pick<ScalabilityFit, "alpha" | "beta">): number | null =>
  beta > 0 ? Math.sqrt(Math.max(0, 1 - alpha) / beta) : null;

const bend = (alpha: number, beta: number, n: number): number => 1 + alpha * (n - 1) + beta * n * (n - 1);

/**
 * Least squares with alpha and beta at least 0: the best of the four fits with either, none or both at their bound.
 *
 * @param runs at least three different concurrencies
 * @throws TooFew with fewer; OutOfDomain for a concurrency or throughput that is not a positive finite number
 * Gunther, Guerrilla Capacity Planning (2007); checked against the R package usl on its SPEC SDM91 data.
 */
export function fitScalability(runs: readonly Scaled[]): ScalabilityFit {
  const values = runs.flatMap((it) => [it.n, it.throughput]);
  requireFinite(values, 2 * FEWEST_LOADS);
  const low = values.find((it) => it <= 0);
  if (low !== undefined) throw new OutOfDomain("concurrency and throughput must be above 0", low);
  const loads = new Set(runs.map((it) => it.n)).size;
  if (loads < FEWEST_LOADS) throw new TooFew({ have: loads, need: FEWEST_LOADS });
  const both = descend(runs, { alpha: true, beta: true });
  if (both !== null) return both;
  const one = [descend(runs, { alpha: true, beta: false }), descend(runs, { alpha: false, beta: true })];
  const none = scored(runs, 0, 0);
  return [...one, none].reduce<ScalabilityFit>(
    (best, it) => (it !== null && it.residual < best.residual ? it : best),
    none,
  );
}

/** gamma enters linearly: for a bend it has its own least squares. */
function scored(runs: readonly Scaled[], alpha: number, beta: number): ScalabilityFit {
  let [xf, ff] = [0, 0];
  for (const { n, throughput } of runs) {
    const f = n / bend(alpha, beta, n);
    xf += throughput * f;
    ff += f * f;
  }
  const gamma = xf / ff;
  let residual = 0;
  for (const { n, throughput } of runs) residual += (throughput - (gamma * n) / bend(alpha, beta, n)) ** 2;
  return { alpha, beta, gamma, residual };
}

interface Free {
  readonly alpha: boolean;
  readonly beta: boolean;
}

/** Levenberg-Marquardt from several starts; null when the best lies outside of the bounds. */
function descend(runs: readonly Scaled[], free: Free): ScalabilityFit | null {
  const largest = Math.max(...runs.map((it) => it.n));
  let best: ScalabilityFit | null = null;
  for (const share of [0.01, 0.3]) {
    const from = scored(runs, free.alpha ? share : 0, free.beta ? share / largest : 0);
    const reached = marquardt(runs, free, from);
    if (best === null || reached.residual < best.residual) best = reached;
  }
  return best !== null && best.alpha >= 0 && best.beta >= 0 ? best : null;
}

function marquardt(runs: readonly Scaled[], free: Free, from: ScalabilityFit): ScalabilityFit {
  let at = from;
  let damping = 1e-3;
  const still = 1e-13 * runs.reduce((sum, it) => sum + it.throughput ** 2, 0);
  for (let i = 0; i < 200 && at.residual > still * 1e-6; i++) {
    const next = stepped(runs, free, at, damping);
    if (next === null || !(next.residual < at.residual)) {
      damping *= 8;
      if (damping > 1e12) break;
      continue;
    }
    const gained = at.residual - next.residual;
    at = next;
    damping = Math.max(1e-12, damping / 8);
    if (gained <= 1e-14 * at.residual) break;
  }
  return at;
}

/** One step in alpha and beta, gamma following; null where the bend would reach 0. A thousand resamples take some 20 each: no arrays. */
function stepped(runs: readonly Scaled[], free: Free, at: ScalabilityFit, damping: number): ScalabilityFit | null {
  const { alpha, beta, gamma } = at;
  // Normal equations of the residual over (alpha, beta, gamma), with the scale of each kept in the damping.
  let [aa, ab, ag, bb, bg, gg] = [0, 0, 0, 0, 0, 0];
  let [errorA, errorB, errorG] = [0, 0, 0];
  for (const { n, throughput } of runs) {
    const d = bend(alpha, beta, n);
    const g = n / d;
    const slope = (-gamma * g * (n - 1)) / d;
    const a = free.alpha ? slope : 0;
    const b = free.beta ? slope * n : 0;
    const error = throughput - gamma * g;
    aa += a * a;
    ab += a * b;
    ag += a * g;
    bb += b * b;
    bg += b * g;
    gg += g * g;
    errorA += a * error;
    errorB += b * error;
    errorG += g * error;
  }
  // Solved by LDL': one that is not free has an equation of its own, with the step 0.
  const firstPivot = free.alpha ? aa * (1 + damping) : 1;
  const [ba, ga] = [ab / firstPivot, ag / firstPivot];
  const secondPivot = (free.beta ? bb * (1 + damping) : 1) - ba * ab;
  const rest = bg - ga * ab;
  const gb = rest / secondPivot;
  const thirdPivot = gg * (1 + damping) - ga * ag - gb * rest;
  if (!(firstPivot > 0 && secondPivot > 0 && thirdPivot > 0)) return null;
  const leftB = errorB - ba * errorA;
  const stepG = (errorG - ga * errorA - gb * leftB) / thirdPivot;
  const stepB = leftB / secondPivot - gb * stepG;
  const stepA = errorA / firstPivot - ba * stepB - ga * stepG;
  const [a, b] = [alpha + stepA, beta + stepB];
  return runs.every((it) => bend(a, b, it.n) > 0) ? scored(runs, a, b) : null;
}

/** Resamples of a bootstrap. */
const DRAWS = 999;

export interface Scalability extends ScalabilityFit {
  /** Of beta, by resampled runs. */
  readonly betaInterval: { readonly lower: number; readonly upper: number };
  /** Where throughput peaks, with its interval; null unless the interval of beta excludes 0. */
  readonly peak: { readonly n: number; readonly lower: number; readonly upper: number } | null;
  /** AICc of this law minus that of one without coherency (beta = 0): negative speaks for a peak. Null with too few runs for it. */
  readonly aicc: number | null;
}

/**
 * The law with intervals from whole runs, drawn again with replacement: what is inside a run never counts as repeated.
 *
 * @param random uniform in [0, 1), seeded by the caller
 * @throws as `fitScalability`
 */
export function scalability(runs: readonly Scaled[], random: () => number, confidence = 0.95): Scalability {
  const fit = fitScalability(runs);
  const fits: ScalabilityFit[] = [];
  // A resample of too few concurrencies bends no way: it is drawn again.
  for (let tries = 0; fits.length < DRAWS && tries < 20 * DRAWS; tries++) {
    const drawn = runs.map(() => runs[Math.floor(random() * runs.length)] as Scaled);
    if (new Set(drawn.map((it) => it.n)).size >= FEWEST_LOADS) fits.push(fitScalability(drawn));
  }
  const between = (values: readonly number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    const rank = Math.floor((sorted.length + 1) * ((1 - confidence) / 2));
    return {
      lower: sorted[Math.max(0, rank - 1)] as number,
      upper: sorted[sorted.length - Math.max(1, rank)] as number,
    };
  };
  const betaInterval = between(fits.map((it) => it.beta));
  const n = peakOf(fit);
  const peaks = fits.map((it) => peakOf(it) ?? Number.POSITIVE_INFINITY);
  return {
    ...fit,
    betaInterval,
    peak: betaInterval.lower > 0 && n !== null ? { n, ...between(peaks) } : null,
    aicc: aiccDifference(runs, fit),
  };
}

/** Parameters: alpha, beta, gamma and the variance, or one fewer. */
function aiccDifference(runs: readonly Scaled[], fit: ScalabilityFit): number | null {
  const size = runs.length;
  if (size < 6) return null;
  const without = descend(runs, { alpha: true, beta: false }) ?? scored(runs, 0, 0);
  const aicc = (residual: number, k: number): number =>
    size * Math.log(residual / size) + 2 * k + (2 * k * (k + 1)) / (size - k - 1);
  return fit.residual > 0 && without.residual > 0 ? aicc(fit.residual, 4) - aicc(without.residual, 3) : null;
}
