/** The harness itself, once a second: a busy or stalled harness applies faults late. Workers tell their own in the load lines. */
import { watchLoop } from "../shared/loop-delay.ts";
import { ownCpuMs } from "../shared/own-cpu.ts";
import type { Sampler } from "./sampler.ts";

const EVERY_MS = 1000;
const BEAT_MS = 40;

export const generator: Sampler = {
  name: "generator",
  help: "CPU and event-loop delay of the harness itself",
  series: {
    "harness.cpu": "cores, mean over the last second",
    "harness.loop.p99": "ms of delay beyond the timer, 99th percentile of the last second",
  },
  start: ({ emit, host, zero }) => {
    const loop = watchLoop(BEAT_MS);
    const labels = {};
    let last = { t: host.clock.now() - zero, cpuMs: ownCpuMs() };
    return {
      tick: (t) => {
        if (t - last.t < EVERY_MS) return;
        const cpuMs = ownCpuMs();
        emit("harness.cpu", labels, t, (cpuMs - last.cpuMs) / (t - last.t));
        last = { t, cpuMs };
        emit("harness.loop.p99", labels, t, loop.p99());
      },
      stop: async () => loop.stop(),
    };
  },
};
