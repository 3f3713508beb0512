/** How much of the machine other programs took: what ran on it, less what this run is known to have used. */
import type { PhaseEvidence, Series, Span, TrialEvidence } from "../evidence/evidence.ts";
import { counterAt, increase } from "./counters.ts";
import { durationOf } from "./measure.ts";

/**
 * Share of all CPUs, at least 0; null where the machine was not sampled.
 *
 * @param cpus how many the machine has
 */
export function otherPrograms(trial: TrialEvidence, phases: readonly PhaseEvidence[], cpus: number): number | null {
  const ms = durationOf(phases);
  const [all] = trial.series("host.cpu").filter((it) => it.t.length > 1);
  if (all === undefined || ms <= 0) return null;
  const own =
    increase(trial.series("cpu.time"), phases, "zero") +
    increase(trial.series("cpu.children"), phases, "zero") +
    increase(trial.series("router.cpu"), phases, "zero") +
    meanOf(trial.series("harness.cpu"), phases) * ms +
    workerCores(trial, phases) * ms;
  return Math.max(0, (grown(all, phases) - own) / cpus / ms);
}

/** Of a counter that began long before. */
const grown = (series: Series, spans: readonly Span[]): number =>
  spans.reduce((sum, { start, end }) => {
    const first = series.x[0] ?? 0;
    return sum + counterAt(series, end, first) - counterAt(series, start, first);
  }, 0);

function meanOf(all: readonly Series[], spans: readonly Span[]): number {
  const values = all.flatMap(({ t, x }) => [...x].filter((_, i) => inside(t[i] as number, spans)));
  return mean(values);
}

/** Cores that all workers of the load used together. */
function workerCores({ self, loadStart }: TrialEvidence, spans: readonly Span[]): number {
  const own = self.filter((it) => inside(it.t + (loadStart ?? 0), spans));
  return [...Map.groupBy(own, (it) => it.worker).values()].reduce((sum, of) => sum + mean(of.map((it) => it.cpu)), 0);
}

const inside = (t: number, spans: readonly Span[]): boolean => spans.some(({ start, end }) => t > start && t <= end);

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, it) => sum + it, 0) / values.length;
