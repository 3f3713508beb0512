/** One scalar of one trial for a condition: every metric of the registry, one file per question. */
import { metrics } from "../../runner/record/metrics.ts";
import type { Condition } from "../../runner/record/scenario.ts";
import { statOf } from "../../runner/record/script-metrics.ts";
import type { Evidence, Scalar, TrialEvidence } from "../evidence/evidence.ts";
import { cpuCores, cpuPerRequest, mostThreads, throttledRatio } from "./cpu.ts";
import { droppedRatio, errorsRatio } from "./errors.ts";
import { gcPauseMax, gcPauseShare, heapUsed } from "./gc.ts";
import { latency } from "./latency.ts";
import { absent, type Measure, phasesFor, targetFor, worst } from "./measure.ts";
import { majorPageFaults, memoryLimitShare, memoryPeak, memorySlope, minorPageFaults, oomKills } from "./memory.ts";
import { effectDelay, recoveryTime } from "./recovery.ts";
import { readyGap, readyMin, restarts } from "./scaling.ts";
import { scriptMeasured } from "./script.ts";
import { throughput } from "./throughput.ts";

export const measures: Readonly<Record<string, Measure>> = {
  ...Object.fromEntries(metrics.filter((it) => it.kind === "latency").map((it) => [it.name, latency])),
  "errors.ratio": errorsRatio,
  "dropped.ratio": droppedRatio,
  throughput,
  "recovery.time": recoveryTime,
  "effect.delay": effectDelay,
  "oom.kills": oomKills,
  restarts,
  "memory.peak": memoryPeak,
  "memory.limit.share": memoryLimitShare,
  "memory.slope": memorySlope,
  "page-faults.major": majorPageFaults,
  "page-faults.minor": minorPageFaults,
  "cpu.per-request": cpuPerRequest,
  "cpu.cores": cpuCores,
  "threads.max": mostThreads,
  "throttled.ratio": throttledRatio,
  "gc.pause.share": gcPauseShare,
  "gc.pause.max": gcPauseMax,
  "heap.used": heapUsed,
  "ready.min": readyMin,
  "ready.gap": readyGap,
};

/** Absent, never zero, where there is nothing to measure; worst for a trial that failed. Pure. */
export function scalarOf(evidence: Evidence, trial: TrialEvidence, condition: Condition): Scalar {
  if (trial.outcome === "failed") return worst(`the trial failed: ${trial.reason ?? "no reason recorded"}`);
  if (trial.outcome === "broken")
    return absent(`the harness failed in this trial: ${trial.reason ?? "no reason recorded"}`);
  if (trial.outcome !== "ok") return absent("the trial was cut off");
  const measure = measures[condition.metric] ?? (statOf(condition.metric) === null ? undefined : scriptMeasured);
  if (!measure) return absent(`no metric is named ${condition.metric}`);
  const phases = phasesFor(trial, condition);
  if (phases.length === 0)
    return absent(
      condition.phase === null && condition.fault === null
        ? "every phase is a warm-up or has a fault: name a phase"
        : `${condition.phase ?? `the phase of ${condition.fault}`} was not reached in this trial`,
    );
  return measure({ evidence, trial, condition, phases, target: targetFor(evidence, trial, condition) });
}
