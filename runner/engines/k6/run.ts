/** k6 in a worker: one k6 process, started and paused before the load, given the word when it begins, heard to its end. */
import type { Host } from "../../shared/host.ts";
import { seeded } from "../../shared/random.ts";
import type { Job } from "../engine.ts";
import { chooser } from "../native/requests.ts";
import { startFlusher } from "../worker/flusher.ts";
import type { Say, WorkerEngine, WorkerProcess } from "../worker/protocol.ts";
import { watchSelf } from "../worker/self.ts";
import { until } from "../worker/until.ts";
import { freePort, k6Api } from "./api.ts";
import { startK6 } from "./child.ts";
import { failureOf, remarkOf } from "./exits.ts";
import { findK6 } from "./find.ts";
import { bucketWidth } from "./native-histogram.ts";
import { startReceiver } from "./receiver.ts";
import { generatedScript } from "./script.ts";
import { usageOf } from "./self.ts";
import { createStream, pushEveryMs } from "./stream.ts";
import { createTally } from "./tally.ts";

const binMs = 1000;

export interface Around {
  readonly own: WorkerProcess;
  readonly host: Host;
  /** Called when the worker ends, however it does. */
  readonly atExit: (act: () => void) => void;
}

export async function prepareK6(job: Job, say: Say, { own, host, atExit }: Around): Promise<WorkerEngine> {
  const { load, phases, worker, workers } = job;
  const k6 = findK6(host.env, host.cwd);
  if (typeof k6 === "string") throw new Error(k6);
  const tally = createTally(phases, binMs);
  const names = new Set(phases.map((it) => it.name));
  const draw = chooser(
    load.requests.map((it) => it.weight),
    seeded(job.seed, `unsent ${worker}`),
  );
  const stream = createStream(
    tally,
    ({ scenario }) => (names.has(scenario) ? scenario : null),
    () => load.requests[draw()]?.name ?? "",
  );
  let zero = Number.POSITIVE_INFINITY;
  let fault: unknown = null;
  const broken = (error: unknown) => {
    fault ??= error;
  };
  const receiver = await startReceiver((series) => stream.push(series, own.now() - zero), broken);
  const apiPort = await freePort();
  const child = startK6(host, {
    ...{ k6, script: generatedScript(job), cwd: host.cwd, apiPort, worker, workers },
    output: {
      name: "experimental-prometheus-rw",
      env: {
        K6_PROMETHEUS_RW_SERVER_URL: receiver.url,
        K6_PROMETHEUS_RW_PUSH_INTERVAL: `${pushEveryMs}ms`,
        K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: "true",
        // Its last word: without it, what ends in the millisecond of the last push is never told.
        K6_PROMETHEUS_RW_STALE_MARKERS: "true",
      },
    },
  });
  atExit(child.kill);
  const api = k6Api(apiPort, host.clock);
  const early = child.ended.then((end) => {
    throw new Error(`${failureOf(end) ?? "k6 ended before the load"}: ${child.log.errors()}`);
  });
  early.catch(() => undefined);
  await Promise.race([api.loaded(), early]);

  let startedLateMs = 0;
  const remarks: string[] = [];
  const go = async (atMs: number) => {
    zero = atMs;
    const now = () => own.now() - zero;
    const self = watchSelf(usageOf(own, child.pid));
    await until(now, 0);
    const asked = now();
    await Promise.race([api.start(), early]);
    startedLateMs = (asked + now()) / 2;
    const flusher = startFlusher(
      tally.flush,
      () => self.line(Math.max(0, stream.toldUntil()), stream.users(), stream.users()),
      say,
    );
    const end = await child.ended;
    const failure = failureOf(end);
    if (failure !== null) throw new Error(`${failure}: ${child.log.errors()}`);
    if (fault !== null) throw fault;
    const lost = child.log.lostSamples();
    if (lost !== null || !stream.isWhole())
      throw new Error(`k6 did not tell all of its samples: ${lost ?? "its last word is missing"}`);
    receiver.close();
    await flusher.finish();
    self.stop();
    const remark = remarkOf(end);
    remarks.push(...(remark === null ? [] : [remark]), ...child.log.remarks());
    return tally.totals();
  };

  return {
    declaration: { stamp: "end", binMs, histogramError: bucketWidth, lacks: {} },
    go,
    slow: tally.slowerThan,
    closing: () => ({ lacks: lacksOf(stream.droppedIterations(), load.maxInFlight), remarks, startedLateMs }),
  };
}

/** What was not sent is missing among the latencies, the slow ones first: a quantile of the rest says nothing. */
const lacksOf = (dropped: number, vus: number): Record<string, string> =>
  dropped === 0
    ? {}
    : {
        latency: `k6 dropped ${dropped} iterations because its ${vus} virtual users were all busy: raise maxInFlight, or lower the rate`,
      };
