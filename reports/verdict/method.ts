/** How a comparison was made, in words. */
import { EXACT_PAIRS } from "../stats/signflip.ts";
import type { Comparison } from "./comparison.ts";

/** @param sizes trials of the arm under test, and of the other */
export function methodOf(it: Comparison, scale: "ratio" | "difference", sizes: readonly [number, number]): string {
  const on = scale === "ratio" ? " of logarithms" : "";
  const flips = it.pairs > EXACT_PAIRS ? "seeded sign-flip test" : "exact sign-flip test";
  switch (it.method) {
    case "t":
      return `one-sided t bounds on ${it.pairs} pair differences${on}, ${flips} as companion`;
    case "least":
      return `one-sided t bounds on the least possible differences of ${it.pairs} pairs, signed ranks as companion`;
    case "ranks":
      return `signed ranks of ${it.pairs} pair differences${on}, trials without a value rank worst`;
    case "welch":
      return `one-sided Welch bounds${on} on ${sizes[0]} and ${sizes[1]} independent trials, rank-sum test as companion`;
    case "rank-sum":
      return `rank-sum test of ${sizes[0]} and ${sizes[1]} independent trials, those without a value rank worst`;
  }
}
