/** Did the service speak as the load does? What TLS or the protocol kept requests from, in words; they are failures of the arm. */
import { counted } from "../../../runner/shared/format.ts";
import type { TrialEvidence } from "../../evidence/evidence.ts";
import type { Check } from "../parts.ts";

interface Trouble {
  readonly trial: number;
  readonly reason: string;
  /** 0 when the load did not come to its end. */
  readonly count: number;
}

/** Null when there was no trouble. */
export function connectionsCheck(trials: readonly TrialEvidence[]): Check | null {
  const all = trials.flatMap(troublesOf);
  if (all.length === 0) return null;
  const told = [...Map.groupBy(all, (it) => it.reason)].map(([reason, of]) => {
    const times = of.reduce((sum, it) => sum + it.count, 0);
    const often = times === 0 ? "" : `${counted(times, "time")} `;
    return `${reason} (${often}in ${new Set(of.map((it) => it.trial)).size} of ${counted(trials.length, "trial")})`;
  });
  return {
    status: "warning",
    title: "Connections",
    text: `some failed for how the service speaks: ${told.join("; ")}`,
  };
}

/** Told at first sight, and counted at the end of the load. */
function troublesOf({ index, events }: TrialEvidence): Trouble[] {
  const counts = new Map<string, number>();
  for (const it of events) {
    if (it.type === "load.trouble") counts.set(it.reason, counts.get(it.reason) ?? 0);
    if (it.type === "load.done") for (const { reason, count } of it.troubles ?? []) counts.set(reason, count);
  }
  return [...counts].map(([reason, count]) => ({ trial: index, reason, count }));
}
