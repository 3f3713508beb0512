/** What a search found, in the words of whoever plans capacity. */

import { absoluteBound, type Condition } from "../../../runner/record/condition.ts";
import { metricNamed } from "../../../runner/record/metrics.ts";
import type { Axis, SearchSpec } from "../../../runner/record/search.ts";
import { formatBound, formatRange, formatValue } from "../../../runner/shared/format.ts";
import type { LoadPoint } from "./classify.ts";
import type { Found } from "./found.ts";

/** `Response time p99 ≤ 250 ms` */
function conditionInWords(condition: Condition): string {
  const { metric, request, phase } = condition;
  const { title, unit } = metricNamed(metric) ?? { title: metric, unit: "count" as const };
  const where = [request, phase].filter((it) => it !== null);
  return `${title}${where.length === 0 ? "" : ` (${where.join(", ")})`} ${formatBound(absoluteBound(condition), unit)}`;
}

export const conditionsInWords = (conditions: readonly Condition[]): string =>
  conditions.map(conditionInWords).join(" and ");

/** `6 of 7 trials`, `every trial`, `90 % of trials` */
export function shareInWords(exceed: number): string {
  if (exceed === 0) return "every trial";
  const of = 1 / exceed;
  return Math.abs(of - Math.round(of)) < 1e-9
    ? `${Math.round(of) - 1} of ${Math.round(of)} trials`
    : `${formatValue(1 - exceed, "ratio")} of trials`;
}

export const loadInWords = (value: number, { unit }: Pick<Axis, "unit">): string => formatValue(value, unit);

/** `310/s (302/s to 318/s)`; where an end was not seen, or not decided yet, `at least 310/s`, `at least 310/s and below 400/s`, `below 400/s`. */
export function answerInWords({ value, easiest, hardest, status }: Found, { unit, harder }: Axis): string {
  if (value === null || status !== "found") {
    const [from, before] = harder === "up" ? ["at least", "below"] : ["at most", "above"];
    const ends = [
      value === null ? null : `${from} ${formatValue(value, unit)}`,
      hardest === null ? null : `${before} ${formatValue(hardest, unit)}`,
    ].filter((it) => it !== null);
    return ends.length === 0 ? "not known yet" : ends.join(" and ");
  }
  if (easiest === hardest) return formatValue(value, unit);
  const [low, high] = harder === "up" ? [easiest, hardest] : [hardest, easiest];
  const spread = low !== null && high !== null ? high - low : 0;
  const range = formatRange(low ?? Number.NEGATIVE_INFINITY, high ?? Number.POSITIVE_INFINITY, unit, { like: value });
  return `${formatValue(value, unit, { spread })} (${range})`;
}

/** One sentence: what holds, under which conditions, how often, and where and by what it breaks. */
export function foundInWords(found: Found, conditions: readonly Condition[], search: SearchSpec): string {
  const { over, from, exceed } = search;
  const held = `with ${conditionsInWords(conditions)} in ${shareInWords(exceed)}`;
  const { upper } = found.answer.bounds;
  const breaks =
    upper === null
      ? ""
      : `; breaks at ${loadInWords(upper.value, over)}${found.breaks[0] === undefined ? "" : `: ${found.breaks[0]}`}`;
  switch (found.status) {
    case "found":
      return `${answerInWords(found, over)} ${held}${breaks}`;
    case "at-least":
      return `${answerInWords(found, over)} ${held}: the ${found.shortOf === null ? "search was to go no farther" : "load generator could make no more"}`;
    case "not-even":
      return `not even ${loadInWords(from, over)} holds ${held}${breaks}`;
    case "open": {
      const tried = soFarInWords(found.answer.points, over);
      const known = found.value === null && upper === null ? "nothing is decided" : answerInWords(found, over);
      return `${known} ${held}: the search ended before more was known${tried === "" ? "" : `, so far ${tried}`}${breaks}`;
    }
  }
}

/** The loads around which it breaks, so far: `283/s held 3 of 3 (lower bound), 336/s 0 of 1`. */
export function soFarInWords(points: readonly LoadPoint[], over: Axis): string {
  const firstBad = points.findIndex((it) => !it.holds);
  return [firstBad < 0 ? points.at(-1) : points[firstBad - 1], points[firstBad]]
    .filter((it) => it !== undefined)
    .map(
      ({ value, good, bad, disturbed, classified }) =>
        `${loadInWords(value, over)} held ${good} of ${good + bad}${disturbed === 0 ? "" : `, ${disturbed} disturbed`}${classified === "undecided" ? "" : ` (${classified} bound)`}`,
    )
    .join(", ");
}
