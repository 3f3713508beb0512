/** Load so far, kept small: what progress, abort rules and the slow threshold need while a trial runs. */
import type { Histogram } from "hdr-histogram-js";
import type { BinLine, LatencyLine } from "../record/load-lines.ts";
import type { Outcome } from "../record/outcomes.ts";
import type { LoadSession } from "./engine.ts";
import { decodeHistogram, emptyHistogram } from "./histogram.ts";
import { addBins } from "./merge.ts";
import { highestUs } from "./worker/counts.ts";

/** Older bins and rounds are forgotten; a request that times out tells so only after the timeout. */
const rememberedMs = 60_000;

/** A round tells about the second before it, at a time that is not exact: it belongs to a window that holds half of it. */
const halfRoundMs = 500;

/** Without an answer, they count among latencies at the timeout. */
const unanswered: readonly Outcome[] = ["timeout", "lost", "dropped"];

interface Live extends Pick<LoadSession, "p99" | "recent"> {
  /** Takes merged lines in. */
  readonly add: (line: LatencyLine) => void;
  /** The worker tells nothing more. */
  readonly leave: (worker: number) => void;
}

export function createLive(workers: number, timeoutMs: number, binMs: () => number): Live {
  /** ok responses per phase, µs. */
  const byPhase = new Map<string, Histogram>();
  /** Until when each worker has told everything, ms since the load's start. */
  const told = new Map(Array.from({ length: workers }, (_, i) => [i, 0]));
  /** Until when all have. */
  let completeMs = 0;
  const timeoutUs = Math.min(Math.round(timeoutMs * 1000), highestUs);
  const bins = new Map<number, BinLine>();
  /** Latencies by the time at which they were told: a slow or missing answer is news then, however long ago it was due. */
  const rounds = new Map<number, Histogram>();
  let untold = emptyHistogram();

  const complete = () => {
    if (told.size > 0) completeMs = Math.max(completeMs, Math.min(...told.values()));
    if (untold.totalCount > 0) {
      addTo(rounds, completeMs, untold);
      untold = emptyHistogram();
    }
    for (const map of [bins, rounds]) {
      for (const t of map.keys()) if (t < completeMs - rememberedMs - timeoutMs) map.delete(t);
    }
  };

  return {
    add: (line) => {
      if (line.type === "bin") bins.set(line.t, addBins(bins.get(line.t), line));
      else if (line.type === "self") {
        told.set(line.worker ?? 0, line.t);
        complete();
      } else if (line.type === "histogram" && line.outcome === "ok" && line.response !== null) {
        const it = decodeHistogram(line.response);
        addTo(byPhase, line.phase, it);
        untold.add(it);
      } else if (line.type === "histogram" && unanswered.includes(line.outcome)) {
        untold.recordValueWithCount(timeoutUs, line.count);
      }
    },
    leave: (worker) => {
      told.delete(worker);
      complete();
    },
    p99: (phase) => {
      const it = byPhase.get(phase);
      return it === undefined || it.totalCount === 0 ? null : it.getValueAtPercentile(99);
    },
    recent: (ms) => {
      const every = binMs();
      const to = Math.floor(completeMs / every) * every;
      let sum: BinLine = { type: "bin", t: 0, due: 0, counts: {}, slow: 0 };
      for (const it of bins.values()) if (it.t >= to - ms && it.t + every <= to) sum = addBins(sum, it);
      const latencies = emptyHistogram();
      for (const [at, it] of rounds) if (completeMs - at < Math.max(1, ms - halfRoundMs)) latencies.add(it);
      const quantile = (p: number) => (latencies.totalCount === 0 ? null : latencies.getValueAtPercentile(p) / 1000);
      return {
        heardMs: Math.min(ms, to),
        due: sum.due,
        counts: sum.counts,
        p50: quantile(50),
        p99: quantile(99),
      };
    },
  };
}

function addTo<K>(histograms: Map<K, Histogram>, key: K, it: Histogram): void {
  const sum = histograms.get(key) ?? emptyHistogram();
  sum.add(it);
  histograms.set(key, sum);
}
