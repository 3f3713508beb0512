/** The generator could not keep up. */
import type { Judgement } from "../../../reports/verdict/judgement.ts";
import { errors, p99 } from "./gates.ts";
import { regressed } from "./regressed.ts";

const generatorWorker = {
  ...{ worker: 0, cpu: 0.41, loopP99: 12, lagP50: 0.2, lagP99: 1.8 },
  ...{ inFlight: 38, connections: 40, descriptors: 71, descriptorLimit: 1024, rss: 96e6 },
};

export const invalid: Judgement = {
  ...regressed,
  verdict: "invalid",
  headline: "The load generator was too busy to be believed.",
  reasons: ["Its loop lagged 48 ms at p99 in 4 of 10 trials."],
  gates: [
    { ...p99, verdict: "invalid", because: "The generator lagged by more than it measures." },
    {
      ...errors,
      verdict: "inconclusive",
      candidate: null,
      change: null,
      trials: [],
      because: "No trial gave a value.",
    },
  ],
  trust: [
    {
      status: "invalid",
      title: "Generator",
      text: "the load generator could not keep up: CPU 97 % of a core (limit 80 %) in worker 1 of trial 3; add a worker (load.workers: 3), or lower the rate; loop delay 48 ms at p99 (limit 50 ms)",
      workers: [generatorWorker, { ...generatorWorker, worker: 1, cpu: 0.97, loopP99: 48, lagP50: null, lagP99: null }],
    },
    {
      status: "warning",
      title: "Connections",
      text: "some failed for how the service speaks: its certificate has expired, or the one that signed it (212 times in 3 of 10 trials)",
    },
    { status: "warning", title: "Host", text: "CPU pressure 31 % in 9 of 10 trials (limit 10 %)" },
  ],
};
