/** What a script measures besides requests, between two flushes: per name, phase and second, over all tags. */
import type { MeasuredLine, ValueBuckets } from "../../record/load-lines.ts";
import type { JobPhase } from "../engine.ts";
import { secondFinder } from "../worker/phase-starts.ts";

/** A part of a metric: single values, a histogram's, or only their sum. */
export interface Part {
  readonly sum: number;
  readonly last: number;
  readonly values: ValueBuckets | null;
}

export interface Measured {
  readonly add: (metric: string, phase: string, atMs: number, part: Part) => void;
  readonly flush: () => Generator<MeasuredLine>;
}

/** Parts added up. */
export interface Sum {
  sum: number;
  last: number;
  values: Collected | null;
}
interface Collected {
  readonly schema: number;
  count: number;
  zero: number;
  readonly positive: Record<string, number>;
  readonly negative: Record<string, number>;
}

export function createMeasured(phases: readonly JobPhase[]): Measured {
  const secondOf = secondFinder(phases);
  let cells = new Map<string, Sum>();
  return {
    add: (metric, phase, atMs, part) => {
      const t = secondOf(phase, atMs);
      const key = JSON.stringify({ metric, phase, t });
      const cell = cells.get(key) ?? newSum(part);
      cells.set(key, cell);
      addTo(cell, part);
    },
    flush: function* () {
      const old = cells;
      cells = new Map();
      for (const [key, cell] of old) yield { type: "measured", ...JSON.parse(key), ...cell };
    },
  };
}

export const newSum = ({ last }: Part): Sum => ({ sum: 0, last, values: null });

export function addTo(total: Sum, { sum, last, values }: Part): void {
  total.sum += sum;
  total.last = last;
  if (values === null) return;
  total.values ??= { schema: values.schema, count: 0, zero: 0, positive: {}, negative: {} };
  total.values.count += values.count;
  total.values.zero += values.zero;
  for (const side of ["positive", "negative"] as const) {
    const into = total.values[side];
    for (const [index, count] of Object.entries(values[side])) into[index] = (into[index] ?? 0) + count;
  }
}

/** Requests have lines of their own, virtual users and our own count are no measurement. */
export const isOther = (metric: string): boolean => !/^(http_req|vus|shakedown_)/.test(metric);

/** Of single values: a bucket is 0.27 % wide. */
const fine = 8;

/** One value as a part. */
export function single(value: number): Part {
  const index = Math.ceil(Math.log2(Math.abs(value)) * 2 ** fine);
  const one = { [index]: 1 };
  const at = { positive: value > 0 ? one : {}, negative: value < 0 ? one : {} };
  return { sum: value, last: value, values: { schema: fine, count: 1, zero: value === 0 ? 1 : 0, ...at } };
}

/** So many zeros and ones. */
export const shareOf = (share: number, of: number): Part => ({
  sum: share * of,
  last: share,
  values: { schema: 0, count: of, zero: (1 - share) * of, positive: share > 0 ? { 0: share * of } : {}, negative: {} },
});
