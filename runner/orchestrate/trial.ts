/** One trial: samplers, fresh targets, hooks, load with faults; everything undone in reverse, however it ends. */
import { basename } from "node:path";
import type { Event, TrialOutcome } from "../record/events.ts";
import { startSamplers } from "../samplers/drive.ts";
import { messageOf } from "../shared/errors.ts";
import type { Target } from "../substrate/target.ts";
import { type EventBody, NotSpokenTo, TargetFailed } from "../targets/context.ts";
import { createTarget } from "../targets/create.ts";
import type { Unreverted } from "../undo/lease.ts";
import type { RunContext, TrialContext } from "./context.ts";
import { HookFailed, runAfter, runBefore } from "./hooks.ts";
import { named, underLoad } from "./load.ts";
import type { TrialPlan } from "./schedule.ts";
import { undoStack } from "./undo-stack.ts";

export interface TrialResult {
  readonly outcome: TrialOutcome;
  readonly reason: string | null;
  /** Its targets got ready and its load began. */
  readonly loaded: boolean;
  /** Why no other trial is worth its time; null: go on. */
  readonly mistake: string | null;
  readonly unreverted: readonly Unreverted[];
}

/** The trial itself says what happened. */
function mistakeIn(error: unknown, trial: number): string | null {
  if (error instanceof NotSpokenTo) return `trial ${trial} never came to its load, and no other would have`;
  if (error instanceof HookFailed) return `trial ${trial} lacks what a before hook prepares`;
  return null;
}

/** Never rejects: a trial that goes wrong ends as failed (the arm), broken (the harness) or interrupted. */
export async function runTrial(plan: TrialPlan, run: RunContext): Promise<TrialResult> {
  const { index } = plan;
  const files = run.record.trial(index, plan.arm.name);
  const undo = undoStack(run.host.clock);
  const stop = new AbortController();
  let ending: { outcome: TrialOutcome; reason: string | null } = { outcome: "ok", reason: null };
  const end: TrialContext["end"] = (outcome, reason) => {
    if (stop.signal.aborted) return;
    ending = { outcome, reason };
    stop.abort();
  };
  const onInterrupt = () => end("interrupted", run.interrupted());
  run.signal.addEventListener("abort", onInterrupt);
  if (run.signal.aborted) onInterrupt();

  const journal = (event: EventBody) => {
    run.journal({ ...event, trial: index } as Event);
    // While a target starts, `ready` rejects with more words.
    if (event.type === "instance.gave-up" && up) end("failed", `${event.target} ${event.instance}: ${event.reason}`);
    if (event.type === "load.ready") loaded = true;
  };
  const context: TrialContext = { plan, run, journal, end, signal: stop.signal };
  const targets: Target[] = [];
  let up = false;
  let loaded = false;
  let mistake: string | null = null;
  const unreverted: Unreverted[] = [];
  run.journal({ type: "trial.start", trial: index, block: plan.block, arm: plan.arm.name, dir: basename(files.dir) });
  if (plan.point !== undefined) run.journal({ type: "search.point", trial: index, ...plan.point });

  try {
    await steps();
  } catch (error) {
    mistake = mistakeIn(error, index);
    end(error instanceof TargetFailed ? "failed" : "broken", messageOf(error));
  }
  for (const problem of await undo.undoAll())
    run.journal({ type: "warning", trial: index, text: `while undoing: ${problem}` });
  if (unreverted.length > 0)
    ending = { outcome: "broken", reason: `a fault could not be reverted: ${unreverted[0]?.reason}` };
  run.signal.removeEventListener("abort", onInterrupt);
  run.guard(() => files.close());
  run.journal({ type: "trial.end", trial: index, ...ending });
  return { ...ending, loaded, mistake, unreverted };

  async function steps(): Promise<void> {
    const { host, scenario } = run;
    const samplers = await undo.step(
      "samplers",
      () =>
        startSamplers({
          host,
          zero: run.zero,
          everyMs: scenario.samplers.everyMs,
          off: scenario.samplers.off,
          rawDir: files.rawDir,
          targets: () => targets,
          write: (line) => run.guard(() => files.series(line)),
          journal: (event) => run.journal({ ...event, trial: index }),
        }),
      (made) => made?.stop(),
    );

    for (const spec of plan.arm.targets) {
      const target = createTarget(
        spec,
        {
          run: run.id,
          trial: index,
          rawDir: files.rawDir,
          journal,
          spoken:
            spec.name === plan.arm.load.target
              ? { tls: plan.arm.load.tls ?? null, http2: plan.arm.load.http2 !== undefined }
              : null,
          addressOf: (name) => named(targets, name).address,
          lease: (lease) => run.leases.write(`trial ${index}: ${spec.name}`, lease),
          instanceEnv: (instance) => ({ ...run.env, ...samplers.instanceEnv(instance) }),
          onInstance: samplers.onInstance,
          onBroken: (reason) => end("broken", reason),
          redact: run.record.redact,
          warn: (text) => run.journal({ type: "warning", trial: index, text }),
        },
        host,
        run.cgroups,
      );
      targets.push(target);
      await undo.step(
        `target ${spec.name}`,
        () => target.ready(stop.signal),
        () => target.dispose(),
      );
      if (stop.signal.aborted) return;
    }

    up = true;

    const addresses = Object.fromEntries(targets.map((it) => [it.name, it.address]));
    const hooks = { host, env: run.env, addresses, journal, redact: run.record.redact };
    await undo.step(
      "after hooks",
      () => runBefore(scenario.before, { ...hooks, signal: stop.signal }),
      async () => {
        for (const text of await runAfter(scenario.after, { ...hooks, signal: new AbortController().signal }))
          run.journal({ type: "warning", trial: index, text });
      },
      scenario.after.reduce((sum, it) => sum + it.timeoutMs, 0),
    );
    if (stop.signal.aborted) return;
    unreverted.push(...(await underLoad(context, targets, files, undo)));
  }
}
