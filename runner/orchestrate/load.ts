/** Load over the phases, with faults at their times and the abort rules watched: the part of a trial that measures. */
import type { LoadSession } from "../engines/engine.ts";
import { engineNamed } from "../engines/registry.ts";
import { startLoad } from "../engines/session.ts";
import type { Fault } from "../faults/fault.ts";
import { faultNamed } from "../faults/registry.ts";
import type { Declaration } from "../record/load-lines.ts";
import { lostInWords } from "../record/lost-worker.ts";
import { slowThresholdUs } from "../record/recovery.ts";
import type { LoadSpec } from "../record/scenario.ts";
import type { TrialWriter } from "../record/trial-writer.ts";
import { seeded } from "../shared/random.ts";
import type { Target } from "../substrate/target.ts";
import type { Unreverted } from "../undo/lease.ts";
import { type AbortWatch, boundInWords, brokenInWords, watchAbort } from "./abort.ts";
import { watchArrival } from "./arrived.ts";
import type { TrialContext } from "./context.ts";
import { inject } from "./inject.ts";
import { progressOf } from "./progress.ts";
import { jobPhases, type PlannedFault, type timetable as Timetable, type TrialPhase, timetable } from "./schedule.ts";
import type { UndoStack } from "./undo-stack.ts";

/** Time between `go` and the first request, so that every worker has read it. */
const leadMs = 150;
const watchEveryMs = 250;
/** The workers are told what "slow" means this long before the fault. */
const slowAheadMs = 100;

/** Resolves when the load is over and every fault reverted; returns what could not be. */
export async function underLoad(
  context: TrialContext,
  targets: readonly Target[],
  files: TrialWriter,
  undo: UndoStack,
): Promise<readonly Unreverted[]> {
  const { plan, run, journal, end, signal } = context;
  const { host, scenario } = run;
  const { load } = plan.arm;
  const target = named(targets, load.target);
  const times = timetable(plan.phases, scenario.faults);
  const warn = (text: string) => run.journal({ type: "warning", trial: plan.index, text });
  const engine = engineNamed(load.engine);
  const wentElsewhere = await watchArrival(load, target);
  const session = startLoad(host, {
    engine,
    load: asItself(load, target),
    phases: jobPhases(plan.phases, load),
    address: target.address,
    seed: Math.floor(seeded(scenario.trials.seed, `load of trial ${plan.index}`)() * 2 ** 31),
    // What somebody preloads into programs of their own would delay a generator.
    env: engine.inheritsEnv === true ? { ...host.env, NODE_OPTIONS: undefined, ...run.env } : run.env,
    write: (line) => run.guard(() => files.latency(line)),
    onTrouble: (reason) => journal({ type: "load.trouble", target: load.target, reason }),
    onLost: (it) => journal({ type: "load.lost", ...it }),
  });
  const declared = await undo.step(
    "load",
    () => Promise.race([session.ready, aborted(signal)]),
    () => session.stop(),
  );
  if (declared === undefined) return [];
  const { lacks, ...declaration } = declared;
  journal({
    type: "load.ready",
    workers: load.workers,
    ...declaration,
    lacks: inLines(lacks),
  });

  const loadStart = host.clock.now() + leadMs;
  session.go(loadStart);
  for (const { phase, start, end: phaseEnd } of times.phases) {
    journal({
      type: "phase",
      phase: phase.name,
      start: loadStart - run.zero + start,
      end: loadStart - run.zero + phaseEnd,
      ...(plan.point === undefined ? {} : searchedPhase(phase, load)),
    });
  }

  // An overload that is wanted is no reason to end.
  const abort = watchAbort(plan.point?.purpose === "descent" ? [] : scenario.abort, session, load.timeoutMs);
  const faults = injectAll(context, { targets, session, abort, loadStart, planned: times.faults });
  const watching = watch(context, { targets, session, abort, loadStart, times });
  const finished = await Promise.race([session.done, aborted(signal)]);
  watching.stop();
  if (finished !== undefined) {
    const { totals, startSkewMs, remarks, troubles, thresholds } = finished;
    journal({
      type: "load.done",
      totals,
      ...(Object.keys(finished.lacks).length > 0 ? { lacks: inLines(finished.lacks) } : {}),
      ...(startSkewMs === null ? {} : { startSkewMs }),
      ...(troubles.length === 0 ? {} : { troubles }),
      ...(thresholds.length === 0 ? {} : { thresholds }),
    });
    for (const text of remarks) warn(text);
    const elsewhere = await wentElsewhere(totals);
    if (finished.lost.length > 0) end("broken", finished.lost.map((it) => `load ${lostInWords(it)}`).join("; "));
    else if (elsewhere !== null) end("broken", elsewhere);
  }
  return await faults;
}

