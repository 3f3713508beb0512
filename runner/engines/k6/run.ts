/** k6 in a worker: one k6 process, started and paused before the load, given the word when it begins, heard to its end. */
import { availableParallelism } from "node:os";
import type { ScriptThreshold } from "../../record/script-threshold.ts";
import { counted } from "../../shared/format.ts";
import type { Host } from "../../shared/host.ts";
import { late, within } from "../../shared/wait.ts";
import type { Job } from "../engine.ts";
import { startFlusher } from "../worker/flusher.ts";
import { phaseStarts } from "../worker/phase-starts.ts";
import type { Say, WorkerEngine, WorkerProcess } from "../worker/protocol.ts";
import { Code } from "../worker/recorder.ts";
import { watchSelf } from "../worker/self.ts";
import { until } from "../worker/until.ts";
import { shortOf } from "./begun.ts";
import { failureOf, remarkOf } from "./exits.ts";
import { findK6 } from "./find.ts";
import { startPaused } from "./paused.ts";
import { type Heard, hear } from "./samples/heard.ts";
import { judgeThresholds } from "./samples/thresholds.ts";
import { usageOf } from "./self.ts";

interface Around {
  readonly own: WorkerProcess;
  readonly host: Host;
  /** Called when the worker ends, however it does. */
  readonly atExit: (act: () => void) => void;
}

/** A k6 that does not answer has come to its end by itself, if it ends within this time. */
const endsWithinMs = 5000;

export async function prepareK6(job: Job, say: Say, { own, host, atExit }: Around): Promise<WorkerEngine> {
  const { load, phases } = job;
  const k6 = findK6(host.env);
  if (typeof k6 === "string") throw new Error(k6);
  const endMs = phaseStarts(phases).at(-1) as number;
  let zero = Number.POSITIVE_INFINITY;
  const now = () => own.now() - zero;
  const heard = await hear(job, k6, now);
  const { recorder, output, spoken, intake } = heard;
  const { child, api, ...waiting } = await startPaused(job, k6, heard, host, atExit);
  /** Its segment has nobody of a script's few: k6 runs nothing then, and says nothing, not even a last word. */
  const isIdle = () => waiting.users === 0 && output.toldUntil() === Number.NEGATIVE_INFINITY;

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
    const atWork = output.users();
    if (atWork > 0)
      remarks.push(
        `k6 was stopped at the end of the last phase with ${counted(atWork, "virtual user")} at work: what they had in flight is not in the record`,
      );
    try {
      await api.stop();
    } catch (error) {
      // Where its own scenarios are as long as the phases, it may end by itself just now, and answers nobody any more.
      if ((await within(host.clock, endsWithinMs, child.ended)) === late) throw error;
    }
    return true;
  };

  const go = async (atMs: number) => {
    zero = atMs;
    const self = watchSelf(usageOf(own, child.pid));
    await taken;
    await until(now, 0);
    const asked = now();
    await waiting.unlessEnded(api.start());
    startedLateMs = (asked + now()) / 2;
    const flusher = startFlusher(
      heard.flush,
      () => ({ ...self.line(Math.max(0, output.toldUntil()), output.users(), output.users()), loopP99: null }),
      say,
    );
    const stopped = await Promise.race([stopAtEnd(), waiting.exhausted]);
    const end = await Promise.race([child.ended, waiting.exhausted]);
    const failure = failureOf(end, stopped);
    if (failure !== null) throw waiting.failed(failure);
    const missing = child.log.lostSamples() ?? (isIdle() ? null : output.missing());
    if (missing !== null) throw new Error(`k6 did not tell all of its samples: ${missing}`);
    const never = spoken.never();
    if (never !== null) throw new Error(`k6 never came to speak to ${load.target}: ${never}`);
    Object.assign(lacks, output.conclude());
    output.close();
    if (load.script !== undefined && load.model.kind !== "script") recordCutOff(job, heard, endMs);
    await flusher.finish();
    self.stop();
    thresholds = judgeThresholds(waiting.options.thresholds, output.totals(), endMs / 1000);
    remarks.push(...[remarkOf(end)].filter((it) => it !== null), ...child.log.remarks(), ...intake.remarks());
    return recorder.totals();
  };

  return {
    declaration: {
      stamp: "end",
      binMs: heard.binMs,
      histogramError: heard.histogramError,
      cores: availableParallelism(),
      lacks: {},
    },
    share: waiting.share ?? undefined,
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

/**
 * Iterations that the end of the load cut off are requests that were lost.
 * @throws Error when fewer were begun than were asked for
 */
function recordCutOff({ phases, workers }: Job, { intake, recorder, names }: Heard, endMs: number): void {
  const short = shortOf(phases, workers, intake.counted());
  if (short !== null) throw new Error(short);
  const { begun, over } = intake.counted();
  for (let cut = over; cut < begun; cut++) {
    recorder.due(endMs - 1);
    recorder.untimed(phases.length - 1, names.unsent(), Code.lost, endMs - 1);
  }
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
