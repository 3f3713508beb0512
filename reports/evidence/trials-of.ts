/** The trials of an arm that count: one a block. */
import type { Evidence, TrialEvidence } from "./evidence.ts";

/** Of each block and arm the trial that came to an end; a trial cut off or broken by the harness counts only when there is no other. */
export function trialsOf(evidence: Evidence, arm: string): TrialEvidence[] {
  const byBlock = new Map<number, TrialEvidence>();
  for (const trial of evidence.trials) {
    if (trial.arm !== arm) continue;
    const known = byBlock.get(trial.block);
    if (known === undefined || (!ended(known) && ended(trial))) byBlock.set(trial.block, trial);
  }
  return [...byBlock.values()].sort((a, b) => a.index - b.index);
}

/** It says something of its arm: what was cut off, or broken by the harness, does not. */
export const ended = (trial: TrialEvidence): boolean => trial.outcome === "ok" || trial.outcome === "failed";
