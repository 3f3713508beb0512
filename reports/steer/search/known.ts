/** What a search knows so far, in a line for whoever watches it. */
import { headroomGoal, type SearchSpec } from "../../../runner/record/search.ts";
import { ruleOf } from "../../analyses/search/answer.ts";
import { pointsOf } from "../../analyses/search/classify.ts";
import { type Said, triedFor } from "../../analyses/search/said.ts";
import { soFarInWords } from "../../analyses/search/words.ts";

/** `283/s held 3 of 3, 336/s 0 of 1`; empty before anything was tried. */
export function knownSoFar(spec: SearchSpec, said: readonly Said[]): string {
  const goals = [...spec.goals.map((it) => it.name), ...(spec.headroom === null ? [] : [headroomGoal])];
  const told = goals.flatMap((goal) => {
    const words = soFarInWords(pointsOf(triedFor(goal, said), ruleOf(spec)), spec.over);
    return words === "" ? [] : [goals.length === 1 ? words : `${goal}: ${words}`];
  });
  return told.join("; ");
}
