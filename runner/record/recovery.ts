/** What a fault is measured against: its nature, the phase before it, and the threshold above which an answer counts as slow. */
import type { Condition, FaultSpec, Phase, Scenario } from "./scenario.ts";

const oneShots: ReadonlySet<string> = new Set(["pod-kill", "memory-pressure"]);

/** one-shot: recovery counts from the acknowledged deed; lasting: from its revert. */
export const natureOf = (fault: FaultSpec): "one-shot" | "lasting" =>
  fault.nature ?? (oneShots.has(fault.kind) ? "one-shot" : "lasting");

/**
 * The phase that shows what was normal before a fault: the last one before its own that is neither a warm-up nor has faults.
 * Null when there is none: the fault's own phase up to its start must do.
 */
export function preFaultPhase(scenario: Pick<Scenario, "phases">, fault: FaultSpec): Phase | null {
  const own = scenario.phases.findIndex((it) => it.name === fault.phase);
  const before = scenario.phases.slice(0, Math.max(0, own));
  return before.findLast((it) => !it.warmup && it.faults.length === 0) ?? null;
}

const quantile = /^latency\.p(\d+(?:\.\d+)?)$/;

/** Share of requests that may be slower than a `latency.pQ` condition's maximum: 0.01 for p99. Null for another metric. */
export function slowShareOf(condition: Condition): number | null {
  const q = quantile.exec(condition.metric)?.[1];
  return q === undefined ? null : 1 - Number(q) / 100;
}

/**
 * The threshold to send to the workers (and to journal as `fault.slow`) before a fault: the p99 of the pre-fault phase,
 * or the maximum of a `recovered:` condition on latency, so that the bins can tell when it holds again. Microseconds.
 */
export function slowThresholdUs(fault: FaultSpec, preFaultP99Us: number): number {
  const { recovered } = fault;
  return recovered !== null && recovered.max !== null && slowShareOf(recovered) !== null
    ? Math.round(recovered.max * 1000)
    : preFaultP99Us;
}

/** Why a `recovered:` condition can't be evaluated on bins; null when it can. For validation. */
export function recoveredProblem(condition: Condition): string | null {
  if (condition.request !== null || condition.phase !== null || condition.versus !== null)
    return "recovered: takes a metric and a bound, it is evaluated over all requests around the fault";
  if (condition.metric === "errors.ratio" || slowShareOf(condition) !== null)
    return condition.max === null ? `recovered: ${condition.metric} needs a max` : null;
  if (condition.metric === "throughput") return condition.min === null ? "recovered: throughput needs a min" : null;
  return `recovered: ${condition.metric} can't be told from 100 ms bins; use errors.ratio, latency.p50 to latency.p99.9 or throughput`;
}
