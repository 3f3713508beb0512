/** Adjusted p-values for families of hypotheses. */
import { OutOfDomain } from "./errors.ts";

function ascending(p: readonly number[]): number[] {
  // A missing p-value must not enter the ranking as the smallest.
  for (const it of p) if (!(it >= 0 && it <= 1)) throw new OutOfDomain("a p-value must lie between 0 and 1", it);
  return p.map((_, i) => i).sort((a, b) => (p[a] as number) - (p[b] as number) || a - b);
}

/**
 * Holm's adjusted p-values, in the order given: at most `level` of them wrong in the whole family (Holm 1979).
 * @throws OutOfDomain for a value that is no probability
 */
export function holm(p: readonly number[]): number[] {
  const adjusted = new Array<number>(p.length);
  let largest = 0;
  ascending(p).forEach((index, i) => {
    largest = Math.max(largest, Math.min(1, (p[index] as number) * (p.length - i)));
    adjusted[index] = largest;
  });
  return adjusted;
}

/**
 * Benjamini and Hochberg's adjusted p-values, in the order given: expected share of false ones among those kept (1995).
 * @throws OutOfDomain for a value that is no probability
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const adjusted = new Array<number>(p.length);
  let smallest = 1;
  const order = ascending(p);
  for (let i = order.length - 1; i >= 0; i--) {
    const index = order[i] as number;
    smallest = Math.min(smallest, ((p[index] as number) * p.length) / (i + 1));
    adjusted[index] = smallest;
  }
  return adjusted;
}
