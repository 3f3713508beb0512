/** Did something else than the target spoil a trial of a search? There is no other arm that would have suffered as well, so the limits are narrow. */
import { formatValue } from "../../../runner/shared/format.ts";
import type { Evidence, PhaseEvidence, TrialEvidence } from "../../evidence/evidence.ts";
import { otherPrograms } from "../other-programs.ts";
import { pressed, shareOf, shortOfMemory, stolen, waited } from "../validity/host.ts";

/** Share of the time that an instance waited for a CPU. Its own overload makes it wait too: others have to take part. */
const WAITED = 0.1;
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
  const phases = judgedIn(trial);
  const share = (of: typeof waited) => shareOf(trial, phases, of, run.host.cpus);
  const percent = (it: number): string => formatValue(it, "ratio");
  const steal = share(stolen);
  if (steal !== null && steal > STOLEN) return `another virtual machine took ${percent(steal)} of the CPU time`;
  const confined = run.scenario.arms.some((arm) =>
    arm.targets.some((it) => it.kind === "process" && it.limits.memory !== null),
  );
  const memory = share(shortOfMemory);
  // A target at its own limit presses as well.
  if (!confined && memory !== null && memory > (shortOfMemory.limit ?? 1))
    return `the machine was short of memory for ${percent(memory)} of the time`;
  const waits = share(waited);
  const [wait, limit, who] =
    waits === null ? [share(pressed), pressed.limit, "programs"] : [waits, WAITED, "an instance"];
  if (wait === null || limit === null || wait <= limit) return null;
  const others = otherPrograms(trial, phases, run.host.cpus);
  if (others !== null && others <= OTHERS) return null;
  return `${who} waited for a CPU ${percent(wait)} of the time${others === null ? "" : ` while programs that are not of this run took ${percent(others)} of the machine`}`;
}
