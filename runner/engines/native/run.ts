/** The native engine in a worker: sockets of its own, open and closed model. */
import type { ConnectionOptions } from "node:tls";
import type { RequestSpec } from "../../record/scenario.ts";
import { toLine } from "../../shared/lines.ts";
import { seeded } from "../../shared/random.ts";
import { tlsOptions } from "../../shared/tls.ts";
import type { Job } from "../engine.ts";
import { histogramError } from "../worker/counts.ts";
import { startFlusher } from "../worker/flusher.ts";
import { outOfResources } from "../worker/own-limits.ts";
import { phaseStarts } from "../worker/phase-starts.ts";
import type { Say, WorkerEngine, WorkerProcess } from "../worker/protocol.ts";
import { binMs, createRecorder } from "../worker/recorder.ts";
import { watchSelf } from "../worker/self.ts";
import { shareOf } from "../worker/share.ts";
import { countTroubles } from "../worker/troubles.ts";
import { until } from "../worker/until.ts";
import { loopClosed } from "./closed.ts";
import { isPlain, preparePlain } from "./content.ts";
import { createHttp1Pool } from "./http1/pool.ts";
import { renderHttp1 } from "./http1/render.ts";
import { createHttp2Pool } from "./http2/pool.ts";
import { renderHttp2 } from "./http2/render.ts";
import type { Model } from "./model.ts";
import { paceOpen } from "./open.ts";
import type { Pool, PoolOptions, Rendered } from "./pool.ts";
import { arrivals } from "./schedule.ts";
import { prepareVisits } from "./visits.ts";
import { warmUp } from "./warm-up.ts";

/** What depends on the protocol. */
function speaking({ load, address, worker, workers }: Job): {
  readonly create: (options: PoolOptions) => Pool;
  readonly tls: ConnectionOptions | null;
  readonly rendered: (request: RequestSpec) => Rendered;
} {
  const { http2 } = load;
  const tls = load.tls === undefined ? null : tlsOptions(load.tls, http2 === undefined ? "http/1.1" : "h2");
  if (http2 === undefined) return { create: createHttp1Pool, tls, rendered: (it) => renderHttp1(it, address) };
  const connections = Math.max(1, shareOf(http2.connections ?? 1, worker, workers));
  return {
    create: (options) => createHttp2Pool(options, connections),
    tls,
    rendered: (it) => renderHttp2(it, address, tls === null ? "http" : "https"),
  };
}

/** How long after the last timeout an answer may still be on its way through the event loop, ms. */
const graceMs = 250;

export async function prepareNative(job: Job, say: Say, around: WorkerProcess): Promise<WorkerEngine> {
  const { declaration, ...engine } = prepare(job, say, around);
  const warmedUp = await warmUp(job, (its) => prepare(its, unheard(around), around).go(around.now()));
  return { ...engine, declaration: { ...declaration, warmedUp } };
}

/** Says nothing, in the way in which a line is said: what writes to a socket is to have met the worker's output, too. */
const unheard =
  ({ stdout }: WorkerProcess): Say =>
  (line) => {
    toLine(line);
    stdout.write("");
  };

function prepare(job: Job, say: Say, around: WorkerProcess): WorkerEngine {
  const { load, phases } = job;
  const { create, tls, rendered } = speaking(job);
  const recorder = createRecorder(
    phases,
    load.requests.map((it) => it.name),
    seeded(job.seed, `reservoir ${job.worker}`),
  );
  const troubles = countTroubles();
  const content = isPlain(load) ? preparePlain(job, rendered) : prepareVisits(job, rendered);

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
    const pool = create({
      address: job.address,
      tls,
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
      trouble: troubles.add,
      exhausted: ({ message }) => exhausted.reject(outOfResources(message)),
    });
    await until(now, 0);
    const flusher = startFlusher(
      function* () {
        yield* recorder.flush();
        yield* traffic.flush();
        yield* troubles.flush();
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
    traffic.close();
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
