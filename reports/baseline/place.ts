/** The one name of what a condition measures, however it was written: values are found again under it. */
import { conditionKey } from "../../runner/record/condition-key.ts";
import { metricNamed } from "../../runner/record/metrics.ts";
import type { Arm, Phase } from "../../runner/record/scenario.ts";
import type { Place, StoredSample } from "./format.ts";

/**
 * Parts that narrow nothing are gone: the only request, the target of the load. Without a phase or a fault the only calm phase is named,
 * where there is one.
 */
export function placeOf(
  { metric, request, phase, fault, target }: Place,
  { phases, load }: { readonly phases: readonly Phase[]; readonly load: Arm["load"] },
): Place {
  const calm = phases.filter((it) => !it.warmup && it.faults.length === 0);
  const only = calm.length === 1 && fault === null ? (calm[0]?.name ?? null) : null;
  const ofTarget = metricNamed(metric)?.over === "target";
  return {
    metric,
    request: load.requests.length + (load.flows ?? []).length > 1 ? request : null,
    phase: phase ?? only,
    fault,
    target: ofTarget ? (target ?? load.target) : null,
  };
}

export const placeIn = ({ metric, request, phase, fault, target }: StoredSample): Place => ({
  metric,
  request: request ?? null,
  phase: phase ?? null,
  fault: fault ?? null,
  target: target ?? null,
});

/** `steady · checkout`; empty for all phases without faults. */
export const placeInWords = ({ phase, fault, request, target }: Place): string =>
  [phase, fault, request, target].filter((it) => it !== null).join(" · ");

export const samePlace = (a: Place, b: Place): boolean => conditionKey(a) === conditionKey(b);
