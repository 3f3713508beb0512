/** One trial: samplers, fresh targets, hooks, load with faults; everything undone in reverse, however it ends. */
import { basename } from "node:path";
import type { Event, TrialOutcome } from "../record/events.ts";
import type { TargetSpec } from "../record/scenario.ts";
import type { TrialWriter } from "../record/trial-writer.ts";
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
import { type UndoStack, undoStack } from "./undo-stack.ts";

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
  let up = false;
  let loaded = false;
  let mistake: string | null = null;
  const unreverted: Unreverted[] = [];
  run.journal({ type: "trial.start", trial: index, block: plan.block, arm: plan.arm.name, dir: basename(files.dir) });
  if (plan.point !== undefined) run.journal({ type: "search.point", trial: index, ...plan.point });

  try {
    const onUp = () => {
      up = true;
    };
    unreverted.push(...(await steps(context, files, undo, onUp)));
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
}

/**
 * What a trial stands on and what happens in it, one after the other, each with its undo; ends early when the trial was ended.
 * Returns faults that could not be reverted.
 */
async function steps(
  context: TrialContext,
  files: TrialWriter,
  undo: UndoStack,
  onUp: () => void,
): Promise<readonly Unreverted[]> {
  const { plan, run, signal } = context;
  const { scenario } = run;
  const targets: Target[] = [];
  const samplers = await undo.step(
    "samplers",
    () =>
      startSamplers({
        host: run.host,
        zero: run.zero,
        everyMs: scenario.samplers.everyMs,
        off: scenario.samplers.off,
        rawDir: files.rawDir,
        targets: () => targets,
        write: (line) => run.guard(() => files.series(line)),
        journal: (event) => run.journal({ ...event, trial: plan.index }),
      }),
    (made) => made?.stop(),
  );
  for (const spec of plan.arm.targets) {
    const target = targetOf(spec, context, { targets, samplers, rawDir: files.rawDir });
    targets.push(target);
    await undo.step(
      `target ${spec.name}`,
      () => target.ready(signal),
      () => target.dispose(),
    );
    if (signal.aborted) return [];
  }
  onUp();
  await hooksAround(context, targets, undo);
  return signal.aborted ? [] : underLoad(context, targets, files, undo);
}

interface Around {
  /** Those that are up. */
  readonly targets: readonly Target[];
  readonly samplers: ReturnType<typeof startSamplers>;
  readonly rawDir: string;
}

function targetOf(
  spec: TargetSpec,
  { plan, run, journal, end }: TrialContext,
  { targets, samplers, rawDir }: Around,
): Target {
  const { index: trial, arm } = plan;
  const { load } = arm;
  return createTarget(
    spec,
    {
      ...{ run: run.id, trial, rawDir, journal },
      spoken: spec.name === load.target ? { tls: load.tls ?? null, http2: load.http2 !== undefined } : null,
      addressOf: (name) => named(targets, name).address,
      lease: (lease) => run.leases.write(`trial ${trial}: ${spec.name}`, lease),
      instanceEnv: (instance) => ({ ...run.env, ...samplers.instanceEnv(instance) }),
      onInstance: samplers.onInstance,
      onBroken: (reason) => end("broken", reason),
      redact: run.record.redact,
      warn: (text) => run.journal({ type: "warning", trial, text }),
    },
    run.host,
    run.cgroups,
  );
}

/** `before` now, `after` when the trial is undone. */
async function hooksAround({ plan, run, journal, signal }: TrialContext, targets: readonly Target[], undo: UndoStack) {
  const { before, after } = run.scenario;
  const addresses = Object.fromEntries(targets.map((it) => [it.name, it.address]));
  const hooks = { host: run.host, env: run.env, addresses, journal, redact: run.record.redact };
  await undo.step(
    "after hooks",
    () => runBefore(before, { ...hooks, signal }),
    async () => {
      for (const text of await runAfter(after, { ...hooks, signal: new AbortController().signal }))
        run.journal({ type: "warning", trial: plan.index, text });
    },
    after.reduce((sum, it) => sum + it.timeoutMs, 0),
  );
}
