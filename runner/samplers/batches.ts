/** Collects readings into columns: one line of series.ndjson per metric and labels each time it is flushed. */
import type { SeriesLine } from "../record/load-lines.ts";
import type { Emit } from "./sampler.ts";

export interface Batches {
  readonly emit: Emit;
  /** Writes what has come since the last time. */
  readonly flush: () => void;
}

/** An absence is written once per metric, labels and reason. */
export function batches(write: (line: SeriesLine) => void): Batches {
  const columns = new Map<string, { metric: string; labels: Labels; t: number[]; x: number[] }>();
  const told = new Set<string>();
  const key = (metric: string, labels: Labels) => `${metric} ${JSON.stringify(labels)}`;

  const reading = (metric: string, labels: Labels, t: number, value: number) => {
    if (!Number.isFinite(value)) throw new Error(`${metric} is ${value}: what can't be read is absent, not a number`);
    const id = key(metric, labels);
    let column = columns.get(id);
    if (column === undefined) {
      column = { metric, labels, t: [], x: [] };
      columns.set(id, column);
    }
    column.t.push(rounded(t, 1e3));
    column.x.push(rounded(value, 1e6));
  };
  const absent: Emit["absent"] = (metric, labels, t, why) => {
    const id = `${key(metric, labels)} ${why.kind} ${why.reason}`;
    if (told.has(id)) return;
    told.add(id);
    write({ v: 1, metric, labels, at: rounded(t, 1e3), absent: why.kind, reason: why.reason });
  };
  return {
    emit: Object.assign(reading, { absent }),
    flush: () => {
      for (const { metric, labels, t, x } of columns.values()) write({ v: 1, metric, labels, t, x });
      columns.clear();
    },
  };
}

type Labels = Readonly<Record<string, string>>;

/** Times to a µs, values to a millionth: beyond what is measured, and short as text. */
const rounded = (value: number, scale: number): number => Math.round(value * scale) / scale;
