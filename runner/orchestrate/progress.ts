/** Where a trial stands, for the terminal: a value, made twice a second or so. */
import type { LoadSession } from "../engines/engine.ts";
import type { Target } from "../substrate/target.ts";
import { failedRatio } from "./abort.ts";
import type { PlannedPhase, TrialPlan } from "./schedule.ts";

export interface Progress {
  readonly trial: number;
  readonly block: number;
  readonly arm: string;
  readonly phase: string;
  readonly phaseElapsedMs: number;
  readonly phaseLengthMs: number;
  readonly elapsedMs: number;
  readonly lengthMs: number;
  /** Over the last whole second. */
  readonly due: number;
  readonly failedRatio: number | null;
  readonly dropped: number;
  readonly p99: number | null;
  readonly targets: readonly { readonly name: string; readonly ready: number; readonly desired: number }[];
}

export function progressOf(from: {
  readonly plan: TrialPlan;
  readonly phases: readonly PlannedPhase[];
  readonly lengthMs: number;
  readonly elapsedMs: number;
  readonly session: Pick<LoadSession, "recent">;
  readonly targets: readonly Target[];
}): Progress {
  const elapsedMs = Math.min(Math.max(0, from.elapsedMs), from.lengthMs);
  const current = from.phases.findLast((it) => it.start <= elapsedMs) ?? from.phases[0];
  const { due, counts, p99 } = from.session.recent(1_000);
  return {
    trial: from.plan.index,
    block: from.plan.block,
    arm: from.plan.arm.name,
    phase: current?.phase.name ?? "",
    phaseElapsedMs: elapsedMs - (current?.start ?? 0),
    phaseLengthMs: current?.phase.durationMs ?? 0,
    elapsedMs,
    lengthMs: from.lengthMs,
    due,
    failedRatio: failedRatio(counts),
    dropped: counts.dropped ?? 0,
    p99,
    targets: from.targets.map((it) => ({
      name: it.name,
      ready: it.instances().filter((i) => i.state === "ready").length,
      desired: it.desired,
    })),
  };
}
