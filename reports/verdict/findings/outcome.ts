/** What failed trials mean for a finding. */
import { worstOf } from "../order.ts";
import type { Prepared } from "../prepare/prepare.ts";
import { ENDED_TRIALS } from "../words/would-change.ts";
import { type Decided, sentence } from "./decided.ts";

/** Failed trials decide beside the numbers: whichever is worse. Where they leave only ranks undecided, they are the reason. */
export function withOutcome(own: Decided, { outcome, comparison }: Prepared): Decided {
  if (outcome === null) return own;
  const because = sentence(outcome.because);
  const outranked = worstOf([own.verdict, outcome.verdict]) !== own.verdict;
  if (outranked) return { ...own, verdict: outcome.verdict, because, wouldChange: ENDED_TRIALS, pairsNeeded: null };
  const silent =
    own.verdict === "inconclusive" && (comparison?.method === "ranks" || comparison?.method === "rank-sum");
  return { ...own, because: silent ? because : `${own.because} ${because}` };
}
