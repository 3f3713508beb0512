/** Consecutive phases with the same number of connections: one run of autocannon each, since its connections are fixed. */
import type { Job } from "../engine.ts";
import { phaseStarts } from "../worker/phase-starts.ts";
import { shareOf } from "../worker/share.ts";

export interface Stretch {
  /** This worker's own. */
  readonly connections: number;
  /** ms since the load's start. */
  readonly from: number;
  readonly to: number;
}

export function stretches(job: Job): Stretch[] {
  const starts = phaseStarts(job.phases);
  const out: Stretch[] = [];
  for (const [i, phase] of job.phases.entries()) {
    const total = phase.load.kind === "closed" ? phase.load.connections : 0;
    const next = {
      connections: shareOf(total, job.worker, job.workers),
      from: starts[i] as number,
      to: starts[i + 1] as number,
    };
    const last = out.at(-1);
    if (last?.connections === next.connections) out[out.length - 1] = { ...last, to: next.to };
    else out.push(next);
  }
  return out;
}
