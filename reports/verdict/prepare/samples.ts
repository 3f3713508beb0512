/** What the trials of a record say about one hypothesis: a scalar each, the pairs of two arms, and what stands in their way. */
import type { Condition } from "../../../runner/record/scenario.ts";
import { phasesFor } from "../../analyses/measure.ts";
import type { Evidence, RequestEvidence, Scalar, TrialEvidence } from "../../evidence/evidence.ts";
import { trialsOf } from "../../evidence/trials-of.ts";
import type { Known } from "../inference/comparison.ts";
import type { Pair } from "../inference/paired.ts";
import type { Hypothesis } from "./hypotheses.ts";

/** One scalar of one trial for a condition: analyses know how. */
export type Read = (evidence: Evidence, trial: TrialEvidence, condition: Condition) => Scalar;

export interface Sample {
  readonly trial: TrialEvidence;
  readonly scalar: Scalar;
}

export const samplesOf = (evidence: Evidence, arm: string, condition: Condition, read: Read): Sample[] =>
  trialsOf(evidence, arm).map((trial) => ({ trial, scalar: read(evidence, trial, condition) }));

/** Blocks in which both arms have a scalar, in order. */
export function pairsOf(baseline: readonly Sample[], candidate: readonly Sample[]): Pair[] {
  const other = new Map(known(baseline).map((it) => [it.block, it.scalar]));
  return known(candidate).flatMap(({ block, scalar }) => {
    const partner = other.get(block);
    return partner === undefined ? [] : [{ block, baseline: partner, candidate: scalar }];
  });
}

const known = (samples: readonly Sample[]): { block: number; scalar: Known }[] =>
  samples.flatMap(({ trial, scalar }) => (scalar.kind === "absent" ? [] : [{ block: trial.block, scalar }]));

/** What a condition is about in a trial. */
export const countsOf = (trial: TrialEvidence, condition: Condition): RequestEvidence =>
  trial.requests({ phases: phasesFor(trial, condition).map((it) => it.name), request: condition.request });

/** Requests due in it. */
export const dueOf = (trial: TrialEvidence, condition: Condition): number => countsOf(trial, condition).due;

/** Both arms of a hypothesis; `baseline` is empty for absolute conditions. */
export interface Samples {
  readonly candidate: readonly Sample[];
  readonly baseline: readonly Sample[];
}

export const gather = (evidence: Evidence, { condition, arm, versus }: Hypothesis, read: Read): Samples => ({
  candidate: samplesOf(evidence, arm, condition, read),
  baseline: versus === null ? [] : samplesOf(evidence, versus, condition, read),
});
