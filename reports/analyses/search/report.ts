/** All that a search's trials say, made once from the evidence: what was found for each goal, and what stands behind it. */
import { headroomGoal, type SearchEnd, type SearchSpec } from "../../../runner/record/search.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import { type Found, foundFor } from "./found.ts";
import { type Descent, descentOf, type Recoveries, recoveriesOf, type Soak, soakOf } from "./proofs.ts";
import { saidOf, type TrialSaid } from "./read.ts";
import { type ScalingLaw, scalingLaw } from "./scaling-law.ts";

export interface Searched {
  readonly search: SearchSpec;
  readonly said: readonly TrialSaid[];
  /** In the order of the goals. */
  readonly found: readonly Found[];
  /** Null without one, and while it was not begun. */
  readonly headroom: Found | null;
  /** Null when the run was cut off before. */
  readonly end: { readonly end: SearchEnd; readonly text: string } | null;
  readonly recoveries: Recoveries;
  readonly descent: Descent | null;
  readonly soak: Soak | null;
  readonly law: ScalingLaw | null;
}

/** Null where trials are repeated. */
export function searchedIn(evidence: Evidence): Searched | null {
  const { search } = evidence.run.scenario;
  if (search === undefined) return null;
  const said = saidOf(evidence);
  const end = evidence.events.findLast((it) => it.type === "search.end");
  const begun = said.some((it) => it.point.purpose === "headroom");
  return {
    search,
    said,
    found: search.goals.map((it) => foundFor(it.name, search, said)),
    headroom: search.headroom === null || !begun ? null : foundFor(headroomGoal, search, said),
    end: end?.type === "search.end" ? { end: end.end, text: end.text } : null,
    recoveries: recoveriesOf(said),
    descent: descentOf(search, said),
    soak: soakOf(search, said),
    law: scalingLaw(evidence, said),
  };
}
