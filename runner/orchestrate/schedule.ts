/** The order of trials and the times of phases and faults: all of it drawn and fixed before the load starts. */
import type { JobPhase } from "../engines/engine.ts";
import { preFaultPhase } from "../record/recovery.ts";
import type { Arm, FaultSpec, LoadSpec, Phase } from "../record/scenario.ts";
import type { Point } from "../record/search.ts";
import { seeded, shuffled } from "../shared/random.ts";

export interface TrialPlan {
  readonly index: number;
  readonly block: number;
  readonly arm: Arm;
  readonly phases: readonly TrialPhase[];
  /** What a trial of a search tries. */
  readonly point?: Point;
}

/** `of`: the declared phase that it stands for, when it has another name; `window`: which one of a soak it is of. */
export interface TrialPhase extends Phase {
  readonly of?: string;
  readonly window?: number;
}

/**
 * Arm names per block, in random permuted blocks balanced over position: every run of as many blocks as there are arms is a
 * randomised Latin square, so with two arms AB and BA are equally frequent and never simply alternate.
 * A longer schedule of the same seed begins with the shorter one, so that a resumed run goes on as planned.
 */
export function blockOrder(arms: readonly string[], blocks: number, seed: number): string[][] {
  const random = seeded(seed, "blocks");
  const out: string[][] = [];
  while (out.length < blocks) {
    const base = shuffled(arms, random);
    const rows = base.map((_, shift) => base.map((_, i) => base[(i + shift) % base.length] as string));
    out.push(...shuffled(rows, random));
  }
  return out.slice(0, blocks);
}

/** Phases with the load in force: a phase without its own has the arm's. */
export function jobPhases(phases: readonly Phase[], load: LoadSpec): JobPhase[] {
  const { model } = load;
  const own: JobPhase["load"] = model.kind === "open" ? { kind: "open", from: model.rate, to: model.rate } : model;
  return phases.map((phase) => ({ name: phase.name, durationMs: phase.durationMs, load: phase.load ?? own }));
}

export interface PlannedPhase {
  readonly phase: TrialPhase;
  /** ms since the load's start. */
  readonly start: number;
  readonly end: number;
}

export interface PlannedFault {
  readonly fault: FaultSpec;
  readonly start: number;
  readonly end: number;
  /** The last phase before it that is neither warm-up nor has faults: its p99 says what slow means. Null when there is none. */
  readonly reference: string | null;
}

/** Times in ms since the load's start. */
export function timetable(
  phases: readonly TrialPhase[],
  faults: readonly FaultSpec[],
): { readonly phases: readonly PlannedPhase[]; readonly faults: readonly PlannedFault[]; readonly lengthMs: number } {
  let at = 0;
  const planned: PlannedPhase[] = [];
  for (const phase of phases) {
    planned.push({ phase, start: at, end: at + phase.durationMs });
    at += phase.durationMs;
  }
  const plannedFaults = planned.flatMap(({ phase, start, end }) =>
    phase.faults.flatMap((name) => {
      const fault = faults.find((it) => it.name === name);
      if (fault === undefined) return [];
      const begin = start + fault.atMs;
      return [
        {
          fault,
          start: begin,
          end: fault.forMs === null ? end : Math.min(end, begin + fault.forMs),
          reference: preFaultPhase({ phases }, fault)?.name ?? null,
        },
      ];
    }),
  );
  return { phases: planned, faults: plannedFaults.sort((a, b) => a.start - b.start), lengthMs: at };
}
