/** Fewer points on the time axis: neighbouring bins merged, so that a long run stays a small file and no extreme is lost. */
import type { Panel, Timeline } from "../../analyses/parts.ts";

type Values = readonly (number | null)[];

const merged = (values: Values, per: number, pick: (present: readonly number[]) => number): (number | null)[] =>
  Array.from({ length: Math.ceil(values.length / per) }, (_, i) => {
    const present = values
      .slice(i * per, (i + 1) * per)
      .filter((it): it is number => it !== null && Number.isFinite(it));
    return present.length === 0 ? null : pick(present);
  });

const mean = (values: readonly number[]): number => values.reduce((sum, it) => sum + it, 0) / values.length;

function thinLine(line: Panel["lines"][number], per: number): Panel["lines"][number] {
  return {
    ...line,
    center: merged(line.center, per, mean),
    low: merged(line.low ?? line.center, per, (it) => Math.min(...it)),
    high: merged(line.high ?? line.center, per, (it) => Math.max(...it)),
  };
}

/** At most `limit` bins; the band then also holds the extremes inside a merged bin. Unchanged when it is short enough. */
export function thinned(timeline: Timeline, limit: number): Timeline {
  const per = Math.ceil(timeline.t.length / limit);
  if (per <= 1) return timeline;
  return {
    ...timeline,
    t: timeline.t.filter((_, i) => i % per === 0),
    panels: timeline.panels.map((panel) => ({ ...panel, lines: panel.lines.map((it) => thinLine(it, per)) })),
  };
}
