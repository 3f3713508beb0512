/** What matters to the reader of a series: the margin of its gate, in the unit that levels are compared in. */
import type { Margin } from "../../runner/record/scenario.ts";
import { median } from "../stats/describe.ts";
import type { Series } from "./series.ts";

/** Where nobody gave a margin: less is what the accounting makes. In the unit. */
const SLIGHT: Partial<Record<Series["unit"], number>> = { ratio: 0.001, count: 0.5, ms: 100 };

/** As it was declared, on the scale of the series: a share on the ratio scale, else in the unit. Null without a margin. */
export function marginOf({ scale, points }: Pick<Series, "scale" | "points">, margin: Margin | null): number | null {
  if (margin === null) return null;
  if ((margin.kind === "relative") === (scale === "ratio")) return margin.value;
  const level = points.length === 0 ? 0 : Math.abs(median(points.map((it) => it.beside ?? it.raw)));
  if (level === 0) return null;
  return scale === "ratio" ? margin.value / level : margin.value * level;
}

/** The smallest distance of two levels that is worth telling, on the scale in which means are taken: half the margin. */
export function leastOf(series: Pick<Series, "scale" | "unit" | "points">, margin: Margin | null): number {
  const share = marginOf(series, margin);
  if (series.scale === "ratio") return share === null ? 0 : Math.log1p(share / 2);
  return share === null ? (SLIGHT[series.unit] ?? 0) : share / 2;
}
