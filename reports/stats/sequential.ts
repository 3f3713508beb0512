/** Group-sequential tests: the level of every look, so that all looks together reject by chance with probability alpha. */
import { OutOfDomain, TooFew } from "./errors.ts";
import { upperBounds } from "./first-crossing.ts";
import { normalCdf } from "./normal.ts";
import { increasingRoot } from "./root.ts";
import { type Spend, spendOBrienFleming } from "./spending.ts";

/**
 * One-sided nominal levels: a look rejects when its p-value is at most its level. Under the null, the chance that look i
 * is the first to reject is exactly what `spend` allots between fractions i - 1 and i.
 *
 * @param fractions information fractions of the looks (blocks so far / blocks planned), strictly increasing, up to 1
 * @param alpha     one-sided level of the whole test
 * @returns one level a look, to 1e-8 relative; 0 where so little is spent (below 1e-280) that the look can't reject
 * @throws TooFew without looks; OutOfDomain for fractions that do not increase within 0 to 1 by at least 0.00001
 * Lan and DeMets (1983).
 */
export function nominalLevels(
  fractions: readonly number[],
  alpha: number,
  spend: Spend = spendOBrienFleming,
): readonly number[] {
  const key = `${alpha} ${fractions.join(" ")}`;
  const known = cache.get(spend)?.get(key);
  if (known !== undefined) return known;
  const levels = levelsOf(fractions, alpha, spend);
  const row = cache.get(spend) ?? new Map<string, readonly number[]>();
  if (row.size < 4096) cache.set(spend, row.set(key, levels));
  return levels;
}

/** Independent of the data, costs integrals, and is asked for the same few arguments. */
const cache = new WeakMap<Spend, Map<string, readonly number[]>>();

interface Look {
  /** Information fraction, as in nominalLevels. */
  readonly fraction: number;
  /** One-sided p-value of all data up to this look. */
  readonly p: number;
}

/** Shares of alpha below it count as none, and p-values below it as this: squares and quotients of them would be no doubles. */
const UNDERFLOW = 1e-280;

/**
 * The smallest overall level at which the looks taken so far would have rejected: a p-value of the whole sequential test,
 * fit for Holm's and other closed procedures (Maurer and Bretz 2013). Looks still to come do not change it.
 *
 * @returns between 1e-280 and 1; one look at fraction 1 gives its own p-value back
 * @throws TooFew without looks; OutOfDomain for a p that is no probability, and as nominalLevels
 */
export function sequentialP(looks: readonly Look[], spend: Spend = spendOBrienFleming): number {
  for (const { p } of looks) if (!(p >= 0 && p <= 1)) throw new OutOfDomain("a p-value must lie between 0 and 1", p);
  const fractions = looks.map((it) => it.fraction);
  const p = looks.map((it) => Math.max(UNDERFLOW, it.p));
  // By how much the nearest look reaches its level, on the log scale: increasing in alpha, close to straight.
  const excess = (logAlpha: number): number => {
    const levels = levelsOf(fractions, Math.exp(logAlpha), spend);
    const most = Math.max(...levels.map((level, i) => Math.log(level / (p[i] as number))));
    return Math.abs(most) < 1e-10 ? 0 : most;
  };
  const high = { x: 0, value: excess(0) };
  if (high.value <= 0) return 1;
  let last = high;
  let slope = Number.NaN;
  const secant = (x: number): number => {
    const value = excess(x);
    slope = (value - last.value) / (x - last.x);
    last = { x, value };
    return value;
  };
  // No look's level is above alpha, so the least p-value is below the answer.
  const low = Math.log(Math.min(...p));
  return Math.exp(increasingRoot(secant, () => slope, { low, high: high.x, start: low }));
}

function levelsOf(fractions: readonly number[], alpha: number, spend: Spend): number[] {
  checkFractions(fractions);
  const spent = fractions.map((t) => spend(alpha, t));
  const shares = spent.map((it, i) => it - (spent[i - 1] ?? 0)).map((it) => (it < UNDERFLOW ? 0 : it));
  return upperBounds(fractions, shares).map((z) => normalCdf(-z));
}

function checkFractions(fractions: readonly number[]): void {
  if (fractions.length === 0) throw new TooFew({ have: 0, need: 1 });
  fractions.forEach((t, i) => {
    if (!(t > 0 && t <= 1)) throw new OutOfDomain("an information fraction must lie above 0 and not above 1", t);
    if (i > 0 && !(t - (fractions[i - 1] as number) >= 1e-5))
      throw new OutOfDomain("information fractions must increase by at least 0.00001", t);
  });
}
