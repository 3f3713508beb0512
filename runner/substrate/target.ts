/** A target as faults and samplers see it: instances behind one stable address. */
import type { Address } from "../shared/address.ts";
import type { Confinement } from "../shared/confinement.ts";
import type { Cgroup } from "./cgroup/cgroup.ts";
import type { LinkControl } from "./router/control.ts";

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
  readonly address: Address;
  /** The Host header that the service behind the router expects; without it, clients send the router's address. */
  readonly hostHeader?: string;
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
  /** How its last process ended, by the wait status; null while none has. Only a supervisor knows. */
  readonly lastExit?: LastExit | null;
}

export interface LastExit {
  readonly pid: number;
  readonly startedAt: number;
  /** Null when it ended by itself. */
  readonly signal: string | null;
  /** Null when a signal ended it. */
  readonly code: number | null;
}
