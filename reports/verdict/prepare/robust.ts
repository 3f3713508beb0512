/** The change of pairs as one that no outlier moves: shown beside the mean, never decides. */
import type { Change } from "../../../runner/shared/format.ts";
import { pseudomedian, walshInterval } from "../../stats/signed-rank.ts";
import { confidenceOf } from "../inference/comparison.ts";
import type { Prepared } from "./prepare.ts";

/**
 * @param alpha one-sided level of each end
 * @returns null without pairs of an asked margin, where a pair has no values of its own, and below the pairs that the level needs
 */
export function robustOf({ asked, pairs }: Pick<Prepared, "asked" | "pairs">, alpha: number): Change | null {
  if (asked === null || pairs.length < 2) return null;
  const { scale } = asked;
  const differences = pairs.flatMap(({ baseline, candidate }) => {
    if (baseline.kind !== "value" || candidate.kind !== "value") return [];
    return [scale === "ratio" ? Math.log(candidate.value / baseline.value) : candidate.value - baseline.value];
  });
  if (differences.length < pairs.length || !differences.every(Number.isFinite)) return null;
  const interval = walshInterval(differences, confidenceOf(alpha));
  if (interval === null) return null;
  const shown = (it: number): number => (scale === "ratio" ? Math.expm1(it) : it) + 0;
  return {
    scale,
    estimate: shown(pseudomedian(differences)),
    lower: shown(interval.lower),
    upper: shown(interval.upper),
  };
}
