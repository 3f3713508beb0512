/** The native engine in a worker: sockets of its own, open and closed model. */
import { seeded } from "../../shared/random.ts";
import type { Job } from "../engine.ts";
import { histogramError } from "../worker/counts.ts";
import { startFlusher } from "../worker/flusher.ts";
import type { Say, WorkerEngine, WorkerProcess } from "../worker/protocol.ts";
import { binMs, createRecorder, phaseStarts } from "../worker/recorder.ts";
import { watchSelf } from "../worker/self.ts";
import { shareOf } from "../worker/share.ts";
import { until } from "../worker/until.ts";
import { loopClosed } from "./closed.ts";
import { messagesOf } from "./messages.ts";
import { paceOpen } from "./open.ts";
import { createPool } from "./pool.ts";
import { chooser, render } from "./requests.ts";
import { arrivals } from "./schedule.ts";
import { warmUp } from "./warm-up.ts";

/** How long after the last timeout an answer may still be on its way through the event loop, ms. */
const graceMs = 250;

export async function prepareNative(job: Job, say: Say, around: WorkerProcess): Promise<WorkerEngine> {
  const { load, phases } = job;
  await warmUp();
  const recorder = createRecorder(
    phases,
    load.requests.map((it) => it.name),
    seeded(job.seed, `reservoir ${job.worker}`),
  );
  const message = messagesOf(job, (it) => render(it, job.address));
  const choose = chooser(
    load.requests.map((it) => it.weight),
    seeded(job.seed, `requests ${job.worker}`),
  );

  const go = async (atMs: number) => {
    // performance.now() is several times cheaper than the shared clock, and ticks at the same rate.
    const zero = performance.now() + (atMs - around.now());
    const now = () => performance.now() - zero;
    const self = watchSelf(around);
    const exhausted = Promise.withResolvers<never>();
    let afterwards: (outcome: number, client: number) => void = () => undefined;
    const pool = createPool({
      address: job.address,
      message,
      timeoutMs: load.timeoutMs,
      keepAlive: load.keepAlive,
      recorder,
      now,
      lag: load.model.kind === "open" ? self.lag : () => undefined,
      over: (outcome, client) => afterwards(outcome, client),
      exhausted: (cause) =>
        exhausted.reject(new Error(`out of descriptors, local ports or memory: ${cause.message}`, { cause })),
    });
    await until(now, 0);
    const flusher = startFlusher(recorder.flush, () => self.line(now(), pool.inFlight(), pool.connections()), say);
    const endMs = phaseStarts(phases).at(-1) as number;
    const common = { choose, pool, recorder, now };
    let finished: Promise<void>;
    if (load.model.kind === "open") {
      const pacer = paceOpen({
        ...common,
        schedule: arrivals(job, load.model.spacing),
        endMs,
        maxInFlight: shareOf(load.maxInFlight, job.worker, job.workers),
      });
      afterwards = pacer.poll;
      finished = pacer.finished;
    } else {
      const loop = loopClosed({ ...common, job });
      afterwards = loop.over;
      finished = loop.finished;
    }
    await Promise.race([finished, exhausted.promise]);
    while (pool.inFlight() > 0 && now() < endMs + load.timeoutMs + graceMs) {
      pool.sweep();
      await until(now, now() + 5);
    }
    pool.close();
    await flusher.finish();
    self.stop();
    return recorder.totals();
  };
  return {
    declaration: { stamp: load.model.kind === "open" ? "intended" : "sent", binMs, histogramError, lacks: {} },
    go,
    slow: recorder.slowerThan,
  };
}
