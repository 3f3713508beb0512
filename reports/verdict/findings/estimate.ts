/** The center of one side with its bounds, as every report shows it. */
import { mean } from "../../stats/describe.ts";
import { pairedBounds } from "../../stats/t-test.ts";
import { ALPHA } from "../inference/limits.ts";
import type { Estimate } from "../judgement.ts";

/**
 * Geometric mean on the ratio scale, with two-sided 90 % bounds, whatever level a look decides at; null without a value.
 *
 * @param least of the metric's values: no bound lies below it
 */
export function estimateOf(
  values: readonly number[],
  scale: "ratio" | "difference",
  least = Number.NEGATIVE_INFINITY,
): Estimate | null {
  if (values.length === 0) return null;
  const log = scale === "ratio" && values.every((it) => it > 0);
  const points = log ? values.map(Math.log) : values;
  const back = log ? Math.exp : (it: number) => it;
  const bounds = points.length > 1 ? pairedBounds(points, ALPHA) : null;
  const value = back(mean(points));
  return {
    value,
    lower: bounds === null ? value : Math.max(least, back(bounds.lower)),
    upper: bounds === null ? value : back(bounds.upper),
    n: values.length,
  };
}
