/**
 * The closed model: N requests outstanding at any time, each sent when the one before is over. It measures what a fixed number of
 * patient clients see: while the target stalls they send nothing, so its quantiles hide stalls (the open model's do not).
 */
import type { Job } from "../engine.ts";
import { Code, phaseStarts, type Recorder } from "../worker/recorder.ts";
import type { Pool } from "./pool.ts";

/** After a failure a client waits, twice as long each time in a row, so that a refused port makes no busy loop. */
const backOffMs = { first: 5, longest: 250 };

export interface ClosedLoop {
  /** A client's request is over: its next one follows. */
  readonly over: (outcome: number) => void;
  readonly finished: Promise<void>;
}

export function loopClosed(options: {
  readonly job: Job;
  readonly choose: () => number;
  readonly pool: Pool;
  readonly recorder: Recorder;
  readonly now: () => number;
}): ClosedLoop {
  const { job, pool, recorder, now } = options;
  const { promise: finished, resolve } = Promise.withResolvers<void>();
  const starts = phaseStarts(job.phases);
  const endMs = starts.at(-1) as number;
  const clients = job.phases.map((it) =>
    it.load.kind === "closed" ? shareOf(it.load.connections, job.worker, job.workers) : 0,
  );
  let phase = 0;
  let active = 0;
  let failuresInARow = 0;

  const advance = () => {
    while (phase < job.phases.length - 1 && now() >= (starts[phase + 1] as number)) phase++;
  };
  const start = () => {
    const at = now();
    recorder.due(at);
    pool.send(phase, options.choose(), at);
  };
  /** One client: sends its next request, or leaves when its phase has fewer clients or the load is over. */
  const step = () => {
    advance();
    if (now() >= endMs || active > (clients[phase] as number)) active--;
    else start();
  };
  const tick = () => {
    advance();
    pool.sweep();
    if (now() >= endMs) return resolve();
    while (active < (clients[phase] as number)) {
      active++;
      start();
    }
    const untilNext = (starts[phase + 1] as number) - now();
    setTimeout(tick, Math.max(1, Math.min(10, untilNext)));
  };
  // The caller holds `over` before the first request is sent.
  setImmediate(tick);
  return {
    finished,
    over: (outcome) => {
      if (outcome <= Code["5xx"]) failuresInARow = 0;
      if (outcome <= Code["5xx"] || outcome === Code.timeout) return step();
      failuresInARow++;
      setTimeout(step, delayAfter(failuresInARow / Math.max(1, active)));
    },
  };
}

/** @param rounds how often every client failed in a row */
const delayAfter = (rounds: number): number => Math.min(backOffMs.longest, backOffMs.first * 2 ** Math.floor(rounds));

/** The part of `total` that worker i of n takes; the parts add up. */
export const shareOf = (total: number, worker: number, workers: number): number =>
  Math.floor(total / workers) + (worker < total % workers ? 1 : 0);
