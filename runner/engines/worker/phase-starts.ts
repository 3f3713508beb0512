/** Phases on the clock of the load. */
import type { JobPhase } from "../engine.ts";

/** When each phase starts, ms since the load's start, and as a last element when the last one ends. */
export function phaseStarts(phases: readonly Pick<JobPhase, "durationMs">[]): number[] {
  const starts = [0];
  for (const phase of phases) starts.push((starts.at(-1) as number) + phase.durationMs);
  return starts;
}

/** The index of the phase at a time, ms since the load's start: the first one before it, the last one after its end. */
export function phaseFinder(phases: readonly Pick<JobPhase, "durationMs">[]): (at: number) => number {
  const starts = phaseStarts(phases).slice(0, -1);
  return (at) =>
    Math.max(
      0,
      starts.findLastIndex((start) => start <= at),
    );
}
