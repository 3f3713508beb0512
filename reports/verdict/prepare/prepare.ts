/** A hypothesis with its samples, its comparison, and what stands in its way: ready to be decided. */
import { seeded } from "../../../runner/shared/random.ts";
import { absorbedInSome, type FaultState, faultState } from "../../analyses/fault-state.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import { type Against, type Control, isStored } from "../control.ts";
import type { Comparison, Terms } from "../inference/comparison.ts";
import { compare, type Pair } from "../inference/paired.ts";
import { type Asked, askedOf, RATIO_OF_NEGATIVES } from "../inference/terms.ts";
import type { Hypothesis } from "./hypotheses.ts";
import { cutOff, lackingInSome, tooCoarse, tooFewRequests } from "./obstacles.ts";
import { comparedWith, type OutcomeRule, outcomeRule } from "./outcomes.ts";
import { gather, pairsOf, type Read, type Sample, type Samples } from "./samples.ts";
import { type StoredSide, type StoredTrial, storedSide } from "./stored-side.ts";

export interface Prepared {
  readonly hypothesis: Hypothesis;
  readonly samples: Samples;
  readonly pairs: readonly Pair[];
  readonly scale: "ratio" | "difference";
  /** Null for absolute conditions. */
  readonly asked: Asked | null;
  /** Null for absolute conditions. */
  readonly control: Control | null;
  /** What a stored session has in place of the other arm; empty where that arm is in the run. */
  readonly stored: readonly StoredTrial[];
  /** Sessions of history that drift is taken from; null where it is not. */
  readonly sessions: number | null;
  /** Null for absolute conditions, and below two pairs. */
  readonly comparison: Comparison | null;
  /** Keeps it undecided whatever the numbers say. */
  readonly obstacle: string | null;
  readonly absorbed: boolean;
  readonly outcome: OutcomeRule | null;
}

/** What a hypothesis is prepared from beside itself. */
interface Ground {
  readonly evidence: Evidence;
  readonly read: Read;
  /** A stored session, for arms that the run does not have. */
  readonly against: Against | null;
  /** One-sided level of passing. */
  readonly alpha: number;
}

export function prepare({ evidence, read, against, alpha }: Ground, hypothesis: Hypothesis): Prepared {
  const { condition, metric, arm, versus, id } = hypothesis;
  const arms = evidence.run.scenario.arms.map((it) => it.name);
  const other = isStored(versus, arm, arms) ? against : null;
  const samples = gather(evidence, other === null ? hypothesis : { ...hypothesis, versus: null }, read);
  const trials = [...samples.baseline, ...samples.candidate].map(({ trial }) => trial);
  const stream = () => seeded(evidence.run.scenario.trials.seed, `sign-flip ${id}`);
  const { margin } = condition;
  const termsGiven =
    margin === null
      ? null
      : (baseline: readonly number[]): Asked & Terms => ({
          ...askedOf(margin, metric, floorOf(hypothesis), baseline),
          alpha,
          stream,
        });
  const side: StoredSide | null =
    other === null || termsGiven === null
      ? null
      : storedSide({ evidence, hypothesis, candidate: samples.candidate, read }, other, termsGiven);
  const baseline = side?.trials ?? samples.baseline;
  const asked = termsGiven?.(valuesOf(baseline)) ?? null;
  const scale = asked?.scale ?? metric.scale;
  const pairs = pairsOf(samples.baseline, samples.candidate);
  const faults: FaultState = faultState(condition, trials);
  const ratioOfNegatives = asked !== null && scale === "ratio" && [...baseline, ...samples.candidate].some(isNegative);
  const obstacle =
    (other === null ? noArms(hypothesis, arms) : null) ??
    faults.obstacle ??
    absorbedInSome(condition, trials) ??
    nothingMeasured(samples, other === null ? versus : null) ??
    (ratioOfNegatives ? RATIO_OF_NEGATIVES : null) ??
    lackingInSome(condition, [...samples.baseline, ...samples.candidate]) ??
    tooCoarse(condition, metric, [...samples.baseline, ...samples.candidate]) ??
    tooFewRequests(condition, [...samples.baseline, ...samples.candidate]) ??
    cutOff(condition, [...samples.baseline, ...samples.candidate]) ??
    side?.obstacle ??
    null;
  return {
    hypothesis,
    samples,
    pairs,
    scale,
    asked,
    control: versus === null ? null : (side?.control ?? "interleaved"),
    stored: side?.trials ?? [],
    sessions: side?.sessions ?? null,
    comparison: ratioOfNegatives
      ? null
      : side !== null
        ? side.comparison
        : asked !== null && pairs.length >= 2
          ? compare(pairs, asked)
          : null,
    obstacle,
    absorbed: faults.absorbed,
    outcome: outcomeRule(evidence, arm, comparedWith(arm, versus, arms), against),
  };
}

const floorOf = ({ condition, metric }: Hypothesis): number => condition.floor ?? metric.floor;

/** A trial of this run, or of a stored session. */
type AnySample = Pick<Sample, "scalar">;

export const valuesOf = (samples: readonly AnySample[]): number[] =>
  samples.flatMap(({ scalar }) => (scalar.kind === "value" ? [scalar.value] : []));

/** Of each trial what is known of it: a recovery that was not seen took at least as long as it was watched. */
export const leastOfEach = (samples: readonly AnySample[]): number[] =>
  samples.flatMap(({ scalar }) => {
    const known = scalar.kind === "value" ? scalar.value : scalar.kind === "worst" ? scalar.atLeast : null;
    return known === null ? [] : [known];
  });

const isNegative = ({ scalar }: AnySample): boolean => scalar.kind === "value" && scalar.value < 0;

function noArms({ arm, versus }: Hypothesis, arms: readonly string[]): string | null {
  const missing = [arm, versus].find((it) => it !== null && !arms.includes(it));
  if (missing === "baseline" && versus === missing)
    return "this run has no arm named baseline, and no stored baseline was given to compare with";
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

export const absences = (samples: readonly AnySample[]): string[] => [
  ...new Set(samples.flatMap(({ scalar }) => (scalar.kind === "absent" ? [scalar.reason] : []))),
];

/** What it is compared with: an arm of this run, or what a stored session has of it. */
export const otherSide = ({ samples, stored }: Prepared): readonly AnySample[] =>
  stored.length > 0 ? stored : samples.baseline;
