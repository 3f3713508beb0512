/** Are p-values uniform, as those of comparisons without a difference have to be? Kolmogorov's and Smirnov's test. */
import { OutOfDomain, requireFinite } from "./errors.ts";
import { logGamma } from "./special.ts";

/**
 * That uniform values stray as far from an even spread as these do, on either side.
 * @param values between 0 and 1, independent
 * @returns a p-value, exact to 2 000 values
 * @throws TooFew without values; OutOfDomain for one that does not lie between 0 and 1
 * Kolmogorov (1933).
 */
export function uniformityP(values: readonly number[]): number {
  requireFinite(values, 1);
  for (const it of values) if (it < 0 || it > 1) throw new OutOfDomain("values must lie between 0 and 1", it);
  const n = values.length;
  const sorted = [...values].sort((a, b) => a - b);
  return kolmogorovTail(n, Math.max(...sorted.map((it, i) => Math.max((i + 1) / n - it, it - i / n))));
}

/** Above this size the limit is right to 0.00002, and to 0.2 % of the tail. */
const EXACT_SIZE = 2000;
/** From n d^2 = 4 on, values that stray so far on both sides add less than 1e-10 of the tail. */
const ONE_SIDE = 4;

/**
 * P(D >= d) of the largest distance D between n uniform values' distribution and the even one.
 * @throws OutOfDomain unless n is a count of at least 1 and d lies between 0 and 1
 * Marsaglia, Tsang and Wang (2003); its far tail, where 1 minus their result has no digits, from Smirnov's sum for one side.
 */
export function kolmogorovTail(n: number, d: number): number {
  if (!(Number.isInteger(n) && n >= 1)) throw new OutOfDomain("values must be a whole number of at least 1", n);
  if (!(d >= 0 && d <= 1)) throw new OutOfDomain("a distance must lie between 0 and 1", d);
  if (n * d * d >= ONE_SIDE || d >= 0.5) return Math.min(1, 2 * smirnovTail(n, d));
  const below = n <= EXACT_SIZE ? within(n, d) : limit(n, d);
  return Math.min(1, Math.max(0, 1 - below));
}

/** P(D+ >= d), one side: a sum of positive terms (Smirnov 1944, Birnbaum and Tingey 1951). */
function smirnovTail(n: number, d: number): number {
  let sum = 0;
  for (let j = 0; j <= n * (1 - d); j++) {
    const rest = Math.max(0, 1 - d - j / n);
    const log = logGamma(n + 1) - logGamma(j + 1) - logGamma(n - j + 1);
    sum += Math.exp(log + (j - 1) * Math.log(d + j / n) + (n - j) * Math.log(rest));
  }
  return d * sum;
}

/** Beyond these factorials their inverses are below the precision of a double. */
const FACTORIALS = 30;

/** P(D < d) by Durbin's matrix H, as Marsaglia, Tsang and Wang have it: n! / n^n times the middle of H^n. */
function within(n: number, d: number): number {
  const k = Math.floor(n * d) + 1;
  const last = 2 * k - 2;
  const h = k - n * d;
  const inverse = [1];
  for (let i = 1; i <= last + 1; i++) inverse.push((inverse[i - 1] as number) / i);
  // H is 1 / (i - j + 1)! but in its first column, and in its last row, which is that column upwards.
  const edge = inverse.slice(1).map((it, i) => (1 - h ** (i + 1)) * it);
  edge[last] = (1 - 2 * h ** (last + 1) + Math.max(0, 2 * h - 1) ** (last + 1)) * (inverse[last + 1] as number);
  // n! / n^n, spread over the steps: neither overflows on the way.
  const scale = Math.exp(logGamma(n + 1) / n - Math.log(n));
  let row = new Float64Array(last + 1);
  row[k - 1] = 1;
  for (let step = 0; step < n; step++) {
    const bottom = row[last] as number;
    row = row.map((_, j) => {
      let sum = bottom * (edge[last - j] as number);
      const end = Math.min(last, j + FACTORIALS);
      for (let i = Math.max(0, j - 1); i < end; i++) {
        sum += (row[i] as number) * ((j === 0 ? edge[i] : inverse[i - j + 1]) as number);
      }
      return sum * scale;
    });
  }
  return row[k - 1] as number;
}

/** P(D < d) by Kolmogorov's limit with Vrbik's correction for n (2018), in the form that converges for small d. */
function limit(n: number, d: number): number {
  const x = d * Math.sqrt(n);
  const corrected = x + 1 / (6 * Math.sqrt(n)) + (x - 1) / (4 * n);
  let sum = 0;
  for (let k = 1; k < 40; k += 2) sum += Math.exp(-((k * Math.PI) ** 2) / (8 * corrected ** 2));
  return (Math.sqrt(2 * Math.PI) / corrected) * sum;
}
