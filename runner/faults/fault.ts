/** A fault is one file: what it does to an instance or a link, how that is leased, applied and proved. Undoing is not in it: see ../undo. */
import type { z } from "zod";
import type { Evidence } from "../record/events.ts";
import type { Host } from "../shared/host.ts";
import type { Capability, Instance, Target } from "../substrate/target.ts";
import type { Lease } from "../undo/lease.ts";

export interface Fault<Options = Record<string, unknown>> {
  /** kebab-case; the file's name. */
  readonly kind: string;
  /** One sentence for `plan`, docs and the JSON Schema. */
  readonly help: string;
  /** Strict zod object of its own options; `kind`, `target`, `at`, `for` and `recovered` are common to all and added by the scenario room (`safeExtend`: it may hold refinements). */
  readonly options: z.ZodObject;
  readonly requires: readonly Capability[];
  /** Programs that it runs, by name: looked for in PATH before anything starts. */
  readonly programs?: readonly string[];
  /** one-shot: recovery counts from apply; lasting: from revert. */
  readonly nature: "one-shot" | "lasting";
  /** instances: counts against safety.maxTargets. link: applies once, to the target's router. */
  readonly hits: "instances" | "link";
  /** How many of `desired` instances it hits, for the safety limit and for `plan` (before anything runs). Links: 0. */
  readonly reach: (options: Options, desired: number) => number;
  /** Concrete deeds, chosen among ready instances with the trial's seeded random. */
  readonly plan: (options: Options, target: Target, random: () => number) => readonly Deed[];
}

/** One instance (or link) and what is done to it. The orchestrator journals around each step. */
export interface Deed {
  /** The instance's id, or "link". */
  readonly instance: string;
  readonly does: string;
  readonly undo: string;
  /**
   * Prepares whatever must exist before the lease can name it (a parked ballast process, values read back) and returns the lease.
   * Must change nothing about the target.
   */
  readonly lease: (context: FaultContext) => Promise<Lease>;
  readonly apply: (context: FaultContext) => Promise<void>;
  /** Proof at the mechanism, or null when not (yet) seen. Asked every 20 ms until proved or the fault ends. */
  readonly landed: (context: FaultContext) => Promise<Evidence | null>;
  /** What may have kept the proof away until the fault ended, and what helps; where that can be told. */
  readonly unproved?: string;
}

export interface FaultContext {
  readonly host: Host;
  /** SHAKEDOWN_RUN and what else helper processes must carry. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: (text: string) => void;
}
export type { Evidence, Instance, Lease, Target };
