/**
 * The closed model: N requests outstanding at any time, each sent when the one before is over. It measures what a fixed number of
 * patient clients see: while the target stalls they send nothing, so its quantiles hide stalls (the open model's do not).
 */
import type { Job } from "../engine.ts";
import { backOff } from "../worker/back-off.ts";
import { Code, phaseStarts, type Recorder } from "../worker/recorder.ts";
import { shareOf } from "../worker/share.ts";
import type { Pool } from "./pool.ts";

export interface ClosedLoop {
  /** A client's request is over: its next one follows, after a pause when there was no answer. */
  readonly over: (outcome: number, client: number) => void;
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
  const patience = Array.from({ length: Math.max(...clients) }, backOff);
  /** Clients that have a request outstanding or are waiting to send one. */
  const busy = new Set<number>();
  let phase = 0;

  const advance = () => {
    while (phase < job.phases.length - 1 && now() >= (starts[phase + 1] as number)) phase++;
  };
  /** A client sends its next request, or leaves when its phase has fewer clients or the load is over. */
  const step = (client: number) => {
    advance();
    const at = now();
    if (at >= endMs || client >= (clients[phase] as number)) {
      busy.delete(client);
      return;
    }
    recorder.due(at);
    pool.send(phase, options.choose(), at, client);
  };
  const tick = () => {
    advance();
    pool.sweep();
    if (now() >= endMs) return resolve();
    for (let client = 0; client < (clients[phase] as number); client++) {
      if (busy.has(client)) continue;
      busy.add(client);
      step(client);
    }
    const untilNext = (starts[phase + 1] as number) - now();
    setTimeout(tick, Math.max(1, Math.min(10, untilNext)));
  };
  // The caller holds `over` before the first request is sent.
  setImmediate(tick);
  return {
    finished,
    over: (outcome, client) => {
      const its = patience[client] as ReturnType<typeof backOff>;
      if (outcome <= Code["5xx"]) its.worked();
      if (outcome <= Code["5xx"] || outcome === Code.timeout) step(client);
      else setTimeout(step, its.failed(), client);
    },
  };
}
