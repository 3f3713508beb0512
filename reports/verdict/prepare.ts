/** A hypothesis with its samples, its comparison, and what stands in its way: ready to be decided. */
import { seeded } from "../../runner/shared/random.ts";
import { absorbedInSome, type FaultState, faultState } from "../analyses/fault-state.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { Comparison } from "./comparison.ts";
import type { Hypothesis } from "./hypotheses.ts";
import { tooFewRequests } from "./obstacles.ts";
import { comparedWith, type OutcomeRule, outcomeRule } from "./outcomes.ts";
import { compare, type Pair } from "./paired.ts";
import { gather, pairsOf, type Read, type Sample, type Samples } from "./samples.ts";
import { type Asked, askedOf } from "./terms.ts";

export interface Prepared {
  readonly hypothesis: Hypothesis;
  readonly samples: Samples;
  readonly pairs: readonly Pair[];
  readonly scale: "ratio" | "difference";
  /** Null for absolute conditions. */
  readonly asked: Asked | null;
  /** Null for absolute conditions, and below two pairs. */
  readonly comparison: Comparison | null;
  /** Keeps it undecided whatever the numbers say. */
  readonly obstacle: string | null;
  readonly absorbed: boolean;
  readonly outcome: OutcomeRule | null;
}

export function prepare(evidence: Evidence, hypothesis: Hypothesis, read: Read, alpha: number): Prepared {
  const { condition, metric, arm, versus, id } = hypothesis;
  const arms = evidence.run.scenario.arms.map((it) => it.name);
  const samples = gather(evidence, hypothesis, read);
  const both = [...samples.baseline, ...samples.candidate];
  const pairs = pairsOf(samples.baseline, samples.candidate);
  const asked =
    condition.margin === null
      ? null
      : askedOf(condition.margin, metric, floorOf(hypothesis), valuesOf(samples.baseline));
  const scale = asked?.scale ?? metric.scale;
  const faults: FaultState = faultState(
    condition,
    both.map(({ trial }) => trial),
  );
  const ratioOfNegatives = condition.margin !== null && scale === "ratio" && both.some(isNegative);
  const obstacle =
    noArms(hypothesis, arms) ??
    faults.obstacle ??
    absorbedInSome(
      condition,
      both.map(({ trial }) => trial),
    ) ??
    nothingMeasured(samples, versus) ??
    (ratioOfNegatives ? "a ratio of values below zero means nothing: give the margin in the metric's unit" : null) ??
    tooFewRequests(condition, both);
  const stream = () => seeded(evidence.run.scenario.trials.seed, `sign-flip ${id}`);
  return {
    hypothesis,
    samples,
    pairs,
    scale,
    asked,
    comparison:
      asked !== null && pairs.length >= 2 && !ratioOfNegatives ? compare(pairs, { ...asked, alpha, stream }) : null,
    obstacle,
    absorbed: faults.absorbed,
    outcome: outcomeRule(evidence, arm, comparedWith(arm, versus, arms)),
  };
}

const floorOf = ({ condition, metric }: Hypothesis): number => condition.floor ?? metric.floor;

export const valuesOf = (samples: readonly Sample[]): number[] =>
  samples.flatMap(({ scalar }) => (scalar.kind === "value" ? [scalar.value] : []));

const isNegative = ({ scalar }: Sample): boolean => scalar.kind === "value" && scalar.value < 0;

function noArms({ arm, versus }: Hypothesis, arms: readonly string[]): string | null {
  const missing = [arm, versus].find((it) => it !== null && !arms.includes(it));
  if (missing != null) return `this run has no arm named ${missing}`;
  return arm === versus ? `there is no second arm to compare ${arm} with` : null;
}

/** The reasons, when an arm has no scalar at all. */
function nothingMeasured({ candidate, baseline }: Samples, versus: string | null): string | null {
  for (const samples of versus === null ? [candidate] : [candidate, baseline]) {
    if (samples.length > 0 && samples.every(({ scalar }) => scalar.kind === "absent"))
      return absences(samples).join("; ");
  }
  return null;
}

export const absences = (samples: readonly Sample[]): string[] => [
  ...new Set(samples.flatMap(({ scalar }) => (scalar.kind === "absent" ? [scalar.reason] : []))),
];
