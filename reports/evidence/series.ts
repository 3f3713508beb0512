/** Sampled series by metric and labels, in order of time; and why there is none. */
import type { SeriesLine } from "../../runner/record/load-lines.ts";
import { formatDuration } from "../../runner/shared/format.ts";
import type { Series, TrialEvidence } from "./evidence.ts";
import { samplerOf } from "./samplers.ts";

type SeriesIndex = Pick<TrialEvidence, "series" | "absent">;

/** A sampler that was switched off, by the scenario or because it broke: since when on the run clock, ms, and why. */
export interface Off {
  readonly since: number;
  readonly why: string;
}

/** Beyond one interval a reading is late by this at most, ms: the slowest samplers read once a second. */
const lateMs = 1000;

/**
 * @param off     samplers that were off in this trial, or from some moment on, by name
 * @param everyMs from one reading to the next
 */
export function seriesIndex(lines: readonly SeriesLine[], off: ReadonlyMap<string, Off>, everyMs: number): SeriesIndex {
  const values = Map.groupBy(
    lines.filter((it) => "x" in it),
    (it) => it.metric,
  );
  const reasons = Map.groupBy(
    lines.filter((it) => "absent" in it),
    (it) => it.metric,
  );
  const known = new Map<string, readonly Series[]>();
  // Of all samplers together: an instance may be gone before. Counts of instances are told when they change.
  const end = lines.reduce(
    (latest, it) =>
      "x" in it && samplerOf(it.metric) !== "scaling" ? Math.max(latest, it.t.at(-1) ?? latest) : latest,
    Number.NEGATIVE_INFINITY,
  );
  /** Why readings of it end before that time. */
  const cutOff = (metric: string, until: number): string | null => {
    const sampler = samplerOf(metric);
    const broke = sampler === null ? undefined : off.get(sampler);
    if (broke !== undefined && broke.since < until) return `the sampler ${sampler} went off meanwhile: ${broke.why}`;
    const missingMs = until - end - everyMs - lateMs;
    return Number.isFinite(missingMs) && missingMs > 0
      ? `what was sampled ends ${formatDuration(until - end)} too early`
      : null;
  };
  const series = (metric: string): readonly Series[] => {
    const found = known.get(metric) ?? [...Map.groupBy(values.get(metric) ?? [], keyOf).values()].map(joined);
    known.set(metric, found);
    return found;
  };
  return {
    series,
    absent(metric, until) {
      if (series(metric).some((it) => it.t.length > 0)) return until === undefined ? null : cutOff(metric, until);
      const said = reasons.get(metric)?.[0];
      if (said) return `${said.absent === "not-applicable" ? "not applicable" : said.absent}: ${said.reason}`;
      const sampler = samplerOf(metric);
      const broke = sampler === null ? undefined : off.get(sampler);
      return broke === undefined ? "not sampled in this trial" : `the sampler ${sampler} was off: ${broke.why}`;
    },
  };
}

const keyOf = ({ labels }: SeriesLine): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

function joined(batches: readonly Extract<SeriesLine, { x: readonly number[] }>[]): Series {
  const points = batches.flatMap(({ t, x }) =>
    Array.from({ length: Math.min(t.length, x.length) }, (_, i): [number, number] => [t[i] as number, x[i] as number]),
  );
  const sorted = points.every(([t], i) => i === 0 || t >= (points[i - 1]?.[0] ?? t));
  if (!sorted) points.sort(([a], [b]) => a - b);
  return {
    labels: batches[0]?.labels ?? {},
    t: Float64Array.from(points, ([t]) => t),
    x: Float64Array.from(points, ([, x]) => x),
  };
}
