/** Collects readings into columns: one line of series.ndjson per metric and labels each time it is flushed. */
import type { SeriesLine } from "../record/load-lines.ts";
import type { Emit } from "./sampler.ts";

interface Batches {
  readonly emit: Emit;
  /** Writes what has come since the last time. */
  readonly flush: () => void;
}

/** Labels are told apart as objects: a sampler keeps one per series. An absence is written once per metric, labels and reason. */
export function batches(write: (line: SeriesLine) => void): Batches {
  const columns = new Map<Labels, Map<string, { t: number[]; x: number[] }>>();
  const told = new Set<string>();

  const reading = (metric: string, labels: Labels, t: number, value: number) => {
    if (!Number.isFinite(value)) throw new Error(`${metric} is ${value}: what can't be read is absent, not a number`);
    let byMetric = columns.get(labels);
    if (byMetric === undefined) {
      byMetric = new Map();
      columns.set(labels, byMetric);
    }
    let column = byMetric.get(metric);
    if (column === undefined) {
      column = { t: [], x: [] };
      byMetric.set(metric, column);
    }
    column.t.push(rounded(t, 1e3));
    column.x.push(rounded(value, 1e6));
  };
  const absent: Emit["absent"] = (metric, labels, t, why) => {
    const id = JSON.stringify([metric, labels, why]);
    if (told.has(id)) return;
    told.add(id);
    write({ v: 1, metric, labels, at: rounded(t, 1e3), absent: why.kind, reason: why.reason });
  };
  return {
    emit: Object.assign(reading, { absent }),
    flush: () => {
      for (const [labels, byMetric] of columns) {
        for (const [metric, column] of byMetric) write({ v: 1, metric, labels, ...column });
      }
      columns.clear();
    },
  };
}

type Labels = Readonly<Record<string, string>>;

/** Times to a µs, values to a millionth: beyond what is measured, and short as text. */
const rounded = (value: number, scale: number): number => Math.round(value * scale) / scale;
