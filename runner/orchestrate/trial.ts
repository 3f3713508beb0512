/** One trial: fresh targets, samplers, load over the phases, faults at their times; everything undone in reverse, however it ends. */
import { engineNamed } from "../engines/registry.ts";
import { startLoad } from "../engines/session.ts";
import { faultNamed } from "../faults/registry.ts";
import type { Event, TrialOutcome } from "../record/events.ts";
import type { Arm } from "../record/scenario.ts";
import { startSamplers } from "../samplers/drive.ts";
import { messageOf } from "../shared/errors.ts";
import { seeded } from "../shared/random.ts";
import type { Target } from "../substrate/target.ts";
import { type EventBody, TargetFailed } from "../targets/context.ts";
import { createTarget } from "../targets/create.ts";
import type { Unreverted } from "../undo/lease.ts";
import { watchAbort } from "./abort.ts";
import { runHooks } from "./hooks.ts";
import { inject } from "./inject.ts";
import { type Progress, progressOf } from "./progress.ts";
import type { RunContext } from "./run.ts";
import { jobPhases, timetable } from "./schedule.ts";
import { undoStack } from "./undo-stack.ts";

export interface TrialPlan {
  readonly index: number;
  readonly block: number;
  readonly arm: Arm;
}

export interface TrialResult {
  readonly outcome: TrialOutcome;
  readonly unreverted: readonly Unreverted[];
}

/** Time between `go` and the first request, so that every worker has read it. */
const leadMs = 150;
const watchEveryMs = 250;

