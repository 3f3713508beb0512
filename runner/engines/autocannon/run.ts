/** autocannon in a worker: its closed loop on a single thread, guarded, recorded with our histograms. */
import { authority } from "../../shared/address.ts";
import { seeded } from "../../shared/random.ts";
import type { Job } from "../engine.ts";
import { histogramError } from "../worker/counts.ts";
import { startFlusher } from "../worker/flusher.ts";
import { outOfResources } from "../worker/own-limits.ts";
import { phaseFinder } from "../worker/phase-starts.ts";
import type { Say, WorkerEngine, WorkerProcess } from "../worker/protocol.ts";
import { binMs, Code, createRecorder } from "../worker/recorder.ts";
import { watchSelf } from "../worker/self.ts";
import { until } from "../worker/until.ts";
import { autocannon, type Options } from "./client.ts";
import { guard, type Sent } from "./guard.ts";
import { type Stretch, stretches } from "./stretches.ts";

/** How often autocannon looks whether it was stopped, ms. */
const sampleIntMs = 50;

export async function prepareAutocannon(job: Job, say: Say, around: WorkerProcess): Promise<WorkerEngine> {
  const { load, phases, address } = job;
  const recorder = createRecorder(
    phases,
    load.requests.map((it) => it.name),
    seeded(job.seed, `reservoir ${job.worker}`),
  );
  const phaseOf = phaseFinder(phases);

  const go = async (atMs: number) => {
    const zero = performance.now() + (atMs - around.now());
    const now = () => performance.now() - zero;
    const self = watchSelf(around);
    const outstanding = new Set<Sent>();
    const exhausted = Promise.withResolvers<never>();
    let connections = 0;
    const finish = (it: Sent, outcome: number, end: number, port: number | null) => {
      outstanding.delete(it);
      const sent = outcome === Code.connect ? Number.NaN : it.due;
      recorder.finished(phaseOf(it.due), it.request, outcome, it.due, sent, end, port);
    };
    const run = async (stretch: Stretch) => {
      await until(now, stretch.from);
      if (stretch.connections === 0) return until(now, stretch.to);
      const mine = new Set<Sent>();
      const options: Options = {
        url: `http://${authority(address)}`,
        connections: stretch.connections,
        // Ended by `stop`, well before.
        duration: (stretch.to - stretch.from + load.timeoutMs) / 1000 + 60,
        timeout: Math.max(1, load.timeoutMs / 1000),
        sampleInt: sampleIntMs,
        requests: load.requests.map((it) => ({
          method: it.method,
          path: it.path,
          headers: it.headers,
          ...(it.body === null ? {} : { body: it.body }),
        })),
        setupClient: (client) =>
          guard(client, load.timeoutMs, {
            now,
            goesOn: () => now() < stretch.to,
            sent: (it) => {
              mine.add(it);
              outstanding.add(it);
              recorder.due(it.due);
            },
            over: (it, outcome, end, port) => {
              mine.delete(it);
              finish(it, outcome, end, port);
            },
            exhausted: ({ message }) => exhausted.reject(outOfResources(message)),
          }),
      };
      const running = autocannon(options);
      connections += stretch.connections;
      await until(now, stretch.to);
      while (mine.size > 0 && now() < stretch.to + load.timeoutMs) await until(now, now() + 5);
      for (const it of mine) finish(it, Code.lost, now(), null);
      running.stop();
      await running;
      connections -= stretch.connections;
    };
    await until(now, 0);
    const flusher = startFlusher(recorder.flush, () => self.line(now(), outstanding.size, connections), say);
    await Promise.race([Promise.all(stretches(job).map(run)), exhausted.promise]);
    await flusher.finish();
    self.stop();
    return recorder.totals();
  };
  return { declaration: { stamp: "sent", binMs, histogramError, lacks: {} }, go, slow: recorder.slowerThan };
}
