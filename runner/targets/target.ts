/** What is tested. A target lives for one trial: prepare -> ready -> … -> dispose. */
import type { Confinement, Event } from "../record/events.ts";
import type { Cgroup } from "../substrate/cgroup/cgroup.ts";
import type { LinkControl } from "../substrate/router/control.ts";

export type Capability = "signal" | "link" | "memory-limit" | "cpu-limit";

export interface Target {
  readonly name: string;
  readonly capabilities: ReadonlySet<Capability>;
  readonly confinement: Confinement;
  /** Starts it and resolves when every instance is ready. Throws TargetFailed (an outcome of the arm) with the instances' last output. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  readonly desired: number;
  readonly instances: () => readonly Instance[];
  /** The one stable address that clients use (its router). */
  readonly address: { readonly host: string; readonly port: number };
  /** The router in front of it. */
  readonly link: LinkControl;
  readonly dispose: () => Promise<void>;
}

export interface Instance {
  /** `shop-0`; a restarted instance keeps its id. */
  readonly id: string;
  readonly target: string;
  readonly pid: number;
  /** Start time of the process in clock ticks since boot (field 22 of /proc/PID/stat). */
  readonly startedAt: number;
  readonly port: number;
  readonly state: "starting" | "ready" | "exited";
  /** Null where it is not confined. */
  readonly cgroup: Cgroup | null;
}

/** The arm's own fault: never ready, crash loop. Ends the trial as failed, not the run. */
export class TargetFailed extends Error {
  override readonly name = "TargetFailed";
}

/** What a target needs from the run. */
export interface TargetContext {
  readonly run: string;
  /** 1-based; makes names (cgroups, output files) unique. */
  readonly trial: number;
  /** The trial's raw/ folder: instances' output is kept there, bounded. */
  readonly rawDir: string;
  /** Writes an event of this trial to the journal. */
  readonly journal: (event: EventBody) => void;
  /** Addresses of targets that are up, for `${targets.NAME.address}` in env. */
  readonly addressOf: (target: string) => { readonly host: string; readonly port: number };
  /** Registers an undo as a lease before the deed; `release` after it was undone. */
  readonly lease: (lease: import("../undo/lease.ts").Lease) => { readonly release: () => void };
  /** Environment to add to every instance of every target: SHAKEDOWN_RUN, preloads of samplers. */
  readonly instanceEnv: (instance: string) => Readonly<Record<string, string>>;
  /** An instance ended or started: samplers follow it. */
  readonly onInstance: (change: "start" | "ready" | "unready" | "exit", instance: Instance) => void;
}
/** An event without the trial number, which the context adds. */
export type EventBody = Event extends infer E
  ? E extends { readonly trial: number }
    ? Omit<E, "trial">
    : never
  : never;
