/** What a search found, for programs: plain numbers in the unit of what was searched. */
import type { Axis, Purpose, SearchEnd } from "../../../runner/record/search.ts";
import type { Found, Status } from "../../analyses/search/found.ts";
import type { Descent, Recoveries, Soak } from "../../analyses/search/proofs.ts";
import type { Searched } from "../../analyses/search/report.ts";
import { foundInWords } from "../../analyses/search/words.ts";

export interface SearchSummary {
  readonly over: Axis;
  readonly exceed: number;
  readonly end: SearchEnd | null;
  readonly endText: string | null;
  readonly goals: readonly GoalSummary[];
  readonly headroom: (GoalSummary & { readonly fault: string }) | null;
  readonly recoveries: Recoveries;
  readonly descent: Descent | null;
  readonly soak: Soak | null;
  readonly trials: readonly {
    readonly trial: number;
    readonly purpose: Purpose;
    readonly value: number;
    readonly why: string;
    /** By goal; empty when the trial says nothing. */
    readonly good: Readonly<Record<string, boolean>>;
    /** By goal: the conditions that did not hold. */
    readonly broke: Readonly<Record<string, readonly string[]>>;
    /** Why it says nothing of the target; null when it does. */
    readonly mute: string | null;
    /** What else than the target had a part in it: a goal that it did not meet is undecided then. */
    readonly disturbed: string | null;
  }[];
}

interface GoalSummary {
  readonly name: string;
  readonly status: Status;
  readonly value: number | null;
  readonly easiest: number | null;
  readonly hardest: number | null;
  /** RFC 9971: relevant lower and upper bound. */
  readonly lowerBound: number | null;
  readonly upperBound: number | null;
  readonly text: string;
}

export function searchSummary(searched: Searched): SearchSummary {
  const { search, said, found, headroom, end, recoveries, descent, soak } = searched;
  const goal = (it: Found, conditions: SearchSpecGoal): GoalSummary => ({
    name: it.name,
    status: it.status,
    value: it.value,
    easiest: it.easiest,
    hardest: it.hardest,
    lowerBound: it.answer.bounds.lower?.value ?? null,
    upperBound: it.answer.bounds.upper?.value ?? null,
    text: foundInWords(it, conditions, search),
  });
  return {
    over: search.over,
    exceed: search.exceed,
    end: end?.end ?? null,
    endText: end?.text ?? null,
    goals: found.map((it, i) => goal(it, search.goals[i]?.while ?? [])),
    headroom:
      headroom === null || search.headroom === null
        ? null
        : { ...goal(headroom, search.headroom.while), fault: search.headroom.fault },
    ...{ recoveries, descent, soak },
    trials: said.map(({ trial, point, good, broke, mute, disturbed }) => ({
      ...{ trial, good, broke, disturbed },
      ...{ purpose: point.purpose, value: point.value, why: point.why },
      mute: mute?.text ?? null,
    })),
  };
}

type SearchSpecGoal = Searched["search"]["goals"][number]["while"];
