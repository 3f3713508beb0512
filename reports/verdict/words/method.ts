/** How a comparison was made, in words. */
import { EXACT_PAIRS } from "../../stats/signflip.ts";
import type { Control } from "../control.ts";
import type { Comparison } from "../inference/comparison.ts";

/**
 * @param sizes trials of the arm under test, and of the other
 * @param control how drift between the two is controlled
 */
export function methodOf(
  it: Comparison,
  scale: "ratio" | "difference",
  sizes: readonly [number, number],
  control: Control,
): string {
  const what = {
    interleaved: "independent trials",
    bridged:
      scale === "ratio"
        ? "ratios to the reference arm, now and then"
        : "differences from the reference arm, now and then",
    unbridged: "trials, now and then",
  }[control];
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
      return `one-sided Welch bounds${on} on ${sizes[0]} and ${sizes[1]} ${what}, Behrens-Fisher test of worse, rank-sum test as companion`;
    case "rank-sum":
      return `rank-sum test of ${sizes[0]} and ${sizes[1]} ${what}, those without a value rank worst`;
  }
}
