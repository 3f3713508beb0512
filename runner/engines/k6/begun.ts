/** Whether k6 began as many iterations as were asked of it, and finished what it began. */
import type { JobPhase } from "../engine.ts";
import type { Intake } from "./intake.ts";

/** Begun over asked, of a whole load. */
const least = 0.98;

/** Why the load was not what was asked; null when it was, or where the script's own scenarios say what is asked. */
export function shortOf(
  phases: readonly JobPhase[],
  workers: number,
  { begun, dropped }: ReturnType<Intake["counted"]>,
): string | null {
  if (phases.some(({ load }) => load.kind !== "open")) return null;
  const asked = phases.reduce(
    (sum, { load, durationMs }) => sum + (load.kind === "open" ? ((load.from + load.to) / 2) * (durationMs / 1000) : 0),
    0,
  );
  // A segment's share of a phase is rounded.
  const share = asked / workers - phases.length;
  return begun + dropped >= least * share
    ? null
    : `k6 began ${begun + dropped} iterations of about ${Math.round(share)}`;
}
