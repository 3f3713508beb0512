/** What keeps a condition from being decided although there are numbers: a quantile from too few requests, or trials without one. */
import type { Condition } from "../../runner/record/scenario.ts";
import { lacking } from "../analyses/measure.ts";
import { EXCEEDANCES } from "./limits.ts";
import { dueOf, type Sample } from "./samples.ts";

/**
 * A quantile may decide only when enough requests lie beyond it in a trial.
 * Compared with the mean over trials, half a request below: random arrivals must not flip a load that just suffices.
 */
export function tooFewRequests(condition: Condition, samples: readonly Sample[]): string | null {
  const quantile = /^(?:latency|service)\.p(\d+(?:\.\d+)?)$/.exec(condition.metric)?.[1];
  const trials = samples.filter(({ scalar }) => scalar.kind === "value").map(({ trial }) => trial);
  if (quantile === undefined || trials.length === 0) return null;
  const beyond = 1 - Number(quantile) / 100;
  const due = trials.reduce((sum, trial) => sum + dueOf(trial, condition), 0) / trials.length;
  if (due * beyond >= EXCEEDANCES - 0.5) return null;
  const need = Math.round(EXCEEDANCES / beyond);
  return `p${quantile} of ${Math.round(due)} requests a trial is left to chance: ${need} are needed to decide by it; lengthen the phase, raise the rate, or mark it advisory: true`;
}

/** Where the generator could not give a metric in some trials, that had to do with its value: the other trials are a choice. */
export function lackingInSome({ metric }: Condition, samples: readonly Sample[]): string | null {
  const reasons = samples.flatMap(({ trial }) => lacking(trial, metric) ?? []);
  if (reasons.length === 0) return null;
  return `${reasons.length} of ${samples.length} trials have no ${metric}: ${[...new Set(reasons)].join("; ")}`;
}
