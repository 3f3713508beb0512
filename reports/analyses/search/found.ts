/** What a search found for a goal, and how far it came. */
import { headroomGoal, type SearchSpec } from "../../../runner/record/search.ts";
import { type Answer, answerOf, ruleOf } from "./answer.ts";
import { betweenBounds } from "./between-bounds.ts";
import { halfway } from "./grid.ts";
import type { TrialSaid } from "./read.ts";
import { triedFor } from "./said.ts";
import { outOfReach } from "./untried.ts";

/**
 * found: between two bounds. at-least: the end of the range holds, or the last load that could be made. not-even: its beginning does not. open: the search ended before.
 */
export const statuses = ["found", "at-least", "not-even", "open"] as const;
type Status = (typeof statuses)[number];

export interface Found {
  readonly name: string;
  readonly status: Status;
  /** The load that holds, in the unit of the axis; null when none is known to. */
  readonly value: number | null;
  /** Its interval, from the easiest to the hardest; null: not bounded on that side. */
  readonly easiest: number | null;
  readonly hardest: number | null;
  /** What the interval is of. */
  readonly by: "curve" | "bounds";
  /** Why no harder load was tried, where the load generator could make none; null otherwise. */
  readonly shortOf: string | null;
  readonly answer: Answer;
  /** Why the upper bound is one: conditions that its bad trials broke, in words, of the last of them. */
  readonly breaks: readonly string[];
  readonly trials: number;
}

/** Rounding of loads to four digits. */
const ROUNDED = 1.002;

export function foundFor(name: string, search: SearchSpec, said: readonly TrialSaid[]): Found {
  const tried = triedFor(name, said);
  const answer = answerOf(tried, ruleOf(search));
  const { lower, upper } = answer.bounds;
  const limit = outOfReach(said, search.over.harder);
  const status = statusOf(answer, search, { fromAbove: name === headroomGoal, limit: limit?.value ?? null });
  const curve = status === "found" ? answer.curve : null;
  const between = lower !== null && upper !== null ? betweenBounds({ lower, upper, curve }, search.over) : null;
  const last = said.findLast(
    (it) => it.good[name] === false && it.disturbed === null && it.point.value === upper?.value,
  );
  return {
    name,
    status,
    ...(between ?? { value: lower?.value ?? null, easiest: lower?.value ?? null, hardest: upper?.value ?? null }),
    by: curve === null ? "bounds" : "curve",
    shortOf: status === "at-least" && lower?.value !== search.to && limit !== null ? limit.text : null,
    answer,
    breaks: last?.broke[name] ?? [],
    trials: tried.length,
  };
}

interface Ends {
  readonly fromAbove: boolean;
  /** The easiest load that could not be made. */
  readonly limit: number | null;
}

function statusOf({ points, bounds }: Answer, search: SearchSpec, { fromAbove, limit }: Ends): Status {
  const { lower, upper } = bounds;
  if (lower === null) return upper !== null && upper.value === search.from ? "not-even" : "open";
  if (upper === null) {
    const hardest = points.at(-1);
    // Headroom begins at the answer, which is its end.
    const end = fromAbove ? hardest?.value : search.to;
    const ended = lower.value === end || (limit !== null && !fromAbove && areNear(lower.value, limit, search));
    return ended && lower === hardest ? "at-least" : "open";
  }
  return areNear(lower.value, upper.value, search) ? "found" : "open";
}

/** No farther apart than the search was to come, or than anything fits between. */
const areNear = (a: number, b: number, { width, over }: SearchSpec): boolean =>
  Math.max(a / b, b / a) <= (1 + width) * ROUNDED || halfway(a, b, over) === null;
