/** Phases on the clock of the load. */
import type { JobPhase } from "../engine.ts";

/** When each phase starts, ms since the load's start, and as a last element when the last one ends. */
export function phaseStarts(phases: readonly Pick<JobPhase, "durationMs">[]): number[] {
  const starts = [0];
  for (const phase of phases) starts.push((starts.at(-1) as number) + phase.durationMs);
  return starts;
}
