/** How many requests were answered well per second. */
import { noRequests } from "./latency.ts";
import { absent, type Measure, value } from "./measure.ts";

export const throughput: Measure = (of) => {
  const { counts, due, durationMs } = of.trial.requests({
    phases: of.phases.map((it) => it.name),
    request: of.condition.request,
  });
  return due === 0 || durationMs <= 0 ? absent(noRequests(of)) : value((counts.ok / durationMs) * 1000);
};
