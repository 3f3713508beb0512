/** The answer between a lower and an upper bound, as a value that can be tried and told, with its interval. */
import type { Axis } from "../../../runner/record/search.ts";
import type { Curve } from "./answer.ts";
import type { LoadPoint } from "./classify.ts";
import { lastBefore, noHarder, onGrid } from "./grid.ts";

interface BetweenBounds {
  /** In the unit of the axis. */
  readonly value: number;
  /** Its interval; null: not bounded on that side. */
  readonly easiest: number | null;
  readonly hardest: number | null;
}

/**
 * By the curve where there is one and it does not promise what is known to break: where its step falls on a load that held now and then,
 * the lower bound is the answer. Of whole numbers the lower bound is the answer itself, and the curve says how sure that is.
 */
export function betweenBounds(
  { lower, upper, curve }: { readonly lower: LoadPoint; readonly upper: LoadPoint; readonly curve: Curve | null },
  axis: Pick<Axis, "integer" | "harder">,
): BetweenBounds {
  const { easiest, hardest } = curve ?? { easiest: lower.value, hardest: upper.value };
  const [easier, harder] = axis.harder === "up" ? [Math.min, Math.max] : [Math.max, Math.min];
  if (!axis.integer) {
    const fitted = curve === null ? lower.value : onGrid(curve.value, axis);
    const value = harder(fitted, upper.value) === fitted ? lower.value : fitted;
    return { value, easiest: easiest === null ? null : easier(easiest, value), hardest };
  }
  return {
    value: lower.value,
    easiest: easiest === null ? null : easier(lower.value, noHarder(easiest, axis)),
    hardest: hardest === null ? null : harder(lower.value, lastBefore(hardest, axis)),
  };
}
