/** Sampled series by metric and labels, in order of time; and why there is none. */
import type { SeriesLine } from "../../runner/record/load-lines.ts";
import type { Series } from "./evidence.ts";
import { samplerOf } from "./samplers.ts";

interface SeriesIndex {
  readonly series: (metric: string) => readonly Series[];
  readonly absent: (metric: string) => string | null;
}

/** @param off why samplers were off in this trial, by name */
export function seriesIndex(lines: readonly SeriesLine[], off: ReadonlyMap<string, string>): SeriesIndex {
  const values = Map.groupBy(
    lines.filter((it) => "x" in it),
    (it) => it.metric,
  );
  const reasons = Map.groupBy(
    lines.filter((it) => "absent" in it),
    (it) => it.metric,
  );
  const known = new Map<string, readonly Series[]>();
  const series = (metric: string): readonly Series[] => {
    const found = known.get(metric) ?? [...Map.groupBy(values.get(metric) ?? [], keyOf).values()].map(joined);
    known.set(metric, found);
    return found;
  };
  return {
    series,
    absent(metric) {
      if (series(metric).some((it) => it.t.length > 0)) return null;
      const said = reasons.get(metric)?.[0];
      if (said) return `${said.absent === "not-applicable" ? "not applicable" : said.absent}: ${said.reason}`;
      const sampler = samplerOf(metric);
      const why = sampler === null ? undefined : off.get(sampler);
      return why === undefined ? "not sampled in this trial" : `the sampler ${sampler} was off: ${why}`;
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
