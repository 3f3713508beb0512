/** How evenly the instances of the target shared the requests, by the random sample that workers tell of every second. */
import { max, mean, min } from "simple-statistics";
import type { Evidence, TrialEvidence } from "../../evidence/evidence.ts";
import { where } from "../centers.ts";
import { phasesFor } from "../measure.ts";
import type { SectionTable } from "../section-tables.ts";

type Table = Extract<SectionTable, { kind: "spread" }>;

const judged = where("ready.min");

/** Null where the target has one instance, or nobody told who served what. */
export function spreadOverInstances(evidence: Evidence): Table | null {
  const arms = evidence.run.scenario.arms.flatMap(({ name: arm, load, targets }) => {
    const spec = targets.find((it) => it.name === load.target);
    if (spec?.kind !== "process" || spec.instances < 2) return [];
    const trials = evidence.trials
      .filter((it) => it.arm === arm && it.outcome === "ok")
      .map(servedInstances)
      .filter((it) => it.length > 0);
    if (trials.length === 0) return [];
    const instances = Array.from({ length: spec.instances }, (_, i) => {
      const instance = `${spec.name}-${i}`;
      const shares = trials.map((served) => served.filter((it) => it === instance).length / served.length);
      return { instance, center: mean(shares), low: min(shares), high: max(shares) };
    });
    return [{ arm, trials: trials.length, sampled: trials.flat().length, instances }];
  });
  return arms.length === 0 ? null : { kind: "spread", arms };
}

/** Who served each sampled request of the judged phases. */
function servedInstances(trial: TrialEvidence): string[] {
  const phases = new Set(phasesFor(trial, judged).map((it) => it.name));
  return trial.singles.flatMap(({ random, phase, port, due, sent }) => {
    if (random !== true || port === null || !phases.has(phase)) return [];
    return trial.servedBy(port, (trial.loadStart ?? 0) + (sent ?? due)) ?? [];
  });
}