const inLines = (lacks: Declaration["lacks"]): string[] =>
  Object.entries(lacks).map(([what, why]) => `${what}: ${why}`);

/** What run.json can't tell of a phase of a search. */
function searchedPhase({ name, of = name, warmup, window, load: own }: TrialPhase, load: LoadSpec) {
  const { model } = load;
  const rate = own?.kind === "open" ? own.to : model.kind === "open" ? model.rate : undefined;
  return {
    ...(of === name ? {} : { of }),
    ...(warmup ? { warmup: true as const } : {}),
    ...(rate === undefined ? {} : { rate }),
    ...(window === undefined ? {} : { window }),
  };
}

interface UnderLoad {
  readonly targets: readonly Target[];
  readonly session: LoadSession;
  readonly abort: AbortWatch;
  readonly loadStart: number;
}

async function injectAll(
  { plan, run, journal, signal }: TrialContext,
  { targets, session, abort, loadStart, planned }: UnderLoad & { readonly planned: readonly PlannedFault[] },
): Promise<readonly Unreverted[]> {
  const { host, scenario } = run;
  const hit = new Set<string>();
  const unsteady = (): string | null => {
    const short = targets.find((it) => it.instances().filter((i) => i.state === "ready").length < it.desired);
    if (short !== undefined) return `${short.name} had fewer ready instances than desired`;
    const broken = abort.brokenNow();
    return broken === null ? null : `${boundInWords(broken.rule, "was")} already, an abort rule`;
  };
  const one = async (it: PlannedFault): Promise<readonly Unreverted[]> => {
    await host.clock.sleep(loadStart + it.start - slowAheadMs - host.clock.now(), signal);
    // Without a calm phase before it, what its own phase saw so far must do.
    const p99 = session.p99(it.reference ?? it.fault.phase);
    if (p99 !== null && !signal.aborted) {
      const slowUs = slowThresholdUs(it.fault, p99);
      session.slow(slowUs);
      journal({ type: "fault.slow", fault: it.fault.name, slowUs });
    }
    return inject(it, registered(it.fault.kind), {
      host,
      env: { ...host.env, ...run.env },
      log: (text) => run.journal({ type: "warning", trial: plan.index, text }),
      journal,
      leases: run.leases,
      target: named(targets, it.fault.target),
      random: seeded(scenario.trials.seed, `fault ${it.fault.name} trial ${plan.index}`),
      loadStart,
      unsteady,
      hit,
      maxTargets: scenario.safety.maxTargets,
      signal,
    });
  };
  return (await Promise.all(planned.map(one))).flat();
}

function watch(
  { plan, run, journal, end, signal }: TrialContext,
  { targets, session, abort, loadStart, times }: UnderLoad & { readonly times: ReturnType<typeof Timetable> },
): { readonly stop: () => void } {
  const timer = setInterval(() => {
    if (signal.aborted) return clearInterval(timer);
    const now = run.host.clock.now();
    const broken = abort.look(now);
    if (broken !== null) {
      journal({ type: "abort", metric: broken.rule.metric, value: broken.value, limit: broken.limit });
      end("failed", `aborted: ${brokenInWords(broken)}`);
    }
    run.progress(
      progressOf({
        plan,
        phases: times.phases,
        lengthMs: times.lengthMs,
        elapsedMs: now - loadStart,
        session,
        targets,
      }),
    );
  }, watchEveryMs);
  return { stop: () => clearInterval(timer) };
}

/** Somebody else's service is reached through our router, but must see its own name. */
const asItself = (load: LoadSpec, { hostHeader }: Target): LoadSpec =>
  hostHeader === undefined
    ? load
    : { ...load, requests: load.requests.map((it) => ({ ...it, headers: { host: hostHeader, ...it.headers } })) };

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });

/** @throws Error when it is not up: validation and start order promise that it is. */
export function named(targets: readonly Target[], name: string): Target {
  const found = targets.find((it) => it.name === name);
  if (found === undefined) throw new Error(`target ${name} is not up`);
  return found;
}

/** @throws Error for a kind that validation should have refused */
function registered(kind: string): Fault {
  const fault = faultNamed(kind);
  if (fault === undefined) throw new Error(`no fault is of kind ${kind}`);
  return fault;
}
