/** What the parts of a run share, and what the parts of a trial share. */
import type { Event, TrialOutcome } from "../record/events.ts";
import type { Scenario } from "../record/scenario.ts";
import type { RecordWriter } from "../record/writer.ts";
import type { Host } from "../shared/host.ts";
import type { CgroupSupport } from "../substrate/cgroup/cgroup.ts";
import type { EventBody } from "../targets/context.ts";
import type { LeaseStore } from "../undo/store.ts";
import type { Progress } from "./progress.ts";
import type { TrialPlan } from "./schedule.ts";

export interface RunContext {
  readonly host: Host;
  readonly id: string;
  readonly scenario: Scenario;
  readonly record: RecordWriter;
  /** Harness clock at 0 of the run clock. */
  readonly zero: number;
  readonly leases: LeaseStore;
  readonly cgroups: CgroupSupport;
  /** What every process of the run carries. */
  readonly env: Readonly<Record<string, string>>;
  /** Aborted by Ctrl-C, or by a disk that is full. */
  readonly signal: AbortSignal;
  readonly interrupted: () => string;
  readonly journal: (event: Event) => void;
  /** Runs a write to the record: a full disk ends the run instead of throwing at the writer. */
  readonly guard: (write: () => void) => void;
  readonly progress: (progress: Progress) => void;
}

export interface TrialContext {
  readonly plan: TrialPlan;
  readonly run: RunContext;
  readonly journal: (event: EventBody) => void;
  /** Ends the trial; the first reason counts. */
  readonly end: (outcome: TrialOutcome, reason: string | null) => void;
  /** Aborted when the trial was ended. */
  readonly signal: AbortSignal;
}
