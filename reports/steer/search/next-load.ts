/** The next load that a goal asks for: doubling, then bisecting in the logarithm, then deciding the two loads that enclose the answer. */
import type { LoadPoint } from "../../analyses/search/classify.ts";
import { halfway, onGrid } from "../../analyses/search/grid.ts";

export interface Range {
  /** The easiest load. */
  readonly from: number;
  /** The hardest; null: no end. */
  readonly to: number | null;
  /** The first that is tried. */
  readonly start: number;
  /** By how much the second is easier when the first does not hold; above 1. */
  readonly ease: number;
  /** The loads that enclose the answer are this close, relative to each other. */
  readonly width: number;
  /** Trials that the load which holds gets before it is the answer. */
  readonly repeat: number;
  readonly harder: "up" | "down";
  /** Only whole loads. */
  readonly integer?: true | undefined;
  /** The easiest load that can't be made; null: any can. */
  readonly outOfReach: number | null;
  /** Loads of which trial after trial was spoiled. */
  readonly spoiled: readonly number[];
}

/** `found` between two bounds; `at-least` the end of the range; `not-even` its beginning; `unreachable`: no harder load can be tried. */
export type Asked =
  | { readonly kind: "load"; readonly value: number; readonly why: string }
  | { readonly kind: "answered"; readonly how: "found" | "at-least" | "not-even" | "unreachable" };

const load = (value: number, why: string): Asked => ({ kind: "load", value, why });

/**
 * @param points of the trials so far, from the easiest load to the hardest
 */
export function nextLoad(points: readonly LoadPoint[], range: Range): Asked {
  const firstBad = points.findIndex((it) => !it.holds);
  const above = points[firstBad] ?? null;
  const below = (firstBad < 0 ? points : points.slice(0, firstBad)).at(-1) ?? null;
  const asked = nextOf(below, above, range);
  const givenUp = asked.kind === "load" && range.spoiled.includes(asked.value);
  return givenUp && below !== null ? proved(below, range) : asked;
}

function nextOf(below: LoadPoint | null, above: LoadPoint | null, range: Range): Asked {
  if (below === null) return above === null ? load(range.start, "where the search begins") : easier(above, range);
  if (above !== null) return between(below, above, range);
  return range.outOfReach === null ? harder(below, range) : towards(below, range.outOfReach, range);
}

/** Nothing holds yet. */
function easier(above: LoadPoint, range: Range): Asked {
  const { from, start, ease, harder } = range;
  if (above.value === from) {
    if (above.classified === "upper") return { kind: "answered", how: "not-even" };
    return load(from, "whether even the easiest load is too hard");
  }
  const by = above.value === start ? ease : 2;
  const next = onGrid(harder === "up" ? above.value / by : above.value * by, range);
  return load(beyond(from, next, harder) ? from : next, "easier than what did not hold");
}

/** Everything holds so far. */
function harder(below: LoadPoint, range: Range): Asked {
  const { to, harder, repeat } = range;
  if (below.value === to) {
    return isFull(below, repeat) ? { kind: "answered", how: "at-least" } : load(to, "whether the hardest load holds");
  }
  const twice = onGrid(harder === "up" ? below.value * 2 : below.value / 2, range);
  return load(to !== null && beyond(twice, to, harder) ? to : twice, "twice as hard as what held");
}

function between(below: LoadPoint, above: LoadPoint, range: Range): Asked {
  const { width, repeat } = range;
  const apart = Math.abs(Math.log(above.value / below.value));
  const middle = halfway(below.value, above.value, range);
  if (apart > Math.log1p(width) && middle !== null)
    return load(middle, "halfway, in the logarithm, between what held and what did not");
  if (!isFull(below, repeat)) return load(below.value, "whether it is a lower bound");
  if (above.classified === "undecided") return load(above.value, "whether it is an upper bound");
  return { kind: "answered", how: "found" };
}

/** As near to what can't be made as two bounds would lie. */
function towards(below: LoadPoint, outOfReach: number, range: Range): Asked {
  const middle = halfway(below.value, outOfReach, range);
  if (Math.abs(Math.log(outOfReach / below.value)) > Math.log1p(range.width) && middle !== null)
    return load(middle, "halfway, in the logarithm, between what held and what the load generator can't make");
  return proved(below, range);
}

const proved = (below: LoadPoint, { repeat }: Range): Asked =>
  isFull(below, repeat)
    ? { kind: "answered", how: "unreachable" }
    : load(below.value, "whether it is a lower bound, as no harder one can be tried");

/** The best of several loads is kept, and luck is part of what made it the best: it gets all its trials. */
const isFull = ({ classified, good, bad, disturbed }: LoadPoint, repeat: number): boolean =>
  classified === "lower" && good + bad + disturbed >= repeat;

const beyond = (value: number, end: number, harder: Range["harder"]): boolean =>
  harder === "up" ? value >= end : value <= end;
