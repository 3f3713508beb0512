/** What it shows that no request failed. */
import { type Bound, formatBound, formatValue } from "../../../runner/shared/format.ts";
import { clopperPearson } from "../../stats/binomial.ts";
import { otherSide, type Prepared } from "../prepare/prepare.ts";
import { dueOf } from "../prepare/samples.ts";
import type { Decided } from "./decided.ts";

/**
 * No failed request still leaves room for a few: what the exact bound (Clopper and Pearson) does not exclude is not shown to be inside.
 * An implied gate only asks whether failures flattered a latency: where nothing failed, none did.
 */
export function withExactBound(own: Decided, prepared: Prepared, bound: Bound, alpha: number): Decided {
  const { hypothesis, samples } = prepared;
  const due = noneFailedOf(prepared);
  if (due === 0) return own;
  const { upper } = clopperPearson(0, due, 1 - 2 * alpha);
  const most = formatValue(upper, "ratio");
  const point = own.tags.includes("one trial, no error rate") || bound.value === 0 || bound.kind === "min";
  if (own.verdict !== "pass" || point || hypothesis.impliedBy !== null || upper <= bound.value)
    return {
      ...own,
      because: `${own.because} None of ${due} requests: the true ratio is at most ${most} (exact, one-sided).`,
    };
  const requests = Math.ceil(Math.log(alpha) / Math.log1p(-bound.value));
  return {
    ...own,
    verdict: "inconclusive",
    because: `None of ${due} requests failed: that shows a true ratio of at most ${most} (exact, one-sided), not yet ${formatBound(bound, "ratio")}.`,
    wouldChange: `About ${requests} requests without a failure: more trials, longer phases or a higher rate.`,
    pairsNeeded: Math.ceil((samples.candidate.length * requests) / due),
  };
}

/** Requests of the candidate, where no request of either side failed; else 0. */
function noneFailedOf(prepared: Prepared): number {
  const { samples, hypothesis } = prepared;
  if (hypothesis.metric.kind !== "errors") return 0;
  const all = [...otherSide(prepared), ...samples.candidate];
  if (all.length === 0 || !all.every(({ scalar }) => scalar.kind === "value" && scalar.value === 0)) return 0;
  return samples.candidate.reduce((sum, { trial }) => sum + dueOf(trial, hypothesis.condition), 0);
}
