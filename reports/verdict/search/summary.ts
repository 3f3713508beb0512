/** What a search found, for programs: plain numbers in the unit of what was searched. */
import { z } from "zod";
import { count, type Infer, number, orNull, text, texts } from "../../../runner/record/schema-parts.ts";
import { axis, pointFields, searchEnd } from "../../../runner/record/search.ts";
import { type Found, statuses } from "../../analyses/search/found.ts";
import { descent, recoveries, soak } from "../../analyses/search/proofs.ts";
import type { Searched } from "../../analyses/search/report.ts";
import { foundInWords } from "../../analyses/search/words.ts";

const goal = z.strictObject({
  name: text,
  status: z.enum(statuses),
  value: orNull(number),
  easiest: orNull(number),
  hardest: orNull(number),
  lowerBound: orNull(number).meta({ description: "RFC 9971: relevant lower bound." }),
  upperBound: orNull(number).meta({ description: "RFC 9971: relevant upper bound." }),
  text,
});

export const searchSummary = z
  .strictObject({
    over: z.strictObject(axis.shape),
    exceed: number,
    end: orNull(searchEnd),
    endText: orNull(text),
    goals: z.array(goal),
    headroom: orNull(z.strictObject({ ...goal.shape, fault: text })),
    recoveries,
    descent: orNull(descent),
    soak: orNull(soak),
    trials: z.array(
      z.strictObject({
        trial: count,
        purpose: pointFields.purpose,
        value: number,
        why: text,
        /** By goal; empty when the trial says nothing. */
        good: z.record(text, z.boolean()),
        /** By goal: the conditions that did not hold. */
        broke: z.record(text, texts),
        /** Why it says nothing of the target; null when it does. */
        mute: orNull(text),
        /** What else than the target had a part in it: a goal that it did not meet is undecided then. */
        disturbed: orNull(text),
      }),
    ),
  })
  .meta({ description: "What a search found, in the unit of what was searched." });
type SearchSummary = Infer<typeof searchSummary>;

export function summaryOfSearch(searched: Searched): SearchSummary {
  const { search, said, found, headroom, end, recoveries, descent, soak } = searched;
  const summed = (it: Found, conditions: SearchSpecGoal): Infer<typeof goal> => ({
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
    goals: found.map((it, i) => summed(it, search.goals[i]?.while ?? [])),
    headroom:
      headroom === null || search.headroom === null
        ? null
        : { ...summed(headroom, search.headroom.while), fault: search.headroom.fault },
    ...{ recoveries, descent, soak },
    trials: said.map(({ trial, point, good, broke, mute, disturbed }) => ({
      ...{ trial, good, broke, disturbed },
      ...{ purpose: point.purpose, value: point.value, why: point.why },
      mute: mute?.text ?? null,
    })),
  };
}

type SearchSpecGoal = Searched["search"]["goals"][number]["while"];
