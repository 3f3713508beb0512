/** What the load script measured itself: lines of all workers added up, by name and phase. */
import type { MeasuredLine, ValueBuckets } from "../../runner/record/load-lines.ts";
import type { MeasuredEvidence, TrialEvidence } from "./evidence.ts";

export function measuredOf(lines: readonly MeasuredLine[]): TrialEvidence["measured"] {
  const byName = Map.groupBy(lines, (it) => it.metric);
  return (metric, phases) => {
    const own = (byName.get(metric) ?? []).filter((it) => phases.includes(it.phase));
    return own.length === 0 ? null : own.reduce<MeasuredEvidence>(added, { sum: 0, last: 0, values: null });
  };
}

const added = (sum: MeasuredEvidence, line: MeasuredLine): MeasuredEvidence => ({
  sum: sum.sum + line.sum,
  last: line.last,
  values: bothOf(sum.values, line.values),
});

/** Workers of one load tell buckets of one width. */
function bothOf(a: ValueBuckets | null, b: ValueBuckets | null): ValueBuckets | null {
  if (a === null || b === null) return a ?? b;
  const sum = (one: ValueBuckets["positive"], other: ValueBuckets["positive"]): Record<string, number> => {
    const both: Record<string, number> = { ...one };
    for (const [index, count] of Object.entries(other)) both[index] = (both[index] ?? 0) + count;
    return both;
  };
  return {
    schema: a.schema,
    count: a.count + b.count,
    zero: a.zero + b.zero,
    positive: sum(a.positive, b.positive),
    negative: sum(a.negative, b.negative),
  };
}
