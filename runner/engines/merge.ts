/**
 * Lines of several workers become lines of the record: histograms, checks and bins of a round are added up, the rest is passed on with its
 * worker's number. Nothing is lost in merging: counts and buckets sum exactly.
 */
import type { Histogram } from "hdr-histogram-js";
import type { BinLine, CheckLine, FlowLine, HistogramLine, LatencyLine, LoadLine } from "../record/load-lines.ts";
import type { Outcome } from "../record/outcomes.ts";
import { decodeHistogram, encodeHistogram } from "./histogram.ts";

interface Merger {
  /** @returns what is complete by now: a round closes when every worker that still lives has told its own (its `self` line) */
  readonly add: (worker: number, line: LoadLine) => LatencyLine[];
  /** The worker tells nothing more. */
  readonly leave: (worker: number) => LatencyLine[];
}

interface Sum {
  readonly line: HistogramLine | FlowLine;
  count: number;
  response: Added;
  service: Added;
}

export function createMerger(workers: number): Merger {
  /** Rounds that each worker has told since the last release. */
  const rounds = new Map(Array.from({ length: workers }, (_, i) => [i, 0]));
  let sums = new Map<string, Sum>();
  let checks = new Map<string, CheckLine>();
  let bins = new Map<number, BinLine>();

  const release = (): LatencyLine[] => {
    const out: LatencyLine[] = [
      ...[...sums.values()].map(
        (it): LatencyLine => ({
          v: 1,
          ...it.line,
          count: it.count,
          response: it.response.text(),
          service: it.service.text(),
        }),
      ),
      ...[...checks.values(), ...bins.values()].map((it): LatencyLine => ({ v: 1, ...it })),
    ];
    sums = new Map();
    checks = new Map();
    bins = new Map();
    for (const [worker, told] of rounds) rounds.set(worker, Math.max(0, told - 1));
    return out;
  };
  const releaseWhenComplete = () => ([...rounds.values()].every((told) => told > 0) ? release() : []);

  return {
    add: (worker, line) => {
      switch (line.type) {
        case "histogram":
        case "flow": {
          const key = JSON.stringify([line.type, line.phase, line.t, line.request, line.outcome]);
          const sum = sums.get(key) ?? { line, count: 0, response: added(), service: added() };
          sum.count += line.count;
          sum.response.add(line.response);
          sum.service.add(line.service);
          sums.set(key, sum);
          return [];
        }
        case "check": {
          const key = JSON.stringify([line.phase, line.request, line.check]);
          checks.set(key, { ...line, count: line.count + (checks.get(key)?.count ?? 0) });
          return [];
        }
        case "bin":
          bins.set(line.t, addBins(bins.get(line.t), line));
          return [];
        case "self": {
          rounds.set(worker, (rounds.get(worker) ?? 0) + 1);
          return [...releaseWhenComplete(), { v: 1, worker, ...line }];
        }
        default:
          return [{ v: 1, worker, ...line }];
      }
    },
    leave: (worker) => {
      rounds.delete(worker);
      return releaseWhenComplete();
    },
  };
}

export function addBins(a: BinLine | undefined, b: BinLine): BinLine {
  if (a === undefined) return b;
  const counts: Partial<Record<Outcome, number>> = { ...a.counts };
  for (const [outcome, count] of Object.entries(b.counts) as [Outcome, number][]) {
    counts[outcome] = (counts[outcome] ?? 0) + count;
  }
  return { type: "bin", t: a.t, due: a.due + b.due, counts, slow: a.slow + b.slow };
}

interface Added {
  readonly add: (text: string | null) => void;
  readonly text: () => string | null;
}

/** A single histogram passes through as it is; from the second on they are decoded and added. */
function added(): Added {
  let only: string | null = null;
  let sum: Histogram | null = null;
  return {
    add: (text) => {
      if (text === null) return;
      if (only === null && sum === null) {
        only = text;
        return;
      }
      sum ??= decodeHistogram(only as string);
      only = null;
      sum.add(decodeHistogram(text));
    },
    text: () => only ?? (sum === null ? null : encodeHistogram(sum)),
  };
}
