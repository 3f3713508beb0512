/** A sampler reads; it never changes what it reads. Absent is never zero: a reading is a value or says why there is none. */
import type { Host } from "../shared/host.ts";
import type { Instance, Target } from "../substrate/target.ts";

export interface Sampler {
  /** Name as in `samplers.off`. */
  readonly name: string;
  /** Series it emits: metric name -> unit, with what it is read from. */
  readonly series: Readonly<Record<string, string>>;
  /** Starts for one trial. Throws nothing: what can't be read is emitted as absent, once, with the reason. */
  readonly start: (context: SamplerContext) => RunningSampler;
}

export interface RunningSampler {
  /** Called at the sampling rate; cheap: open descriptors, preads. `t` is the run clock, ms. */
  readonly tick: (t: number) => void;
  readonly onInstance?: (change: "start" | "ready" | "unready" | "exit", instance: Instance, t: number) => void;
  /** Environment that instances need (preloads), asked before an instance starts. */
  readonly instanceEnv?: (instance: string) => Readonly<Record<string, string>>;
  /** Last readings, closes descriptors, removes what it made. */
  readonly stop: () => Promise<void>;
}

export interface SamplerContext {
  readonly host: Host;
  /** run clock = host.clock.now() - zero. */
  readonly zero: number;
  readonly rawDir: string;
  readonly targets: () => readonly Target[];
  readonly emit: Emit;
}
/** What a series about one instance's process is labelled with: a restarted instance begins a new one. */
export const labelsOf = ({ target, id, pid }: Instance): Readonly<Record<string, string>> => ({
  target,
  instance: id,
  pid: String(pid),
});

export interface Emit {
  /** Keep one labels object per series: it is compared by identity. */
  (metric: string, labels: Readonly<Record<string, string>>, t: number, value: number): void;
  readonly absent: (metric: string, labels: Readonly<Record<string, string>>, t: number, why: Absent) => void;
}
export interface Absent {
  readonly kind: "not-applicable" | "unavailable" | "stale";
  readonly reason: string;
}
