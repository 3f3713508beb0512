/** The harness itself, once a second: a busy or stalled harness applies faults late. Workers tell their own in the load lines. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { ownCpuMs } from "../shared/own-cpu.ts";
import type { Sampler } from "./sampler.ts";

const EVERY_MS = 1000;
const RESOLUTION_MS = 40;

export const generator: Sampler = {
  name: "generator",
  help: "CPU and event-loop delay of the harness itself",
  series: {
    "harness.cpu": "cores, mean over the last second",
    "harness.loop.p99": "ms of delay beyond the timer, 99th percentile of the last second",
  },
  start: ({ emit, host, zero }) => {
    const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delay.enable();
    const labels = {};
    let last = { t: host.clock.now() - zero, cpuMs: ownCpuMs() };
    return {
      tick: (t) => {
        if (t - last.t < EVERY_MS) return;
        const cpuMs = ownCpuMs();
        emit("harness.cpu", labels, t, (cpuMs - last.cpuMs) / (t - last.t));
        last = { t, cpuMs };
        if (delay.count > 0) {
          // It records the whole interval between its timers, in ns; what is beyond the resolution is the delay.
          emit("harness.loop.p99", labels, t, Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS));
          delay.reset();
        }
      },
      stop: async () => void delay.disable(),
    };
  },
};
