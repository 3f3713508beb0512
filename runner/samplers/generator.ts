/** The harness itself with its routers, once a second: a busy or stalled harness applies faults late. Workers tell their own in the load lines. */
import { watchLoop } from "../shared/loop-delay.ts";
import { ownCpuMs } from "../shared/own-cpu.ts";
import { readStat } from "../substrate/procfs/process.ts";
import type { Target } from "../substrate/target.ts";
import type { Sampler } from "./sampler.ts";

const EVERY_MS = 1000;
/** As often as the samplers read where nothing else is said: an idle harness is to wake seldom. */
const BEAT_MS = 100;

export const generator: Sampler = {
  name: "generator",
  series: {
    "harness.cpu": "cores, mean over the last second",
    "harness.loop.p99": "ms of delay beyond the timer, 99th percentile of the last second",
    "router.cpu": "ms, cumulative, of the router in front of a target (stat)",
  },
  start: ({ emit, host, zero, targets }) => {
    const loop = watchLoop(BEAT_MS);
    const labels = {};
    const ofTarget = new Map<string, { readonly target: string }>();
    let last = { t: host.clock.now() - zero, cpuMs: ownCpuMs() };
    return {
      tick: (t) => {
        if (t - last.t < EVERY_MS) return;
        const cpuMs = ownCpuMs();
        emit("harness.cpu", labels, t, (cpuMs - last.cpuMs) / (t - last.t));
        last = { t, cpuMs };
        for (const target of targets()) {
          const used = routerCpuMs(target);
          const known = ofTarget.get(target.name) ?? { target: target.name };
          ofTarget.set(target.name, known);
          if (used !== null) emit("router.cpu", known, t, used);
        }
        emit("harness.loop.p99", labels, t, loop.p99());
      },
      stop: async () => loop.stop(),
    };
  },
};

/** Null while the target is not up, and where there is no /proc. */
function routerCpuMs(target: Target): number | null {
  const router = linkOf(target);
  const stat = router === null ? null : readStat(router.pid);
  return stat === null || stat.startedAt !== router?.startedAt ? null : stat.utimeMs + stat.stimeMs;
}

function linkOf(target: Target): Target["link"] | null {
  try {
    return target.link;
  } catch {
    return null;
  }
}
