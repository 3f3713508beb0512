/** Cumulative counters: stored raw, differentiated here, per process, with what a new process starts from. */
import type { Series, Span } from "../evidence/evidence.ts";

/** Index of the last point at or before `t`; -1 before the first. */
function indexAt({ t: times }: Series, t: number): number {
  let low = -1;
  let high = times.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((times[middle] as number) <= t) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Interpolated between readings; the last reading after the end; `before` before the first. */
export function counterAt(series: Series, t: number, before: number): number {
  const i = indexAt(series, t);
  if (i < 0) return before;
  const [t0, x0] = [series.t[i] as number, series.x[i] as number];
  const [t1, x1] = [series.t[i + 1], series.x[i + 1]];
  if (t1 === undefined || x1 === undefined || t1 === t0) return x0;
  return x0 + ((t - t0) / (t1 - t0)) * (x1 - x0);
}

/** How a counter behaves when its process is replaced: it counts from 0, or goes on where the group it belongs to outlives the process. */
type Start = "zero" | "group";

/** Increase over spans, by instance; the series of one instance are those of its processes, one after the other. */
function increaseByInstance(all: readonly Series[], spans: readonly Span[], start: Start): ReadonlyMap<string, number> {
  const byInstance = Map.groupBy(all, (it) => it.labels.instance ?? "");
  return new Map(
    [...byInstance].map(([instance, series]) => {
      const inOrder = series.toSorted((a, b) => (a.t[0] ?? 0) - (b.t[0] ?? 0));
      const total = inOrder.reduce((sum, it, i) => {
        const first = it.x[0] ?? 0;
        const last = inOrder[i - 1]?.x.at(-1) ?? 0;
        const before = start === "group" && first >= last ? last : 0;
        return (
          sum +
          spans.reduce((part, span) => part + counterAt(it, span.end, before) - counterAt(it, span.start, before), 0)
        );
      }, 0);
      return [instance, total];
    }),
  );
}

export const increase = (all: readonly Series[], spans: readonly Span[], start: Start): number =>
  [...increaseByInstance(all, spans, start).values()].reduce((sum, it) => sum + it, 0);

/** The value in force: a step function that keeps its last reading. Null before the first. */
export const stepAt = (series: Series, t: number): number | null => {
  const i = indexAt(series, t);
  return i < 0 ? null : (series.x[i] as number);
};

/** The values in force within a span: each with its length in ms. The first reading counts from the span's start. */
export function stepsIn(
  series: Series,
  span: Span,
): { readonly value: number; readonly ms: number; readonly start: number }[] {
  const out: { value: number; ms: number; start: number }[] = [];
  let from = span.start;
  let current = stepAt(series, span.start) ?? series.x[0];
  for (let i = indexAt(series, span.start) + 1; current !== undefined; i++) {
    const next = series.t[i];
    const until = next === undefined || next >= span.end ? span.end : next;
    if (until > from) out.push({ value: current, ms: until - from, start: from });
    if (next === undefined || next >= span.end) break;
    from = Math.max(from, next);
    current = series.x[i];
  }
  return out;
}
