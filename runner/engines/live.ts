/** Load so far, kept small: what progress, abort rules and the slow threshold need while a trial runs. */
import type { Histogram } from "hdr-histogram-js";
import type { BinLine, LatencyLine } from "../record/load-lines.ts";
import type { JobPhase, LoadSession } from "./engine.ts";
import { decodeHistogram, emptyHistogram } from "./histogram.ts";
import { addBins } from "./merge.ts";
import { phaseStarts } from "./worker/recorder.ts";

/** Older bins and seconds are forgotten. */
const rememberedMs = 60_000;

export interface Live extends Pick<LoadSession, "p99" | "recent"> {
  /** Takes merged lines in. */
  readonly add: (line: LatencyLine) => void;
}

export function createLive(phases: readonly JobPhase[], binMs: () => number): Live {
  const starts = new Map(phaseStarts(phases).map((start, i) => [phases[i]?.name, start]));
  const byPhase = new Map<string, Histogram>();
  /** ok responses per second, by its start in ms since the load's start. */
  const seconds = new Map<number, Histogram>();
  const bins = new Map<number, BinLine>();
  /** Bins that end after this may still grow. */
  let completeMs = 0;

  const forget = (map: Map<number, unknown>) => {
    for (const t of map.keys()) if (t < completeMs - rememberedMs) map.delete(t);
  };

  return {
    add: (line) => {
      if (line.type === "bin") bins.set(line.t, addBins(bins.get(line.t), line));
      else if (line.type === "self") {
        completeMs = Math.max(completeMs, line.t);
        forget(bins);
        forget(seconds);
      } else if (line.type === "histogram" && line.outcome === "ok" && line.response !== null) {
        const it = decodeHistogram(line.response);
        addTo(byPhase, line.phase, it);
        addTo(seconds, (starts.get(line.phase) ?? 0) + line.t, it);
      }
    },
    p99: (phase) => {
      const it = byPhase.get(phase);
      return it === undefined || it.totalCount === 0 ? null : it.getValueAtPercentile(99);
    },
    recent: (ms) => {
      const from = completeMs - ms;
      let sum: BinLine = { type: "bin", t: 0, due: 0, counts: {}, slow: 0 };
      for (const it of bins.values()) if (it.t >= from && it.t + binMs() <= completeMs) sum = addBins(sum, it);
      const latencies = emptyHistogram();
      for (const [t, it] of seconds) if (t + 1000 > from) latencies.add(it);
      const quantile = (p: number) => (latencies.totalCount === 0 ? null : latencies.getValueAtPercentile(p) / 1000);
      return { due: sum.due, counts: sum.counts, p50: quantile(50), p99: quantile(99) };
    },
  };
}

function addTo<K>(histograms: Map<K, Histogram>, key: K, it: Histogram): void {
  const sum = histograms.get(key) ?? emptyHistogram();
  sum.add(it);
  histograms.set(key, sum);
}
