/** k6 in a worker: one k6 process, started and paused before the load, given the word when it begins, heard to its end. */
import { availableParallelism } from "node:os";
import type { ScriptThreshold } from "../../record/script-threshold.ts";
import type { Host } from "../../shared/host.ts";
import { freePort } from "../../shared/ports.ts";
import { seeded } from "../../shared/random.ts";
import type { Job } from "../engine.ts";
import { histogramError } from "../worker/counts.ts";
import { startFlusher } from "../worker/flusher.ts";
import { outOfResources } from "../worker/own-limits.ts";
import { phaseStarts } from "../worker/phase-starts.ts";
import type { Say, WorkerEngine, WorkerProcess } from "../worker/protocol.ts";
import { Code, createRecorder } from "../worker/recorder.ts";
import { watchSelf } from "../worker/self.ts";
import { until } from "../worker/until.ts";
import { k6Api } from "./api.ts";
import { shortOf } from "./begun.ts";
import { startK6 } from "./child.ts";
import { csvOutput } from "./exact.ts";
import { failureOf, remarkOf } from "./exits.ts";
import { findK6 } from "./find.ts";
import { inspectScript } from "./inspect.ts";
import { createIntake } from "./intake.ts";
import { createMeasured } from "./measured.ts";
import { createNames } from "./names.ts";
import { bucketWidth } from "./native-histogram.ts";
import type { LoadClock } from "./output.ts";
import { scriptEnv, scriptFor } from "./script.ts";
import { usageOf } from "./self.ts";
import { watchSpoken } from "./spoken.ts";
import { remoteWrite } from "./stream.ts";
import { judgeThresholds } from "./thresholds.ts";
import { configOf } from "./transport.ts";

interface Around {
  readonly own: WorkerProcess;
  readonly host: Host;
  /** Called when the worker ends, however it does. */
  readonly atExit: (act: () => void) => void;
}

