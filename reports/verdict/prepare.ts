/** A hypothesis with its samples, its comparison, and what stands in its way: ready to be decided. */
import type { Metric } from "../../runner/record/metrics.ts";
import { seeded } from "../../runner/shared/random.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { Hypothesis } from "./hypotheses.ts";
import { absorbedInSome, type FaultState, faultState, tooFewRequests } from "./obstacles.ts";
import { comparedWith, type OutcomeRule, outcomeRule } from "./outcomes.ts";
import { type Comparison, compare, type Pair, type Terms } from "./paired.ts";
import { gather, pairsOf, type Read, type Sample, type Samples } from "./samples.ts";

export interface Prepared {
  readonly hypothesis: Hypothesis;
  readonly samples: Samples;
  readonly pairs: readonly Pair[];
  readonly scale: "ratio" | "difference";
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
  const scale =
    condition.margin === null ? metric.scale : condition.margin.kind === "relative" ? "ratio" : "difference";
  const faults: FaultState = faultState(condition, both);
  const ratioOfNegatives = condition.margin !== null && scale === "ratio" && both.some(isNegative);
  const obstacle =
    noArms(hypothesis, arms) ??
    faults.obstacle ??
    absorbedInSome(condition, both) ??
    nothingMeasured(samples, versus) ??
    (ratioOfNegatives ? "a ratio of values below zero means nothing: give the margin in the metric's unit" : null) ??
    tooFewRequests(condition, both);
  const terms: Terms | null =
    condition.margin === null
      ? null
      : {
          scale,
          better: metric.better,
          margin: condition.margin.value,
          alpha,
          resolution: resolutionOf(metric, scale),
          stream: () => seeded(evidence.run.scenario.trials.seed, `sign-flip ${id}`),
        };
  return {
    hypothesis,
    samples,
    pairs,
    scale,
    comparison: terms !== null && pairs.length >= 2 && !ratioOfNegatives ? compare(pairs, terms) : null,
    obstacle,
    absorbed: faults.absorbed,
    outcome: outcomeRule(evidence, arm, comparedWith(arm, versus, arms)),
  };
}

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

/** Smallest step of a measurement, in the metric's unit; a share on the ratio scale, where histograms keep three digits. */
function resolutionOf({ unit, kind }: Metric, scale: "ratio" | "difference"): number {
  if (scale === "ratio") return 0.001;
  if (unit === "count") return 1;
  if (unit === "ratio") return 0.001;
  // Recovery and readiness are read off bins of 100 ms.
  if (unit === "ms") return kind === "latency" || kind === "cpu" ? 1 : 100;
  return 0;
}
