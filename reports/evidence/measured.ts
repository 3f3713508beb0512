/** What the load script measured itself: lines of all workers added up, by name and phase. */
import type { MeasuredLine } from "../../runner/record/load-lines.ts";
import { addTo, emptySum } from "../../runner/record/value-buckets.ts";
import type { TrialEvidence } from "./evidence.ts";

export function measuredOf(lines: readonly MeasuredLine[]): TrialEvidence["measured"] {
  const byName = Map.groupBy(lines, (it) => it.metric);
  return (metric, phases) => {
    const own = (byName.get(metric) ?? []).filter((it) => phases.includes(it.phase));
    return own.length === 0 ? null : own.reduce(addTo, emptySum());
  };
}