export async function prepareK6(job: Job, say: Say, { own, host, atExit }: Around): Promise<WorkerEngine> {
  const { load, phases, worker, workers, address } = job;
  const k6 = findK6(host.env);
  if (typeof k6 === "string") throw new Error(k6);
  const exact = load.exact === true;
  const binMs = exact ? 100 : 1000;
  const endMs = phaseStarts(phases).at(-1) as number;
  let zero = Number.POSITIVE_INFINITY;
  const now = () => own.now() - zero;
  const clock: LoadClock = {
    now,
    atWall: (us) => us / 1000 - (performance.timeOrigin + performance.now()) + now(),
  };
  const names = createNames(job);
  const rng = exact ? seeded(job.seed, `reservoir ${worker}`) : null;
  const recorder = createRecorder(phases, names.list, rng, { stamp: "end", binMs, mostNames: names.most });
  const measured = createMeasured(phases);
  const spoken = watchSpoken();
  const intake = createIntake(phases, names, recorder, measured, spoken);
  const output = exact ? csvOutput(intake, clock) : await remoteWrite(k6, intake, clock);
  // k6 can't choose one by itself and tell it.
  const apiPort = await freePort();
  const script = scriptFor(job);
  const options = load.script === undefined ? {} : inspectScript(k6, load.script.file, host.env, load.tls);
  if (typeof options === "string") throw new Error(options);
  const exhausted = Promise.withResolvers<never>();
  exhausted.promise.catch(() => undefined);
  const child = startK6(host, {
    ...{ k6, script, apiPort, worker, workers, output, load },
    scriptEnv: scriptEnv(address, load.tls),
    config: configOf(address, load.tls),
    heard: { trouble: spoken.trouble, exhausted: (text) => exhausted.reject(outOfResources(text)) },
  });
  atExit(child.kill);
  const api = k6Api(apiPort, host.clock);
  const withLog = (failure: string) => new Error([failure, child.log.errors()].filter(Boolean).join(": "));
  const early = child.ended.then((end) => {
    throw withLog(failureOf(end) ?? "k6 ended before the load");
  });
  early.catch(() => undefined);
  const users = await Promise.race([api.loaded(), early]);
  /** Its segment has nobody of a script's few: k6 runs nothing then, and says nothing, not even a last word. */
  const isIdle = () => users === 0 && output.toldUntil() === Number.NEGATIVE_INFINITY;
  const share = script.folder !== null && worker === 0 ? await Promise.race([api.setup(), early]) : undefined;

  let taken: Promise<void> = Promise.resolve();
  let startedLateMs = 0;
  let thresholds: readonly ScriptThreshold[] = [];
  const remarks: string[] = [];
  const lacks: Record<string, string> = {};

  /** A script's own scenarios may go on after the last phase. */
  const stopAtEnd = async (): Promise<boolean> => {
    if (load.model.kind !== "script") return false;
    const isOver = await Promise.race([child.ended.then(() => true), until(now, endMs).then(() => false)]);
    if (isOver) {
      if (!isIdle() && now() < endMs - 1000)
        remarks.push(`the script's scenarios ended ${Math.round((endMs - now()) / 1000)} s before the last phase did`);
      return false;
    }
    remarks.push(
      `k6 was stopped at the end of the last phase with ${output.users()} virtual users at work: what they had in flight is not in the record`,
    );
    await api.stop();
    return true;
  };

  const go = async (atMs: number) => {
    zero = atMs;
    const self = watchSelf(usageOf(own, child.pid));
    await taken;
    await until(now, 0);
    const asked = now();
    await Promise.race([api.start(), early]);
    startedLateMs = (asked + now()) / 2;
    const flusher = startFlusher(
      function* () {
        yield* recorder.flush();
        yield* measured.flush();
        yield* spoken.flush();
      },
      () => ({ ...self.line(Math.max(0, output.toldUntil()), output.users(), output.users()), loopP99: null }),
      say,
    );
    const stopped = await Promise.race([stopAtEnd(), exhausted.promise]);
    const end = await Promise.race([child.ended, exhausted.promise]);
    const failure = failureOf(end, stopped);
    if (failure !== null) throw withLog(failure);
    const missing = child.log.lostSamples() ?? (isIdle() ? null : output.missing());
    if (missing !== null) throw new Error(`k6 did not tell all of its samples: ${missing}`);
    const never = spoken.never();
    if (never !== null) throw new Error(`k6 never came to speak to ${load.target}: ${never}`);
    Object.assign(lacks, output.conclude());
    output.close();
    if (load.script !== undefined && load.model.kind !== "script") {
      const short = shortOf(phases, workers, intake.counted());
      if (short !== null) throw new Error(short);
      const { begun, over } = intake.counted();
      for (let cut = over; cut < begun; cut++) {
        recorder.due(endMs - 1);
        recorder.untimed(phases.length - 1, names.unsent(), Code.lost, endMs - 1);
      }
    }
    await flusher.finish();
    self.stop();
    thresholds = judgeThresholds(options.thresholds, output.totals(), endMs / 1000);
    remarks.push(...[remarkOf(end)].filter((it) => it !== null), ...child.log.remarks(), ...intake.remarks());
    return recorder.totals();
  };

  return {
    declaration: {
      stamp: "end",
      binMs,
      histogramError: exact ? histogramError : bucketWidth,
      cores: availableParallelism(),
      lacks: {},
    },
    share: share ?? undefined,
    take: (data) => {
      taken = api.takeSetup(data);
      taken.catch(() => undefined);
    },
    go,
    slow: recorder.slowerThan,
    closing: () => ({
      lacks: { ...lacks, ...lacksOf(intake.counted().dropped, load) },
      remarks,
      thresholds,
      startedLateMs,
    }),
  };
}

/** What was not sent is missing among the latencies, the slow ones first: a quantile of the rest says nothing. */
const lacksOf = (dropped: number, { model, maxInFlight }: Job["load"]): Record<string, string> =>
  dropped === 0
    ? {}
    : {
        latency:
          model.kind === "script"
            ? "dropped iterations: the virtual users of the script were all busy; raise preAllocatedVUs and maxVUs in its scenarios, or lower their rate"
            : `dropped iterations: the ${maxInFlight} virtual users of k6 were all busy; raise maxInFlight, or lower the rate`,
      };
