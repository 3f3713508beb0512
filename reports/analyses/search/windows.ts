/** The windows of a soak, each as if it were a trial of its own. */
import type { PhaseEvidence, TrialEvidence } from "../../evidence/evidence.ts";

export function windowsOf(trial: TrialEvidence): TrialEvidence[] {
  const numbers = [...new Set(trial.phases.flatMap((it) => it.window ?? []))].sort((a, b) => a - b);
  return numbers.map((number) => windowOf(trial, number));
}

function windowOf(trial: TrialEvidence, number: number): TrialEvidence {
  const own = trial.phases.filter((it) => it.window === number);
  const journaled = new Map(own.map((it) => [it.of ?? it.name, it.name]));
  const phases = own.map((it): PhaseEvidence => ({ ...it, name: it.of ?? it.name }));
  const recorded = (names: readonly string[]) => names.flatMap((name) => journaled.get(name) ?? []);
  return {
    ...trial,
    phases,
    requests: (select) => trial.requests({ ...select, phases: recorded(select.phases) }),
    measured: (metric, names) => trial.measured(metric, recorded(names)),
  };
}
