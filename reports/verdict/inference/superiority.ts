/** A12: how often a trial of the arm under test is worse than one of the other; a size of effect that no outlier moves. */
import type { Scalar } from "../../evidence/evidence.ts";
import { superiority } from "../../stats/mann-whitney.ts";

type Samples = readonly { readonly scalar: Scalar }[];

/**
 * Vargha and Delaney's A12, ties one half: 0.5 where nothing differs, 1 where every trial is worse than every one of the other arm.
 * @returns null without a trial in either
 */
export function worseShare(candidate: Samples, baseline: Samples, better: "lower" | "higher"): number | null {
  const [own, other] = [candidate, baseline].map((side) => side.flatMap(({ scalar }) => badness(scalar, better))) as [
    number[],
    number[],
  ];
  if (own.length === 0 || other.length === 0) return null;
  // What ranks worst is brought to just beyond everything else, since ranks are all that counts.
  const beyond = Math.max(...[...own, ...other].filter(Number.isFinite), 0) + 1;
  const [x, y] = [own, other].map((side) => side.map((it) => Math.min(it, beyond))) as [number[], number[]];
  return superiority(x, y);
}

function badness(scalar: Scalar, better: "lower" | "higher"): number[] {
  if (scalar.kind === "absent") return [];
  if (scalar.kind === "worst") return [Number.POSITIVE_INFINITY];
  return [better === "lower" ? scalar.value : -scalar.value];
}
