/** The native engine in a worker: sockets of its own, open and closed model. */
import type { RequestSpec } from "../../record/scenario.ts";
import { seeded } from "../../shared/random.ts";
import type { Job } from "../engine.ts";
import { histogramError } from "../worker/counts.ts";
import { startFlusher } from "../worker/flusher.ts";
import { phaseStarts } from "../worker/phase-starts.ts";
import type { Say, WorkerEngine, WorkerProcess } from "../worker/protocol.ts";
import { binMs, createRecorder } from "../worker/recorder.ts";
import { watchSelf } from "../worker/self.ts";
import { shareOf } from "../worker/share.ts";
import { until } from "../worker/until.ts";
import { loopClosed } from "./closed.ts";
import { isPlain, preparePlain } from "./content.ts";
import type { Model } from "./model.ts";
import { paceOpen } from "./open.ts";
import { createPool } from "./pool.ts";
import { render } from "./requests.ts";
import { arrivals } from "./schedule.ts";
import { prepareVisits } from "./visits.ts";
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
  const rendering = (request: RequestSpec) => render(request, job.address);
  const content = isPlain(load) ? preparePlain(job, rendering) : prepareVisits(job, rendering);

  const go = async (atMs: number) => {
    // performance.now() is several times cheaper than the shared clock, and ticks at the same rate.
    const zero = performance.now() + (atMs - around.now());
    const now = () => performance.now() - zero;
    const self = watchSelf(around);
    const exhausted = Promise.withResolvers<never>();
    const endMs = phaseStarts(phases).at(-1) as number;
    const maxInFlight = shareOf(load.maxInFlight, job.worker, job.workers);
    const hasRoom = () => load.model.kind === "closed" || pool.inFlight() < maxInFlight;
    let model: Model;
    const traffic = content({
      recorder,
      now,
      send: (phase, request, due, slot) => pool.send(phase, request, due, slot),
      hasRoom,
      stays: (slot, at) => model.stays(slot, at),
      ended: (outcome, slot) => model.ended(outcome, slot),
      left: (slot) => model.left(slot),
    });
    const pool = createPool({
      address: job.address,
      message: traffic.message,
      ...(traffic.reading === undefined ? {} : { reading: traffic.reading }),
      timeoutMs: load.timeoutMs,
      keepAlive: load.keepAlive,
      recorder: traffic.recorder,
      now,
      lag: load.model.kind === "open" ? self.lag : () => undefined,
      over: (outcome, slot) => {
        traffic.over(outcome, slot);
        model.poll();
      },
      exhausted: (cause) =>
        exhausted.reject(new Error(`out of descriptors, local ports or memory: ${cause.message}`, { cause })),
    });
    await until(now, 0);
    const flusher = startFlusher(
      function* () {
        yield* recorder.flush();
        yield* traffic.flush();
      },
      () => self.line(now(), pool.inFlight(), pool.connections()),
      say,
    );
    const common = { begin: traffic.begin, sweep: pool.sweep, now };
    model =
      load.model.kind === "open"
        ? paceOpen({ ...common, drop: traffic.drop, hasRoom, endMs, schedule: arrivals(job, load.model.spacing) })
        : loopClosed({ ...common, job });
    await Promise.race([model.finished, exhausted.promise]);
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
