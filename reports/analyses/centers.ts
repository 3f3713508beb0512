/** The value of each trial of an arm, and their center and range. */
import { median } from "simple-statistics";
import { metricNamed } from "../../runner/record/metrics.ts";
import type { Condition } from "../../runner/record/scenario.ts";
import type { Evidence, Scalar } from "../evidence/evidence.ts";
import { scalarOf } from "./scalars.ts";

export interface Center {
  /** Geometric mean on the ratio scale, mean otherwise. */
  readonly center: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** A condition that only says where to measure. */
export const where = (
  metric: string,
  at: Partial<Pick<Condition, "request" | "phase" | "fault" | "target">> = {},
): Condition => ({
  ...{
    name: metric,
    metric,
    label: null,
    request: null,
    phase: null,
    fault: null,
    target: null,
    arm: null,
    versus: null,
  },
  ...{ margin: null, max: null, min: null, advisory: true, source: null, at: null },
  ...at,
});

export const scalarsOf = (
  evidence: Evidence,
  arm: string,
  condition: Condition,
): readonly { readonly block: number; readonly scalar: Scalar }[] =>
  evidence.trials
    .filter((it) => it.arm === arm)
    .map((it) => ({ block: it.block, scalar: scalarOf(evidence, it, condition) }));

export const numbersOf = (evidence: Evidence, arm: string, condition: Condition): readonly number[] =>
  scalarsOf(evidence, arm, condition).flatMap(({ scalar }) => (scalar.kind === "value" ? [scalar.value] : []));

/** Null without values. */
export function centerOf(metric: string, values: readonly number[]): Center | null {
  if (values.length === 0) return null;
  const mean = (of: readonly number[]) => of.reduce((sum, it) => sum + it, 0) / of.length;
  const geometric = metricNamed(metric)?.scale === "ratio" && values.every((it) => it > 0);
  const center = geometric ? Math.exp(mean(values.map(Math.log))) : mean(values);
  return { center, low: Math.min(...values), high: Math.max(...values), n: values.length };
}

/** The middle of what is known; null when nothing is. */
export const medianOf = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((it) => it !== null);
  return known.length === 0 ? null : median(known);
};
