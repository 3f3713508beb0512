/** From conditions to hypotheses: each condition on each arm it holds for, and the error gates that latency gates imply. */
import { type Metric, metricOf } from "../../../runner/record/metrics.ts";
import type { Condition } from "../../../runner/record/scenario.ts";
import { UserError } from "../../../runner/shared/errors.ts";
import { IMPLIED_ERRORS, NOT_JUDGED } from "../inference/limits.ts";

export interface Hypothesis {
  /** Unique within a judgement, fit for an anchor. */
  readonly id: string;
  readonly condition: Condition;
  readonly metric: Metric;
  readonly arm: string;
  /** Null for absolute conditions. */
  readonly versus: string | null;
  readonly advisory: boolean;
  /** Name of the latency gate that it comes with. */
  readonly impliedBy: string | null;
}

/** Every arm but `baseline` and `reference`; with nothing else to judge, the arms there are. */
export function judgedArms(arms: readonly string[]): readonly string[] {
  const judged = arms.filter((it) => !NOT_JUDGED.includes(it));
  return judged.length > 0 ? judged : arms.filter((it) => arms.length === 1 || it !== "reference");
}

/**
 * Arms a condition holds for: its own, else all that are judged. An arm is not compared with itself.
 */
function armsOf(condition: Condition, arms: readonly string[]): readonly string[] {
  if (condition.arm !== null) return [condition.arm];
  const left = judgedArms(arms);
  return condition.versus === null ? left : left.filter((it) => it !== condition.versus || left.length === 1);
}

/** Hypotheses of declared conditions, in their order. A condition that can't be understood must not be left out: nothing would stop. */
function expand(conditions: readonly Condition[], arms: readonly string[], impliedBy: string | null): Hypothesis[] {
  return conditions.flatMap((condition) => {
    const metric = metricOf(condition);
    if (metric === undefined) {
      throw new UserError(`${condition.name}: this version of shakedown knows no metric named ${condition.metric}`, {
        hint: "judge the record with the version that wrote it, or by other gates (--gates)",
      });
    }
    return armsOf(condition, arms).map((arm) => ({
      id: idOf(condition.name, arm),
      condition,
      metric,
      arm,
      versus: condition.margin === null ? null : (condition.versus ?? "baseline"),
      advisory: condition.advisory || !metric.gateable,
      impliedBy,
    }));
  });
}

const idOf = (name: string, arm: string): string =>
  `${name}-${arm}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, "-")
    .replaceAll(/^-|-$/g, "");

/**
 * Gates with their implied ones right behind the gates that imply them; ids made unique.
 * @throws UserError for a metric that this version does not know
 */
export function gateHypotheses(gates: readonly Condition[], arms: readonly string[]): Hypothesis[] {
  const declared = expand(gates, arms, null);
  const out: Hypothesis[] = [];
  for (const hypothesis of declared) {
    out.push(hypothesis);
    const implied = impliedErrors(hypothesis, arms);
    if (implied !== null && ![...declared, ...out].some((it) => boundsErrors(it, implied))) out.push(implied);
  }
  return unique(out);
}

export const claimHypotheses = (claims: readonly Condition[], arms: readonly string[]): Hypothesis[] =>
  unique(expand(claims, arms, null));

/** Refused connections must not improve a latency: each gate on one bounds the errors of the same requests too. */
function impliedErrors(
  { condition, metric, arm, versus, advisory }: Hypothesis,
  arms: readonly string[],
): Hypothesis | null {
  if (metric.kind !== "latency" || advisory) return null;
  const other = versus ?? (arm !== "baseline" && arms.includes("baseline") ? "baseline" : null);
  const implied: Condition = {
    ...condition,
    name: `errors.ratio with ${condition.name}`,
    label: null,
    metric: "errors.ratio",
    versus: other,
    margin: other === null ? null : { kind: "absolute", value: IMPLIED_ERRORS },
    max: other === null ? IMPLIED_ERRORS : null,
    min: null,
    source: null,
  };
  const [made] = expand([{ ...implied, arm }], arms, condition.name);
  return made ?? null;
}

/** A deciding error gate on the same arm and phase, over the same requests or all of them. */
const boundsErrors = (it: Hypothesis, implied: Hypothesis): boolean =>
  it.condition.metric === "errors.ratio" &&
  !it.advisory &&
  it.arm === implied.arm &&
  it.condition.phase === implied.condition.phase &&
  it.condition.fault === implied.condition.fault &&
  (it.condition.request === null || it.condition.request === implied.condition.request);

function unique(hypotheses: readonly Hypothesis[]): Hypothesis[] {
  const seen = new Map<string, number>();
  return hypotheses.map((it) => {
    const times = (seen.get(it.id) ?? 0) + 1;
    seen.set(it.id, times);
    return times === 1 ? it : { ...it, id: `${it.id}-${times}` };
  });
}
