/** A bound on one arm. */
import { leastOf } from "../../../runner/record/metric.ts";
import type { Bound } from "../../../runner/shared/format.ts";
import { type Bounded, judgeBound } from "../inference/absolute.ts";
import type { Prepared } from "../prepare/prepare.ts";
import { becauseOfBound } from "../words/because.ts";
import { boundWouldChange, MENDED_FIRST } from "../words/would-change.ts";
import { type Decided, sentence } from "./decided.ts";

export function byBound({ samples, obstacle, hypothesis }: Prepared, bound: Bound, alpha: number): Decided {
  const values = samples.candidate.map(({ scalar }) => scalar).filter((it) => it.kind !== "absent");
  const kind = bound.kind === "min" ? "min" : "max";
  const { metric } = hypothesis;
  const judged = judgeBound(values, { kind, value: bound.value }, metric.scale, alpha);
  const none = { p: null, pairsNeeded: null };
  if (obstacle !== null || judged === null) {
    const reason = obstacle ?? (values.length === 0 ? "no trial was measured" : "no trial came to a value of its own");
    const silent = { ...none, mde: null, mdeFail: null, method: "none", tags: [] };
    return { ...silent, verdict: "inconclusive", because: sentence(reason), wouldChange: MENDED_FIRST };
  }
  // Decided by what t says, told as what can be.
  const shown = { ...judged, lower: Math.max(leastOf(metric), judged.lower) };
  const lost = values.filter((it) => it.kind === "worst");
  const reasons = [...new Set(lost.map((it) => it.reason))];
  return {
    ...none,
    verdict: judged.verdict,
    because: becauseOfBound(shown, { bound, unit: metric.unit, worst: reasons.join("; ") }),
    wouldChange: boundWouldChange(
      shown,
      bound,
      metric.unit,
      lost.some((it) => it.atLeast !== null),
    ),
    mde: judged.mde,
    mdeFail: judged.mdeFail,
    method: methodOfBound(judged),
    tags: [
      ...(judged.by === "one" ? ["one trial, no error rate"] : judged.by === "spread" ? ["no spread"] : []),
      ...(judged.worst > 0 ? ["at least"] : []),
    ],
    pairsNeeded: judged.trialsNeeded,
  };
}

const methodOfBound = ({ by, trials }: Bounded): string =>
  ({
    one: "the value of the one trial",
    spread: "the value that all trials share",
    t: `one-sided t bounds of ${trials} trials`,
  })[by];
