/** What the workers of a load told of themselves, as one value per reading. */
import type { TrialEvidence } from "../../evidence/evidence.ts";
import { durationOf } from "../measure.ts";
import type { WorkerReadings } from "../parts.ts";

/** One worker in one trial. */
export interface TrialReadings extends WorkerReadings {
  readonly trial: number;
  /** Of all workers of the trial. */
  readonly sockets: number;
  readonly localPorts: number | null;
  /** Share of the time in which it was ready to run and had no CPU. */
  readonly waited: number | null;
  /** That it can send with; where one could use them all, its share of them. */
  readonly cores: number;
}

/** The median over the seconds of the load, so that one stall by a neighbour decides nothing; of what can run out the most. */
export function readingsOf(trial: TrialEvidence): TrialReadings[] {
  const lengthMs = durationOf(trial.phases);
  const workers = [...Map.groupBy(trial.self, (it) => it.worker)];
  const sockets = workers.reduce((sum, [, lines]) => sum + (most(lines.map((it) => it.connections)) ?? 0), 0);
  const declared = trial.declaration?.cores ?? 1;
  return workers.map(([worker, lines]) => {
    const sending = whileSending(lines, lengthMs);
    return {
      trial: trial.index,
      worker,
      cpu: middle(sending.map((it) => it.cpu)),
      loopP99: middle(sending.map((it) => it.loopP99)),
      lagP50: middle(sending.map((it) => it.lagP50)),
      lagP99: middle(sending.map((it) => it.lagP99)),
      waited: middle(sending.map((it) => it.waited ?? null)),
      inFlight: most(lines.map((it) => it.inFlight)),
      connections: most(lines.map((it) => it.connections)),
      descriptors: most(lines.map((it) => it.descriptors ?? null)),
      descriptorLimit: most(lines.map((it) => it.descriptorLimit ?? null)),
      rss: most(lines.map((it) => it.rss)),
      sockets,
      cores: declared > 1 ? declared / workers.length : declared,
      localPorts: most(lines.map((it) => it.localPorts ?? null)),
    };
  });
}

/** A line tells of the time since the one before. After the last request is due a worker only waits for answers, as long as the timeout. */
const whileSending = <Line extends { readonly t: number }>(lines: readonly Line[], lengthMs: number): Line[] =>
  lines.filter((_, i) => (lines[i - 1]?.t ?? 0) < lengthMs);

/** Of each worker the worst over trials, reading by reading. */
export function worstByWorker(all: readonly TrialReadings[]): WorkerReadings[] {
  return [...Map.groupBy(all, (it) => it.worker)]
    .sort(([a], [b]) => a - b)
    .map(([worker, its]) => {
      const worst = (of: Exclude<keyof WorkerReadings, "worker">) => most(its.map((it) => it[of]));
      return {
        worker,
        cpu: worst("cpu"),
        loopP99: worst("loopP99"),
        lagP50: worst("lagP50"),
        lagP99: worst("lagP99"),
        inFlight: worst("inFlight"),
        connections: worst("connections"),
        descriptors: worst("descriptors"),
        descriptorLimit: worst("descriptorLimit"),
        rss: worst("rss"),
      };
    });
}

const known = (values: readonly (number | null)[]): number[] => values.filter((it) => it !== null);

/** The lower median; null of none. */
export function middle(values: readonly (number | null)[]): number | null {
  const all = known(values).sort((a, b) => a - b);
  return all[Math.floor((all.length - 1) / 2)] ?? null;
}

export function most(values: readonly (number | null)[]): number | null {
  return known(values).reduce<number | null>((a, b) => Math.max(a ?? b, b), null);
}
