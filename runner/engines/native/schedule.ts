/** When requests are due in the open model. All workers together follow the schedule exactly; times are ms since the load's start. */
import type { LoadModel } from "../../record/scenario.ts";
import { type Random, seeded } from "../../shared/random.ts";
import type { Job, JobPhase } from "../engine.ts";
import { phaseStarts } from "../worker/phase-starts.ts";

export type Spacing = Extract<LoadModel, { kind: "open" }>["spacing"];

export interface Arrival {
  readonly at: number;
  /** Index of the phase. */
  readonly phase: number;
}

/** The arrivals of one worker, in order, over all phases. Phases of a closed model have none. */
export function* arrivals(job: Job, spacing: Spacing): Generator<Arrival> {
  const starts = phaseStarts(job.phases);
  for (const [phase, it] of job.phases.entries()) {
    const offset = starts[phase] as number;
    const random = seeded(job.seed, `arrivals ${phase} ${job.worker}`);
    for (const at of phaseArrivals(it, spacing, job.worker, job.workers, random)) yield { at: offset + at, phase };
  }
}

/**
 * One worker's arrivals within a phase, ms since its start.
 *
 * With `expected(t)` requests expected by t, even spacing puts the k-th where expected is k + 1/2, and worker i takes each n-th of
 * them. Poisson: n independent processes of a n-th of the rate add up to one; each is a process of rate 1 on the scale of
 * `expected` (time change, Çinlar 1975), which also makes ramps right.
 */
export function* phaseArrivals(
  phase: JobPhase,
  spacing: Spacing,
  worker: number,
  workers: number,
  random: Random,
): Generator<number> {
  if (phase.load.kind !== "open") return;
  const { from, to } = phase.load;
  const share = spacing === "even" ? 1 : workers;
  const step = spacing === "even" ? () => workers : () => -Math.log(1 - random());
  let reached = spacing === "even" ? worker + 0.5 : step();
  for (;;) {
    const at = timeOf(reached * share, from, to, phase.durationMs);
    if (!(at < phase.durationMs)) return;
    yield at;
    reached += step();
  }
}

/**
 * The time in ms at which `count` requests are expected, for a rate that goes linearly from `from` to `to` (1/s) over `durationMs`;
 * Infinity when the ramp never gets there. Inverse of from·t + (to − from)·t²/(2·duration), in the form that is stable for both
 * signs and for no slope.
 */
export function timeOf(count: number, from: number, to: number, durationMs: number): number {
  const perMs = from / 1000;
  const slope = (to - from) / 1000 / durationMs;
  const inside = perMs * perMs + 2 * slope * count;
  if (inside < 0) return Number.POSITIVE_INFINITY;
  const below = perMs + Math.sqrt(inside);
  return below > 0 ? (2 * count) / below : Number.POSITIVE_INFINITY;
}
