/** What a trial of a search does: the phases that its purpose asks for, and the arm at its value. */
import { engineNamed } from "../engines/registry.ts";
import { atValue } from "../record/at-value.ts";
import type { Arm, Phase, Scenario } from "../record/scenario.ts";
import type { Point, SearchSpec } from "../record/search.ts";
import type { TrialPhase, TrialPlan } from "./schedule.ts";

/** After an overload, its backlog is given so many timeouts to drain before anything is judged. */
const drainTimeouts = 2;
/** A proof of recovery takes this share of a trial, as far as the engine can send for so short a time. */
const proof = 0.5;

export function trialAt(
  scenario: Pick<Scenario, "phases">,
  search: SearchSpec,
  arm: Arm,
  point: Point,
): Pick<TrialPlan, "arm" | "phases" | "point"> {
  const at = atValue(arm, search, point.value);
  return { arm: at, phases: phasesAt(scenario.phases, search, at, point), point };
}

function phasesAt(phases: readonly Phase[], search: SearchSpec, arm: Arm, point: Point): readonly TrialPhase[] {
  const calm = phases.filter((it) => it.faults.length === 0);
  const { shortestPhaseMs = 0 } = engineNamed(arm.load.engine);
  switch (point.purpose) {
    case "probe":
    case "refine":
      return calm;
    case "headroom":
      return phases;
    case "recovery":
      return calm.map((it) => ({ ...it, durationMs: Math.max(shortestPhaseMs, Math.ceil(proof * it.durationMs)) }));
    case "descent":
      return descending(calm, arm, point.above ?? point.value, shortestPhaseMs);
    case "soak":
      return soaking(calm, search.soakMs ?? 0);
  }
}

const lengthOf = (phases: readonly Phase[]): number => phases.reduce((sum, it) => sum + it.durationMs, 0);

/** The overload as long as a trial is judged, its warm-up and time to drain at the answer, then a trial as any other. */
function descending(calm: readonly Phase[], { load }: Arm, above: number, shortestMs: number): TrialPhase[] {
  const [warm, judged] = [calm.filter((it) => it.warmup), calm.filter((it) => !it.warmup)];
  const unjudged = (name: string, durationMs: number): Phase => ({
    name,
    durationMs,
    warmup: true,
    load: null,
    faults: [],
  });
  const overload = {
    ...unjudged("overload", lengthOf(judged)),
    load: { kind: "open" as const, from: above, to: above },
  };
  const missing = drainTimeouts * load.timeoutMs - lengthOf(warm);
  return [overload, ...(missing > 0 ? [unjudged("drain", Math.max(shortestMs, missing))] : []), ...warm, ...judged];
}

/** As many whole windows of the judged phases as fill the soak. */
function soaking(calm: readonly Phase[], soakMs: number): TrialPhase[] {
  const judged = calm.filter((it) => !it.warmup);
  const windows = Math.max(1, Math.ceil(soakMs / lengthOf(judged)));
  return [
    ...calm.filter((it) => it.warmup),
    ...Array.from({ length: windows }, (_, i) =>
      judged.map((it) => ({ ...it, name: `${it.name}-${i + 1}-of-${windows}`, of: it.name, window: i + 1 })),
    ).flat(),
  ];
}

/** ms of load of the longest trial of each purpose, at most. */
export function lengthsOf(
  scenario: Pick<Scenario, "phases">,
  search: SearchSpec,
  arm: Arm,
): Record<Point["purpose"], number> {
  const length = (purpose: Point["purpose"]): number =>
    lengthOf(
      trialAt(scenario, search, arm, { purpose, goal: "", value: search.from, above: search.from, why: "", known: "" })
        .phases,
    );
  return {
    probe: length("probe"),
    refine: length("refine"),
    recovery: length("recovery"),
    descent: length("descent"),
    soak: search.soakMs === null ? 0 : length("soak"),
    headroom: length("headroom"),
  };
}
