/** What a script measures besides requests, between two flushes: per name, phase and second, over all tags. */
import type { MeasuredLine, MeasuredPart } from "../../../record/load-lines.ts";
import { k6sOwn } from "../../../record/script-metrics.ts";
import { addTo, emptySum, type MeasuredSum } from "../../../record/value-buckets.ts";
import type { JobPhase } from "../../engine.ts";
import { phaseStarts } from "../../worker/phase-starts.ts";

export interface Measured {
  readonly add: (metric: string, phase: number, atMs: number, part: MeasuredPart) => void;
  readonly flush: () => Generator<MeasuredLine>;
}

export function createMeasured(phases: readonly JobPhase[]): Measured {
  const starts = phaseStarts(phases);
  let cells = new Map<string, MeasuredSum>();
  return {
    add: (metric, phase, atMs, part) => {
      const second = Math.max(0, Math.floor((atMs - (starts[phase] as number)) / 1000));
      const key = JSON.stringify({ metric, phase: phases[phase]?.name, t: second * 1000 });
      const cell = cells.get(key) ?? emptySum();
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

/** Requests have lines of their own, virtual users and our own count are no measurement. Remote write gives suffixes. */
const untold = new RegExp(`^(${[...Object.keys(k6sOwn), "shakedown_begun"].join("|")})(_seconds|_total|_rate)?$`);

export const isOther = (metric: string): boolean => !untold.test(metric);

/** Of single values: a bucket is 0.27 % wide. */
const fine = 8;

/** One value as a part. */
export function single(value: number): MeasuredPart {
  const index = Math.ceil(Math.log2(Math.abs(value)) * 2 ** fine);
  const one = { [index]: 1 };
  const at = { positive: value > 0 ? one : {}, negative: value < 0 ? one : {} };
  return { sum: value, last: value, values: { schema: fine, count: 1, zero: value === 0 ? 1 : 0, ...at } };
}

/** So many zeros and ones. */
export const shareOf = (share: number, of: number): MeasuredPart => ({
  sum: share * of,
  last: share,
  values: { schema: 0, count: of, zero: (1 - share) * of, positive: share > 0 ? { 0: share * of } : {}, negative: {} },
});
