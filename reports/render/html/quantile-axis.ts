/** The axis of quantiles: stretched at both ends, since what matters happens in the last percent. */
import { el, type Svg } from "../svg/element.ts";
import { linear, type Scale } from "../svg/scale.ts";

/** p1 is as far from the middle as p99, and p99.9 further. `q` in 0..1, exclusive. */
const logit = (q: number): number => Math.log(q / (1 - q));

/** `p99.9` of 0.999; written without floating-point dust. */
export const quantileName = (q: number): string => `p${Number((q * 100).toPrecision(6))}`;

/** Quantiles that have a place on the axis: the smallest and the largest value have none. */
export const placeable = (q: number): boolean => q > 0 && q < 1;

/** Takes quantiles; `places` holds at least one. */
export function quantileScale(places: readonly number[], range: readonly [number, number]): Scale {
  const [low, high] = [Math.min(...places), Math.max(...places)];
  const stretched = linear([logit(low), logit(high)], range);
  return { domain: [low, high], at: (q) => stretched.at(logit(q)) };
}

/** Ticks below `y`, those whose labels would touch left out. */
export function quantileTicks(places: readonly number[], x: Scale, y: number): Svg[] {
  let free = Number.NEGATIVE_INFINITY;
  return places.flatMap((q) => {
    const at = x.at(q);
    if (at < free) return [];
    free = at + 32;
    return [
      el("line", { class: "grid", x1: at, x2: at, y1: y, y2: y + 4 }),
      el("text", { class: "tk", x: at, y: y + 20, "text-anchor": "middle" }, [quantileName(q)]),
    ];
  });
}
