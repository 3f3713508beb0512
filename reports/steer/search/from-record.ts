/** The next step of a search, from what its record holds so far. */
import type { SearchStep } from "../../../runner/record/search.ts";
import { saidOf } from "../../analyses/search/read.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import { nextStep } from "./next.ts";

/** @throws Error for a record whose scenario has no search */
export function stepFrom(evidence: Evidence): SearchStep {
  const { search, arms, faults } = evidence.run.scenario;
  if (search === undefined) throw new Error("this scenario has no search");
  const hit = faults.find((it) => it.name === search.headroom?.fault)?.target ?? arms[0]?.load.target;
  const target = arms[0]?.targets.find((it) => it.name === hit);
  const said = saidOf(evidence);
  const ended = evidence.events.findLast((it) => it.type === "search.end")?.t ?? Number.NEGATIVE_INFINITY;
  const before = new Set(evidence.trials.filter((it) => (it.events.at(-1)?.t ?? 0) <= ended).map((it) => it.index));
  return nextStep(search, {
    said,
    earlier: said.filter((it) => before.has(it.trial)).length,
    elapsedMs: evidence.trials.reduce((sum, it) => sum + ((it.events.at(-1)?.t ?? 0) - (it.events[0]?.t ?? 0)), 0),
    instances: target?.kind === "process" ? target.instances : 1,
  });
}
