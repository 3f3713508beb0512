/** How many instances a target should have and has ready, told at every change: exact times instead of a grid. */
import type { Absent, Sampler } from "./sampler.ts";

interface Known {
  readonly labels: Readonly<Record<string, string>>;
  /** Pids of ready instances by id. */
  readonly ready: Map<string, number>;
  told: { readonly desired: number; readonly ready: number } | null;
}

const series = {
  "instances.desired": "count, at each change",
  "instances.ready": "count, at each change",
};
const foreign: Absent = { kind: "not-applicable", reason: "it is not started by us" };

export const scaling: Sampler = {
  name: "scaling",
  series,
  start: ({ emit, targets }) => {
    const known = new Map<string, Known>();
    const of = (target: string) => {
      const found = known.get(target) ?? { labels: { target }, ready: new Map<string, number>(), told: null };
      known.set(target, found);
      return found;
    };
    const tell = (target: string, desired: number, t: number) => {
      const state = of(target);
      const ready = state.ready.size;
      if (state.told?.desired !== desired) emit("instances.desired", state.labels, t, desired);
      if (state.told?.ready !== ready) emit("instances.ready", state.labels, t, ready);
      state.told = { desired, ready };
    };
    const tellAll = (t: number) => {
      for (const it of targets()) {
        // Somebody else's service: how many instances it has, nobody told us.
        if (it.desired === 0)
          for (const metric of Object.keys(series)) emit.absent(metric, of(it.name).labels, t, foreign);
        else tell(it.name, it.desired, t);
      }
    };
    return {
      // `desired` has no event of its own.
      tick: tellAll,
      onInstance: (change, instance, t) => {
        const { ready } = of(instance.target);
        if (change === "ready") ready.set(instance.id, instance.pid);
        // A late end of the former process does not unready the one that took its place.
        else if (change !== "start" && ready.get(instance.id) === instance.pid) ready.delete(instance.id);
        tellAll(t);
      },
      stop: async () => undefined,
    };
  },
};
