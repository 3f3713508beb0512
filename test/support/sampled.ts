/** Runs one sampler by hand against real processes and keeps what it says. */
import type { Absent, RunningSampler, Sampler } from "../../runner/samplers/sampler.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import type { Cgroup } from "../../runner/substrate/cgroup/cgroup.ts";
import { startTime } from "../../runner/substrate/procfs/process.ts";
import type { Instance, Target } from "../../runner/substrate/target.ts";

interface Point {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly t: number;
  readonly value: number;
}

export interface Sampled extends AsyncDisposable {
  readonly running: RunningSampler;
  readonly now: () => number;
  /** One reading now. */
  readonly tick: () => void;
  readonly change: (change: "start" | "ready" | "unready" | "exit", instance: Instance) => void;
  /** Points so far, those with these labels. */
  readonly points: (metric: string, labels?: Readonly<Record<string, string>>) => Point[];
  /** The last one; throws when there is none. */
  readonly last: (metric: string, labels?: Readonly<Record<string, string>>) => number;
  readonly absent: {
    readonly metric: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly why: Absent;
  }[];
}

export function sample(
  sampler: Sampler,
  options: { rawDir?: string; targets?: () => readonly Target[] } = {},
): Sampled {
  const host = realHost();
  const zero = host.clock.now();
  const all: Point[] = [];
  const absent: Sampled["absent"] = [];
  const known = (metric: string) => {
    if (!(metric in sampler.series)) throw new Error(`${sampler.name} did not declare ${metric}`);
  };
  const emit = Object.assign(
    (metric: string, labels: Readonly<Record<string, string>>, t: number, value: number) => {
      known(metric);
      all.push({ metric, labels, t, value });
    },
    {
      absent: (metric: string, labels: Readonly<Record<string, string>>, _t: number, why: Absent) => {
        known(metric);
        absent.push({ metric, labels, why });
      },
    },
  );
  const now = () => host.clock.now() - zero;
  const running = sampler.start({
    host,
    zero,
    rawDir: options.rawDir ?? "/nowhere",
    targets: options.targets ?? (() => []),
    emit,
  });
  const points: Sampled["points"] = (metric, labels = {}) =>
    all.filter(
      (it) => it.metric === metric && Object.entries(labels).every(([name, value]) => it.labels[name] === value),
    );
  return {
    running,
    now,
    tick: () => running.tick(now()),
    change: (change, instance) => running.onInstance?.(change, instance, now()),
    points,
    last: (metric, labels) => {
      const found = points(metric, labels).at(-1);
      if (found === undefined) throw new Error(`no ${metric} yet`);
      return found.value;
    },
    absent,
    [Symbol.asyncDispose]: running.stop,
  };
}

/** A running process as an instance of target `shop`. */
export function instanceOf(pid: number, options: { id?: string; cgroup?: Cgroup | null } = {}): Instance {
  const startedAt = startTime(pid);
  if (startedAt === null) throw new Error(`process ${pid} is gone`);
  return {
    id: options.id ?? "shop-0",
    target: "shop",
    pid,
    startedAt,
    port: 0,
    state: "starting",
    cgroup: options.cgroup ?? null,
  };
}
