/** Runs the samplers of one trial: one timer for all, columns flushed each second, and one that throws is switched off alone. */
import type { Event } from "../record/events.ts";
import type { SeriesLine } from "../record/load-lines.ts";
import { messageOf } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import type { Instance, Target } from "../substrate/target.ts";
import { batches } from "./batches.ts";
import { samplers } from "./registry.ts";
import type { RunningSampler, Sampler } from "./sampler.ts";

interface Samplers {
  readonly onInstance: (change: Change, instance: Instance) => void;
  /** Environment that an instance needs for the samplers; its NODE_OPTIONS come beside the instance's own. */
  readonly instanceEnv: (instance: string) => Readonly<Record<string, string>>;
  /** Last readings; all is written when it resolves. Never rejects. */
  readonly stop: () => Promise<void>;
}
type Change = Parameters<NonNullable<RunningSampler["onInstance"]>>[0];

const FLUSH_MS = 1000;

export function startSamplers(options: {
  readonly host: Host;
  /** Run clock = host.clock.now() - zero. */
  readonly zero: number;
  readonly everyMs: number;
  /** Names of samplers to leave out. */
  readonly off: readonly string[];
  readonly rawDir: string;
  readonly targets: () => readonly Target[];
  /** Must not throw. */
  readonly write: (line: SeriesLine) => void;
  readonly journal: (event: Omit<Extract<Event, { type: "sampler.off" }>, "trial">) => void;
  /** Those of the registry, but in tests. */
  readonly available?: readonly Sampler[];
}): Samplers {
  const { host, zero, everyMs, rawDir, targets } = options;
  const { emit, flush } = batches(options.write);
  const running = new Map<string, RunningSampler>();
  const now = () => host.clock.now() - zero;

  /** Does something with a sampler; when that throws, switches it off. */
  const guarded = <T>(name: string, act: () => T): T | undefined => {
    try {
      return act();
    } catch (error) {
      const broken = running.get(name);
      running.delete(name);
      options.journal({ type: "sampler.off", sampler: name, reason: messageOf(error) });
      // What it says at its end is about what is broken already.
      if (broken) void (async () => broken.stop())().catch(() => undefined);
      return undefined;
    }
  };

  for (const sampler of options.available ?? samplers) {
    if (options.off.includes(sampler.name)) {
      options.journal({ type: "sampler.off", sampler: sampler.name, reason: "switched off by the scenario" });
      continue;
    }
    const made = guarded(sampler.name, () => sampler.start({ host, zero, rawDir, targets, emit }));
    if (made) running.set(sampler.name, made);
  }

  const stopping = new AbortController();
  const loop = (async () => {
    const start = now();
    let flushed = start;
    while (!stopping.signal.aborted) {
      for (const [name, sampler] of running) guarded(name, () => sampler.tick(now()));
      const t = now();
      if (t - flushed >= FLUSH_MS) {
        flushed = t;
        flush();
      }
      // The next multiple of the rate: no drift, and a late tick is not made up for.
      await host.clock.sleep(everyMs - ((now() - start) % everyMs), stopping.signal);
    }
  })();

  return {
    onInstance: (change, instance) => {
      for (const [name, it] of running) guarded(name, () => it.onInstance?.(change, instance, now()));
    },
    instanceEnv: (instance) => {
      const all = [...running].map(([name, it]) => guarded(name, () => it.instanceEnv?.(instance)) ?? {});
      return Object.assign({}, ...all);
    },
    stop: async () => {
      stopping.abort();
      await loop;
      for (const [name, it] of [...running]) {
        try {
          await it.stop();
        } catch (error) {
          options.journal({ type: "sampler.off", sampler: name, reason: messageOf(error) });
        }
      }
      running.clear();
      flush();
    },
  };
}
