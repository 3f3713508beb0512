/**
 * The closed model: N requests outstanding at any time, each sent when the one before is over. It measures what a fixed number of
 * patient clients see: while the target stalls they send nothing, so its quantiles hide stalls (the open model's do not).
 */
import { seeded } from "../../shared/random.ts";
import type { Job } from "../engine.ts";
import { thinkMs } from "../requests/think.ts";
import { backOff } from "../worker/back-off.ts";
import { phaseFinder, phaseStarts } from "../worker/phase-starts.ts";
import { Code } from "../worker/recorder.ts";
import { shareOf } from "../worker/share.ts";
import { later } from "./later.ts";
import type { Model } from "./model.ts";

export function loopClosed(options: {
  readonly job: Job;
  /** A client's turn. */
  readonly begin: (phase: number, due: number, client: number) => void;
  readonly sweep: () => void;
  readonly now: () => number;
}): Model {
  const { job, now } = options;
  const { promise: finished, resolve } = Promise.withResolvers<void>();
  const starts = phaseStarts(job.phases);
  const endMs = starts.at(-1) as number;
  const clients = job.phases.map((it) =>
    it.load.kind === "closed" ? shareOf(it.load.connections, job.worker, job.workers) : 0,
  );
  const patience = Array.from({ length: Math.max(...clients) }, backOff);
  /** Clients that have a request outstanding or are waiting to send one. */
  const busy = new Set<number>();
  const { think } = job.load;
  const random = seeded(job.seed, `think between ${job.worker}`);
  const thinksMs = think === undefined ? () => 0 : () => thinkMs(think, random);
  let phase = 0;

  const phaseAt = phaseFinder(job.phases);
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
    options.begin(phase, at, client);
  };
  const tick = () => {
    advance();
    options.sweep();
    if (now() >= endMs) return resolve();
    for (let client = 0; client < (clients[phase] as number); client++) {
      if (busy.has(client)) continue;
      busy.add(client);
      step(client);
    }
    const untilNext = (starts[phase + 1] as number) - now();
    setTimeout(tick, Math.max(1, Math.min(10, untilNext)));
  };
  // The caller holds the model before the first request is sent.
  setImmediate(tick);
  return {
    finished,
    poll: () => undefined,
    ended: (outcome, client) => {
      const its = patience[client] as ReturnType<typeof backOff>;
      const isAnswered = outcome <= Code.check;
      if (isAnswered) its.worked();
      const backOffMs = isAnswered || outcome === Code.timeout ? 0 : its.failed();
      const pauseMs = Math.max(backOffMs, thinksMs());
      if (pauseMs === 0) step(client);
      else later(now, now() + pauseMs, () => step(client));
    },
    left: (client) => void busy.delete(client),
    stays: (client, at) => at < endMs && client < (clients[phaseAt(at)] as number),
  };
}
