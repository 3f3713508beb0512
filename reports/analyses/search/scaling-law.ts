/** Throughput over concurrency in the trials of a search, and the universal scalability law through it. */
import { seeded } from "../../../runner/shared/random.ts";
import type { Evidence, TrialEvidence } from "../../evidence/evidence.ts";
import { type Scalability, type Scaled, scalability } from "../../stats/scalability.ts";
import { phasesFor } from "../measure.ts";
import type { TrialSaid } from "./read.ts";

export interface ScalingLaw extends Scalability {
  readonly runs: readonly Scaled[];
  /** Nothing is forecast beyond this many in flight, no peak either. */
  readonly farthest: number;
}

/** Different loads below which a law through them would be drawn by chance. */
const FEWEST_LOADS = 6;
/** Times the most that was seen in flight. */
const FORECAST = 2;
/** With fewer in flight on average the service is idle in between: nothing of how it scales shows. */
const LEAST_IN_FLIGHT = 0.05;

/** Null where something else than the rate is searched, since each of its values is another target; with too few loads; and where an engine tells no service times. */
export function scalingLaw(evidence: Evidence, said: readonly TrialSaid[]): ScalingLaw | null {
  if (evidence.run.scenario.search?.over.kind !== "rate") return null;
  const usable = said.filter(
    ({ point, mute }) => mute === null && (point.purpose === "probe" || point.purpose === "refine"),
  );
  const runs = usable.flatMap(({ trial }) => {
    const found = evidence.trials.find((it) => it.index === trial);
    // One that was aborted has phases that never came to their end: what it answered was in less time.
    const run = found?.outcome === "ok" ? scaledIn(found) : null;
    return run === null ? [] : [run];
  });
  const loads = new Set(usable.map((it) => it.point.value)).size;
  if (loads < FEWEST_LOADS || runs.length < FEWEST_LOADS) return null;
  const law = scalability(runs, seeded(evidence.run.scenario.trials.seed, "scalability"));
  const farthest = FORECAST * Math.max(...runs.map((it) => it.n));
  return { ...law, peak: law.peak !== null && law.peak.n <= farthest ? law.peak : null, runs, farthest };
}

/** Little's law over the judged phases: what is in flight is throughput times the time that each takes. */
function scaledIn(trial: TrialEvidence): Scaled | null {
  const phases = phasesFor(trial, { phase: null, fault: null });
  const { counts, service, durationMs } = trial.requests({ phases: phases.map((it) => it.name), request: null });
  if (counts.ok === 0 || service.totalCount === 0 || durationMs <= 0) return null;
  const throughput = (counts.ok / durationMs) * 1000;
  // µs
  const n = (throughput * service.mean) / 1e6;
  return n >= LEAST_IN_FLIGHT ? { n, throughput } : null;
}
