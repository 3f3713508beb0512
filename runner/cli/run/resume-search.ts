/** Whether a search may be gone on with: it asks the same, and did not end for good. */
import type { JournalLine } from "../../record/events.ts";
import type { RunFile } from "../../record/run-file.ts";
import type { Condition, Scenario } from "../../record/scenario.ts";
import type { SearchEnd, SearchSpec } from "../../record/search.ts";
import { UserError } from "../../shared/errors.ts";

/** @throws UserError when it may not */
export function refuseOtherSearch(earlier: RunFile, scenario: Scenario, lines: readonly JournalLine[]): void {
  if (asked(earlier.scenario.search) !== asked(scenario.search)) {
    throw new UserError(`run ${earlier.id} searches for something else: its search was another one`, {
      hint: "only trials, within and soak of a search may be changed on the way; start a new run for anything else",
    });
  }
  const end = lines.findLast((it) => it.type === "search.end");
  if (end?.type === "search.end" && !goesOn.includes(end.end))
    throw new UserError(`run ${earlier.id} has ended its search: ${end.text}`, { hint: "start a new run" });
}

/** Ends that another limit, or a quieter machine, may move. */
const goesOn: readonly SearchEnd[] = ["trials", "time", "disturbed"];

/** What its trials depend on: not how long it may take, nor where its conditions stand in the file. */
function asked(search: SearchSpec | undefined): string {
  if (search === undefined) return "";
  const { trials: _trials, withinMs: _within, soakMs: _soak, ...rest } = search;
  const placeless = (list: readonly Condition[]) => list.map(({ at: _at, ...it }) => it);
  return JSON.stringify({
    ...rest,
    goals: rest.goals.map((it) => ({ ...it, while: placeless(it.while) })),
    headroom: rest.headroom === null ? null : { ...rest.headroom, while: placeless(rest.headroom.while) },
  });
}
