/** How many requests a worker has to send over a whole load. */
import type { JobPhase } from "./engine.ts";

/** Its share of the area under the rate, to the nearest request; random arrivals differ from it. Null in the closed model. */
export function dueFrom(phases: readonly JobPhase[], workers: number): number | null {
  let sum = 0;
  for (const { load, durationMs } of phases) {
    if (load.kind !== "open") return null;
    sum += (((load.from + load.to) / 2) * durationMs) / 1000;
  }
  return Math.round(sum / workers);
}
