/** What a target needs from the run, and how it says that the arm, not the harness, is at fault. */
import type { Event } from "../record/events.ts";
import type { TlsSpec } from "../record/scenario.ts";
import type { Address } from "../shared/address.ts";
import type { Instance } from "../substrate/target.ts";
import type { Lease } from "../undo/lease.ts";

/** The arm's own fault: never ready, crash loop. Ends the trial as failed, not the run. */
export class TargetFailed extends Error {
  override readonly name = "TargetFailed";
}

/**
 * Target and load don't speak alike: a certificate that is not trusted, another protocol. No other trial mends that, and nothing is
 * known of the arm: it breaks the trial and ends the run.
 */
export class NotSpokenTo extends Error {
  override readonly name = "NotSpokenTo";

  constructor(target: string, why: string) {
    super(`${target} can't be spoken to as the scenario says: ${why}`);
  }
}

/** How the clients of a target speak to it. */
export interface Spoken {
  readonly tls: TlsSpec | null;
  readonly http2: boolean;
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
  readonly addressOf: (target: string) => Address;
  /** Null when the load does not go to this target. */
  readonly spoken: Spoken | null;
  /** Registers an undo as a lease before the deed; `release` after it was undone. */
  readonly lease: (lease: Lease) => { readonly release: () => void };
  /** Environment to add to every instance of every target: SHAKEDOWN_RUN, preloads of samplers. */
  readonly instanceEnv: (instance: string) => Readonly<Record<string, string>>;
  /** An instance ended or started: samplers follow it. */
  readonly onInstance: (change: "start" | "ready" | "unready" | "exit", instance: Instance) => void;
  /** A part of the harness that a target stands on is gone (its router): what follows says nothing about the arm. */
  readonly onBroken: (reason: string) => void;
  /** Something that the reader of the record should know, and that decides nothing by itself. */
  readonly warn: (text: string) => void;
  /** Takes secrets out of what an instance wrote. */
  readonly redact: (text: string) => string;
}
/** An event without the trial number, which the context adds. */
export type EventBody = Event extends infer E
  ? E extends { readonly trial: number }
    ? Omit<E, "trial">
    : never
  : never;
