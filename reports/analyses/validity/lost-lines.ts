/** Cross-check of a trial's load: what the workers counted at their end against what the lines of the record add up to. */
import { outcomes } from "../../../runner/record/outcomes.ts";
import type { TrialEvidence } from "../../evidence/evidence.ts";

/**
 * Null when both agree, when the load was cut off (it has no totals then), and when a worker was lost: its totals are its own bins.
 * Counts the whole load: in histograms all that were due have an outcome.
 */
export function lostLines(trial: TrialEvidence): string | null {
  const totals = trial.events.findLast((it) => it.type === "load.done")?.totals;
  if (totals === undefined || trial.lostWorkers.length > 0) return null;
  const { due, counts } = trial.requests({ phases: trial.phases.map((it) => it.name), request: null });
  const sides = [
    { what: "due", counted: totals.due, recorded: due, from: "histograms" },
    { what: "due", counted: totals.due, recorded: sum(trial.bins.due), from: "bins" },
    { what: "ok", counted: totals.ok, recorded: sum(trial.bins.ok), from: "bins" },
    ...outcomes.map((it) => ({ what: it, counted: totals[it], recorded: counts[it], from: "histograms" })),
  ];
  const differs = sides.find((it) => it.counted !== undefined && it.counted !== it.recorded);
  return differs === undefined
    ? null
    : `in trial ${trial.index} the workers counted ${differs.counted} requests (${differs.what}), the ${differs.from} hold ${differs.recorded}`;
}

const sum = (column: Float64Array): number => column.reduce((total, it) => total + it, 0);
