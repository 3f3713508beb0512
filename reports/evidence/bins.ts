/** Counters per bin over the whole load, dense from its start. */
import type { BinLine } from "../../runner/record/load-lines.ts";
import type { TrialEvidence } from "./evidence.ts";

/** A day of 100 ms bins: a line that claims a later time is damage, not load. */
const mostBins = 864_000;

/** Lines of one bin add up. @param durationMs length of the load; bins of a longer one are kept too */
export function binsOf(lines: readonly BinLine[], every: number, durationMs: number): TrialEvidence["bins"] {
  const indexed = lines
    .map((line) => ({ line, i: Math.round(line.t / every) }))
    .filter(({ i }) => i >= 0 && i < mostBins);
  const length = indexed.reduce(
    (most, { i }) => Math.max(most, i + 1),
    Math.min(mostBins, Math.ceil(durationMs / every)),
  );
  const column = () => new Float64Array(length);
  const bins = { every, due: column(), bad: column(), ok: column(), slow: column() };
  for (const { line, i } of indexed) {
    const { ok = 0, ...failed } = line.counts;
    add(bins.due, i, line.due);
    add(bins.ok, i, ok);
    add(bins.slow, i, line.slow);
    add(bins.bad, i, line.slow + Object.values(failed).reduce((sum, it) => sum + it, 0));
  }
  return bins;
}

const add = (column: Float64Array, i: number, value: number): void => {
  column[i] = (column[i] ?? 0) + value;
};
