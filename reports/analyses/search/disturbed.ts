/** Did something else than the target spoil a trial of a search? There is no other arm that would have suffered as well, so the limits are narrow. */
import { formatValue } from "../../../runner/shared/format.ts";
import type { Evidence, PhaseEvidence, TrialEvidence } from "../../evidence/evidence.ts";
import { increase } from "../counters.ts";
import { otherPrograms } from "../other-programs.ts";
import { pressed, shareOf, shortOfMemory, stolen } from "../validity/host.ts";

/**
 * Share of the time that it wanted a CPU in which an instance waited for one; one that sleeps most of the time is held up as well. Its own
 * overload makes it wait, too: others have to take part. Measured beside programs that took 70 to 90 % of 2 cores: 12 to 51 %, and one
 * of 12 trials at a quarter of what is borne had a response time p95 of 248 ms instead of 30.
 */
const WAITED = 0.2;
/** Share of the machine that other programs took. What runs on an idle machine takes a few percent. */
const OTHERS = 0.1;
/** Share of the machine that another virtual machine took. */
const STOLEN = 0.1;

/** As far as the trial went: one that was aborted has phases that never came to their end. */
function judgedIn({ phases, events }: TrialEvidence): PhaseEvidence[] {
  const until = events.findLast((it) => it.type === "trial.end")?.t ?? Number.POSITIVE_INFINITY;
  const went = phases.map((it) => ({ ...it, end: Math.min(it.end, until) })).filter((it) => it.end > it.start);
  const judged = went.filter((it) => !it.warmup);
  return judged.length > 0 ? judged : went;
}

/** In words; null when nothing did, or nothing was sampled that would tell. Of a soak: of one of its windows. */
export function disturbance({ run }: Evidence, trial: TrialEvidence): string | null {
  const targets = run.scenario.arms.flatMap((arm) => arm.targets);
  // Somebody else's service may be one of the other programs, or far away: what a busy machine does to the load is asked of its generator.
  if (!targets.some((it) => it.kind === "process")) return null;
  const phases = judgedIn(trial);
  const share = (of: typeof pressed) => shareOf(trial, phases, of, run.host.cpus);
  const percent = (it: number): string => formatValue(it, "ratio");
  const steal = share(stolen);
  if (steal !== null && steal > STOLEN) return `another virtual machine took ${percent(steal)} of the CPU time`;
  const confined = targets.some((it) => it.kind === "process" && it.limits.memory !== null);
  const memory = share(shortOfMemory);
  // A target at its own limit presses as well.
  if (!confined && memory !== null && memory > (shortOfMemory.limit ?? 1))
    return `the machine was short of memory for ${percent(memory)} of the time`;
  const waits = waitedOfWanted(trial, phases);
  const pressure = waits === null ? share(pressed) : null;
  if ((waits ?? 0) <= WAITED && (pressure ?? 0) <= (pressed.limit ?? 1)) return null;
  const others = otherPrograms(trial, phases, run.host.cpus);
  if (others !== null && others <= OTHERS) return null;
  const what =
    waits === null
      ? `programs waited for a CPU ${percent(pressure ?? 0)} of the time`
      : `an instance waited ${percent(waits)} of the time that it wanted a CPU`;
  return `${what}${others === null ? "" : `, while programs that are not of this run took ${percent(others)} of the machine`}`;
}

/** Of the instance that had most of it; null without readings. */
function waitedOfWanted(trial: TrialEvidence, phases: readonly PhaseEvidence[]): number | null {
  const shares = trial.series("runqueue.wait").flatMap((it) => {
    const cpu = trial.series("cpu.time").find(({ labels }) => labels.pid === it.labels.pid);
    const waits = increase([it], phases, "zero");
    const wanted = waits + (cpu === undefined ? 0 : increase([cpu], phases, "zero"));
    return cpu === undefined || wanted <= 0 ? [] : [waits / wanted];
  });
  return shares.length === 0 ? null : Math.max(...shares);
}
