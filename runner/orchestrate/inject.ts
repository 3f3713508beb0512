/** One fault in one trial: steady state checked, undo leased before the deed, each step journaled, always reverted. */
import type { Deed, Fault, FaultContext } from "../faults/fault.ts";
import { messageOf } from "../shared/errors.ts";
import type { Random } from "../shared/random.ts";
import type { Target } from "../substrate/target.ts";
import type { EventBody } from "../targets/context.ts";
import { undo } from "../undo/interpret.ts";
import type { Unreverted } from "../undo/lease.ts";
import type { LeaseStore, StoredLease } from "../undo/store.ts";
import type { PlannedFault } from "./schedule.ts";

export interface InjectContext extends FaultContext {
  readonly journal: (event: EventBody) => void;
  readonly leases: LeaseStore;
  readonly target: Target;
  readonly random: Random;
  /** Harness clock at which the load started. */
  readonly loadStart: number;
  /** Why the system is not steady enough for a fault; null when it is. */
  readonly unsteady: () => string | null;
  /** Which fault holds which instance at the moment, over the whole trial: instances count against `maxTargets`. */
  readonly hit: Set<string>;
  /** Share of a target's instances that may be hit at one time. */
  readonly maxTargets: number;
  /** Ends the fault early: it is reverted at once. */
  readonly signal: AbortSignal;
}

const pollMs = 20;

/** Resolves when the fault is reverted (or was skipped). Never rejects: what could not be undone is returned. */
export async function inject(
  planned: PlannedFault,
  fault: Fault,
  context: InjectContext,
): Promise<readonly Unreverted[]> {
  const { host, journal, target, signal } = context;
  const name = planned.fault.name;
  const until = (atMs: number) => host.clock.sleep(context.loadStart + atMs - host.clock.now(), signal);

  await until(planned.start);
  if (signal.aborted) return [];
  const skip = (reason: string): readonly Unreverted[] => {
    journal({ type: "fault.skipped", fault: name, reason });
    return [];
  };
  const unsteady = context.unsteady();
  if (unsteady !== null) return skip(unsteady);
  const deeds = fault.plan(planned.fault.options, target, context.random);
  if (deeds.length === 0) return skip(`no instance of ${target.name} was ready`);
  const refusal = fault.hits === "instances" ? tooMany(name, deeds, context) : null;
  if (refusal !== null) return skip(refusal);

  const underway = await Promise.all(deeds.map((deed) => apply(name, deed, context)));
  await until(planned.end);
  return (await Promise.all(underway.map((it) => it.revert()))).filter((it) => it !== null);
}

function tooMany(fault: string, deeds: readonly Deed[], { target, hit, maxTargets }: InjectContext): string | null {
  const all = new Set([...hit, ...deeds.map((deed) => holding(fault, target, deed))]);
  const here = `${target.name}/`;
  const held = new Set([...all].map((it) => it.slice(it.indexOf(" ") + 1)).filter((it) => it.startsWith(here)));
  if (held.size / target.desired > maxTargets + 1e-9)
    return `it would hit ${held.size} of ${target.desired} instances at one time, safety.maxTargets allows ${Math.floor(maxTargets * target.desired)}`;
  for (const it of all) hit.add(it);
  return null;
}

/** Of the fault too: an instance that two faults hold is free when both are reverted. */
const holding = (fault: string, target: Target, deed: Deed): string => `${fault} ${target.name}/${deed.instance}`;

interface Underway {
  readonly revert: () => Promise<Unreverted | null>;
}

async function apply(fault: string, deed: Deed, context: InjectContext): Promise<Underway> {
  const { host, journal, leases, target, hit } = context;
  const at = { fault, target: target.name, instance: deed.instance };
  const ended = new AbortController();
  let stored: StoredLease | null = null;
  let watching: Promise<void> = Promise.resolve();
  journal({ type: "fault.intent", does: deed.does, undo: deed.undo, ...at });
  try {
    const lease = await deed.lease(context);
    stored = leases.write(`${fault} on ${target.name} ${deed.instance}`, lease);
    journal({ type: "fault.leased", lease: lease.undo, ...at });
    await deed.apply(context);
    journal({ type: "fault.applied", ...at });
    watching = acknowledge(deed, at, context, ended.signal);
  } catch (error) {
    journal({ type: "fault.not-landed", reason: messageOf(error), ...at });
  }
  return {
    revert: async () => {
      ended.abort();
      await watching;
      if (stored !== null) {
        journal({ type: "fault.reverting", ...at });
        const failure = await undo(stored.lease, host);
        if (failure !== null) {
          journal({ type: "fault.unreverted", ...failure, ...at });
          return failure;
        }
        journal({ type: "fault.reverted", ...at });
        stored.release();
        journal({ type: "fault.released", ...at });
      }
      hit.delete(holding(fault, target, deed));
      return null;
    },
  };
}

async function acknowledge(
  deed: Deed,
  at: { readonly fault: string; readonly target: string; readonly instance: string },
  context: InjectContext,
  ended: AbortSignal,
): Promise<void> {
  const { host, journal } = context;
  let problem = ["no proof while it was on", deed.does, deed.unproved].filter((it) => it !== undefined).join(": ");
  for (;;) {
    const last = ended.aborted;
    try {
      const evidence = await deed.landed(context);
      if (evidence !== null) return journal({ type: "fault.acknowledged", evidence, ...at });
    } catch (error) {
      problem = messageOf(error);
    }
    if (last) return journal({ type: "fault.not-landed", reason: problem, ...at });
    await host.clock.sleep(pollMs, ended);
  }
}
