/** Whether k6 began as many iterations as were asked of it, and finished what it began. */
import { dueFrom } from "../due.ts";
import type { JobPhase } from "../engine.ts";
import type { Intake } from "./samples/intake.ts";

/** Begun over asked, of a whole load. */
const least = 0.98;

/** Why the load was not what was asked; null when it was, or where the script's own scenarios say what is asked. */
export function shortOf(
  phases: readonly JobPhase[],
  workers: number,
  { begun, dropped }: ReturnType<Intake["counted"]>,
): string | null {
  const due = dueFrom(phases, workers);
  if (due === null) return null;
  // A segment's share of a phase is rounded.
  const share = due - phases.length;
  return begun + dropped >= least * share ? null : `k6 began ${begun + dropped} iterations of about ${share}`;
}
