/** What a search knows so far, in a line for whoever watches it. */
import { headroomGoal, type SearchSpec } from "../../../runner/record/search.ts";
import { formatValue } from "../../../runner/shared/format.ts";
import { ruleOf } from "../../analyses/search/answer.ts";
import { type LoadPoint, pointsOf } from "../../analyses/search/classify.ts";
import { type Said, triedFor } from "../../analyses/search/said.ts";

/** `283/s held 3 of 3, 336/s 0 of 1`; empty before anything was tried. */
export function knownSoFar(spec: SearchSpec, said: readonly Said[]): string {
  const goals = [...spec.goals.map((it) => it.name), ...(spec.headroom === null ? [] : [headroomGoal])];
  const told = goals.flatMap((goal) => {
    const points = pointsOf(triedFor(goal, said), ruleOf(spec));
    const firstBad = points.findIndex((it) => !it.holds);
    const around = [firstBad < 0 ? points.at(-1) : points[firstBad - 1], points[firstBad]].filter(
      (it) => it !== undefined,
    );
    if (around.length === 0) return [];
    const words = around.map((it) => pointInWords(it, spec)).join(", ");
    return [goals.length === 1 ? words : `${goal}: ${words}`];
  });
  return told.join("; ");
}

const pointInWords = ({ value, good, bad, classified }: LoadPoint, { over }: SearchSpec): string =>
  `${formatValue(value, over.unit)} held ${good} of ${good + bad}${classified === "undecided" ? "" : ` (${classified} bound)`}`;