/** Never rejects: a trial that goes wrong ends as failed (the arm), broken (the harness) or interrupted. */
export async function runTrial(plan: TrialPlan, run: RunContext): Promise<TrialResult> {
  const { host, scenario } = run;
  const { arm, index } = plan;
  const files = run.record.trial(index, arm.name);
  const undo = undoStack(host.clock);
  const stop = new AbortController();
  let ending: { outcome: TrialOutcome; reason: string | null } = { outcome: "ok", reason: null };
  const end = (outcome: TrialOutcome, reason: string | null) => {
    if (stop.signal.aborted) return;
    ending = { outcome, reason };
    stop.abort();
  };
  const onInterrupt = () => end("interrupted", run.interrupted());
  run.signal.addEventListener("abort", onInterrupt);
  if (run.signal.aborted) onInterrupt();

  const journal = (event: EventBody) => {
    run.journal({ ...event, trial: index } as Event);
    if (event.type === "instance.gave-up") end("failed", `${event.target} ${event.instance}: ${event.reason}`);
  };
  run.journal({ type: "trial.start", trial: index, block: plan.block, arm: arm.name, dir: files.name });

  const targets: Target[] = [];
  const targetNamed = (name: string): Target => {
    const found = targets.find((it) => it.name === name);
    if (found === undefined) throw new Error(`target ${name} is not up`);
    return found;
  };
  const unreverted: Unreverted[] = [];

  const steps = async () => {
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

    for (const spec of arm.targets) {
      const target = createTarget(
        spec,
        {
          run: run.id,
          trial: index,
          rawDir: files.rawDir,
          journal,
          addressOf: (name) => targetNamed(name).address,
          lease: (lease) => run.leases.write(`trial ${index}: ${spec.name}`, lease),
          instanceEnv: (instance) => ({ ...run.env, ...samplers.instanceEnv(instance) }),
          onInstance: samplers.onInstance,
        },
        host,
        run.cgroups,
      );
      await undo.step(
        `target ${spec.name}`,
        () => {
          targets.push(target);
          return target.ready(stop.signal);
        },
        () => target.dispose(),
      );
      if (stop.signal.aborted) return;
    }

    const addresses = Object.fromEntries(targets.map((it) => [it.name, it.address]));
    const hookContext = { host, env: run.env, addresses, signal: stop.signal, journal };
    await undo.step(
      "after hooks",
      () => runHooks("before", scenario.before, hookContext),
      () => runHooks("after", scenario.after, { ...hookContext, signal: new AbortController().signal }),
    );
    if (stop.signal.aborted) return;

    const target = targetNamed(arm.load.target);
    const plannedTimes = timetable(scenario.phases, scenario.faults);
    const session = startLoad(host, {
      engine: engineNamed(arm.load.engine),
      load: target.hostHeader === undefined ? arm.load : withHost(arm.load, target.hostHeader),
      phases: jobPhases(scenario.phases, arm.load),
      address: target.address,
      seed: scenario.trials.seed + index,
      env: run.env,
      write: (line) => run.guard(() => files.latency(line)),
      onLost: (worker, reason) => journal({ type: "load.lost", worker, reason }),
    });
    await undo.step(
      "load",
      () => Promise.race([session.ready, aborted(stop.signal)]),
      () => session.stop(),
    );
    if (stop.signal.aborted) return;
    const declared = await session.ready;
    journal({ type: "load.ready", workers: arm.load.workers, ...declared, lacks: Object.entries(declared.lacks).map(([what, why]) => `${what}: ${why}`) });

    const loadStart = host.clock.now() + leadMs;
    session.go(loadStart);
    for (const { phase, start, end: phaseEnd } of plannedTimes.phases) {
      journal({ type: "phase", phase: phase.name, start: loadStart - run.zero + start, end: loadStart - run.zero + phaseEnd });
    }

    const abort = watchAbort(scenario.abort, session);
    const unsteady = () => {
      const short = targets.find((it) => it.instances().filter((i) => i.state === "ready").length < it.desired);
      if (short !== undefined) return `${short.name} had fewer ready instances than desired`;
      const broken = abort.brokenNow();
      return broken === null ? null : `${broken.rule.metric} was already beyond the abort rule`;
    };
    const hit = new Set<string>();
    const injections = plannedTimes.faults.map(async (planned) => {
      const before = host.clock.sleep(loadStart + planned.start - 100 - host.clock.now(), stop.signal);
      await before;
      const slowUs = planned.reference === null ? null : session.p99(planned.reference);
      if (slowUs !== null && !stop.signal.aborted) {
        session.slow(slowUs);
        journal({ type: "fault.slow", fault: planned.fault.name, slowUs });
      }
      unreverted.push(
        ...(await inject(planned, faultNamed(planned.fault.kind), {
          host,
          env: { ...host.env, ...run.env },
          log: (text) => run.journal({ type: "warning", trial: index, text }),
          journal,
          leases: run.leases,
          target: targetNamed(planned.fault.target),
          random: seeded(scenario.trials.seed, `fault ${planned.fault.name} trial ${index}`),
          loadStart,
          unsteady,
          hit,
          maxTargets: scenario.safety.maxTargets,
          signal: stop.signal,
        })),
      );
    });

    let over = false;
    const watching = (async () => {
      while (!over && !stop.signal.aborted) {
        const now = host.clock.now();
        const broken = abort.look(now);
        if (broken !== null) {
          journal({ type: "abort", metric: broken.rule.metric, value: broken.value, limit: broken.limit });
          end("failed", `aborted: ${broken.rule.metric} was beyond its limit for ${broken.rule.forMs / 1000} s`);
        }
        run.progress(progressOf({ plan, phases: plannedTimes.phases, lengthMs: plannedTimes.lengthMs, elapsedMs: now - loadStart, session, targets }));
        await host.clock.sleep(watchEveryMs, stop.signal);
      }
    })();
    const finished = await Promise.race([session.done, aborted(stop.signal)]);
    over = true;
    if (finished !== undefined) {
      journal({ type: "load.done", totals: finished.totals });
      if (finished.lost.length > 0) end("broken", finished.lost.map((it) => `load worker ${it.worker}: ${it.reason}`).join("; "));
    }
    await Promise.all([...injections, watching]);
  };

  try {
    await steps();
  } catch (error) {
    end(error instanceof TargetFailed ? "failed" : "broken", messageOf(error));
  }
  for (const problem of await undo.undoAll()) run.journal({ type: "warning", trial: index, text: `while undoing: ${problem}` });
  if (unreverted.length > 0) ending = { outcome: "broken", reason: `a fault could not be reverted: ${unreverted[0]?.reason}` };
  run.signal.removeEventListener("abort", onInterrupt);
  run.guard(() => files.close());
  run.journal({ type: "trial.end", trial: index, ...ending });
  return { outcome: ending.outcome, unreverted };
}

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });

/** Somebody else's service is reached through the router, but must see its own name. */
const withHost = (load: Arm["load"], host: string): Arm["load"] => ({
  ...load,
  requests: load.requests.map((it) => ({ ...it, headers: { host, ...it.headers } })),
});

export type { Progress };
