/** A run: blocks of trials into one record, under a watchdog, with every lease released at its end. */
import type { Event, RunStatus } from "../record/events.ts";
import type { RunFile } from "../record/run-file.ts";
import { DiskFull, type RecordWriter } from "../record/writer.ts";
import { messageOf } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import type { CgroupSupport } from "../substrate/cgroup/cgroup.ts";
import { buildTarget } from "../targets/build.ts";
import { undo as revert } from "../undo/interpret.ts";
import type { Unreverted } from "../undo/lease.ts";
import { openLeases } from "../undo/store.ts";
import { startWatchdog } from "../undo/watchdog.ts";
import type { RunContext } from "./context.ts";
import { type Course, conductBlocks, conductSearch } from "./course.ts";
import type { Progress } from "./progress.ts";
import { undoStack } from "./undo-stack.ts";

interface RunOptions extends Course {
  readonly host: Host;
  readonly run: RunFile;
  readonly record: RecordWriter;
  readonly cgroups: CgroupSupport;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface RunResult {
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly unreverted: readonly Unreverted[];
  /** What would have been thrown if nothing was left unreverted, which matters more. Null otherwise. */
  readonly failure: unknown;
  /** Null where there was room for the record: it can't tell of its own end. */
  readonly diskFull: DiskFull | null;
}

/**
 * Never rejects for what a trial does, nor when something could not be reverted. Else throws UserError when the run can't begin: no
 * lease can be written, a build fails. Rethrows what is a bug.
 */
export async function conductRun(options: RunOptions): Promise<RunResult> {
  const { host, run, record } = options;
  const undo = undoStack(host.clock);
  const stop = new AbortController();
  let interruption = "interrupted";
  let diskFull: DiskFull | null = null;
  const heed = () => {
    if (typeof options.signal.reason === "string") interruption = options.signal.reason;
    stop.abort();
  };
  options.signal.addEventListener("abort", heed, { once: true });
  if (options.signal.aborted) heed();

  const guard = (write: () => void) => {
    try {
      write();
    } catch (error) {
      if (!(error instanceof DiskFull)) throw error;
      diskFull = error;
      interruption = error.message;
      stop.abort();
    }
  };
  const journal = (event: Event) => guard(() => void record.journal(event));
  const unreverted: Unreverted[] = [];
  let status: RunStatus = "completed";
  let reason: string | null = null;
  let failure: unknown = null;

  try {
    const leases = await undo.step(
      "leases",
      () => openLeases(host, run.id),
      (made) => made?.close(),
    );
    await undo.step(
      "watchdog",
      () => startWatchdog(host, run.id),
      (made) => {
        // A watchdog that finds no folder has nothing to do.
        leases.close();
        return made?.stop();
      },
    );
    await undo.step(
      "processes",
      () => leases.write("every process of the run", { undo: "processes", run: run.id }),
      async (stored) => {
        if (stored === undefined) return;
        const left = await revert(stored.lease, host);
        if (left === null) stored.release();
        else unreverted.push(left);
      },
    );
    const context: RunContext = {
      host,
      id: run.id,
      scenario: run.scenario,
      record,
      zero: record.zero,
      leases,
      cgroups: options.cgroups,
      env: { SHAKEDOWN_RUN: run.id },
      signal: stop.signal,
      interrupted: () => interruption,
      journal,
      guard,
      progress: options.onProgress,
    };
    await buildAll(context);
    const conducted = await (options.search === null
      ? conductBlocks(options, context)
      : conductSearch(options, context));
    unreverted.push(...conducted.unreverted);
    if (conducted.hopeless !== null) {
      status = "failed";
      reason = conducted.hopeless;
    }
  } catch (error) {
    failure = error;
    status = "failed";
    reason = messageOf(error);
  }
  for (const problem of await undo.undoAll())
    journal({ type: "warning", trial: null, text: `while ending the run: ${problem}` });
  if (unreverted.length > 0) {
    status = "failed";
    reason = `a fault could not be reverted: ${unreverted[0]?.reason}`;
  } else if (status === "completed" && stop.signal.aborted) {
    status = "interrupted";
    reason = interruption;
  }
  journal({ type: "run.end", status, reason });
  guard(() => record.close());
  if (failure !== null && unreverted.length === 0) throw failure;
  return { status, reason, unreverted, failure, diskFull };
}

/** Each arm's own build, once, in the order of the targets. */
async function buildAll({ host, scenario, env, signal, record: { redact } }: RunContext): Promise<void> {
  for (const spec of scenario.arms.flatMap((it) => it.targets)) {
    if (spec.kind === "process") await buildTarget(spec, host, { env, signal, redact });
  }
}
