/** What keeps a condition from being decided although there are numbers: a quantile from too few requests, or trials without one. */
import type { Metric } from "../../../runner/record/metrics.ts";
import type { Condition } from "../../../runner/record/scenario.ts";
import { formatValue } from "../../../runner/shared/format.ts";
import { lacking } from "../../analyses/measure.ts";
import { EXCEEDANCES } from "../inference/limits.ts";
import { countsOf, dueOf, type Sample } from "./samples.ts";

/**
 * A quantile may decide only when enough requests lie beyond it in a trial.
 * Compared with the mean over trials, half a request below: random arrivals must not flip a load that just suffices.
 */
export function tooFewRequests(condition: Condition, samples: readonly Sample[]): string | null {
  const trials = samples.filter(({ scalar }) => scalar.kind === "value").map(({ trial }) => trial);
  if (trials.length === 0) return null;
  return leftToChance(
    condition.metric,
    trials.reduce((sum, trial) => sum + dueOf(trial, condition), 0) / trials.length,
  );
}

/** Why a quantile of so many requests a trial (their mean) does not decide; null when it does, and for any other metric. */
export function leftToChance(metric: string, due: number): string | null {
  const quantile = /^(?:latency|service)\.p(\d+(?:\.\d+)?)$/.exec(metric)?.[1];
  if (quantile === undefined) return null;
  const beyond = 1 - Number(quantile) / 100;
  if (due * beyond >= EXCEEDANCES - 0.5) return null;
  const need = Math.round(EXCEEDANCES / beyond);
  return `p${quantile} of ${Math.round(due)} requests a trial is left to chance: ${need} are needed to decide by it; lengthen the phase, raise the rate, or mark it advisory: true`;
}

/**
 * Flows that the end of the load cut off were more often slow ones than quick ones: where they could move a quantile by half of what
 * lies beyond it, the rest does not decide it.
 */
export function cutOff(condition: Condition, samples: readonly Sample[]): string | null {
  const [, what = ""] = /^(?:latency|service)\.(.+)$/.exec(condition.metric) ?? [];
  if (what === "") return null;
  const counts = samples.map(({ trial }) => countsOf(trial, condition));
  const cut = counts.reduce((sum, it) => sum + it.cut, 0);
  const begun = counts.reduce((sum, it) => sum + it.cut + it.due, 0);
  const beyond = what.startsWith("p") ? 1 - Number(what.slice(1)) / 100 : MEAN_CUT * 2;
  if (cut === 0 || cut <= (begun * beyond) / 2) return null;
  return `the end of the load cut off ${cut} of ${begun} flows, the slow ones sooner than the quick: let a phase follow in which they can end, or mark it advisory: true`;
}

/** Share of flows cut off that a mean or a maximum bears. */
const MEAN_CUT = 0.01;

/** Where the generator could not give a metric in some trials, that had to do with its value: the other trials are a choice. */
export function lackingInSome({ metric }: Condition, samples: readonly Sample[]): string | null {
  const reasons = samples.flatMap(({ trial }) => lacking(trial, metric) ?? []);
  if (reasons.length === 0) return null;
  return `${reasons.length} of ${samples.length} trials have no ${metric}: ${[...new Set(reasons)].join("; ")}`;
}

/** Finer histograms are exact to any condition that somebody would write. */
const fineEnough = 0.01;

/**
 * A quantile from histograms is off by the width of a bucket at most, and not by chance: what lies nearer to a bound, or a smaller
 * margin, can't be decided by any number of trials. Margins in percent are refused before the run.
 */
export function tooCoarse(
  condition: Condition,
  metric: Pick<Metric, "kind">,
  samples: readonly Sample[],
): string | null {
  if (metric.kind !== "latency") return null;
  const width = Math.max(0, ...samples.map(({ trial }) => trial.declaration?.histogramError ?? 0));
  const values = samples.flatMap(({ scalar }) => (scalar.kind === "value" ? [scalar.value] : []));
  if (width <= fineEnough || values.length === 0) return null;
  const steps = `the load tells latencies in steps of ${formatValue(width, "ratio")}`;
  const advice = "load.exact: true tells every request";
  const center = values.reduce((sum, it) => sum + it, 0) / values.length;
  const bound = condition.max ?? condition.min;
  if (bound !== null)
    return Math.abs(center - bound) < width * bound ? `${steps}, and the bound is nearer than one; ${advice}` : null;
  const { margin } = condition;
  return margin?.kind === "absolute" && margin.value < width * center
    ? `${steps}, which are wider than the margin; ${advice}`
    : null;
}
