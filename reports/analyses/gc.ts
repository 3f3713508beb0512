/** How long the target's main threads stood in garbage collections, and how much heap was in use. */
import { mean } from "simple-statistics";
import type { Scalar, Series, Span, TrialEvidence } from "../evidence/evidence.ts";
import { ofFirstProcess } from "./first-process.ts";
import { absent, type Life, livesOf, type Measurement, overlap, seriesOf, value } from "./measure.ts";
import { within } from "./memory.ts";
import { sampled, sampledSeldom } from "./sampled.ts";

/** Of one process: its pauses as disjoint spans. Entries of different kinds nest, so they are united, not added. */
interface Pauses {
  readonly instance: string;
  readonly pid: string;
  readonly stops: readonly Span[];
}

/** Of every process that reports its collections, also when there were none. */
export function pausesOf(trial: TrialEvidence, target: string): readonly Pauses[] {
  const entries = seriesOf(trial, "gc.pause", target);
  const reporting = [...entries, ...seriesOf(trial, "gc.time", target)];
  const byProcess = Map.groupBy(reporting, ({ labels }) => JSON.stringify([labels.instance ?? "", labels.pid ?? ""]));
  return [...byProcess].map(([key, series]) => {
    const [instance, pid] = JSON.parse(key) as [string, string];
    return { instance, pid, stops: united(series.filter((it) => entries.includes(it)).flatMap(spansOf)) };
  });
}

const spansOf = ({ t, x }: Series): Span[] => Array.from(t, (start, i) => ({ start, end: start + (x[i] as number) }));

/** Union of intervals, in order. */
function united(spans: readonly Span[]): Span[] {
  const out: { start: number; end: number }[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = out.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else out.push({ start, end });
  }
  return out;
}

/**
 * Share of wall time inside collections, mean over instances; an instance counts for the time its processes lived within the spans.
 * Null when nobody reports collections there.
 */
export function pauseShare(lives: readonly Life[], pauses: readonly Pauses[], spans: readonly Span[]): number | null {
  const shares = [...Map.groupBy(pauses, (it) => it.instance)].flatMap(([, processes]) => {
    const lived = processes.reduce((sum, { pid }) => {
      const life = lives.find((it) => String(it.pid) === pid) ?? {
        start: Number.NEGATIVE_INFINITY,
        end: Number.POSITIVE_INFINITY,
      };
      return sum + spans.reduce((part, it) => part + overlap(it, life), 0);
    }, 0);
    const stopped = processes.reduce((sum, { stops }) => sum + stoppedWithin(stops, spans), 0);
    return lived > 0 ? [Math.min(1, stopped / lived)] : [];
  });
  return shares.length === 0 ? null : shares.reduce((sum, it) => sum + it, 0) / shares.length;
}

const stoppedWithin = (stops: readonly Span[], spans: readonly Span[]): number =>
  spans.reduce((sum, span) => sum + stops.reduce((part, stop) => part + overlap(stop, span), 0), 0);

/** Collections are told by one series, that there are none by the other. */
export const toldBy = ({ trial, target }: Pick<Measurement, "trial" | "target">): string =>
  seriesOf(trial, "gc.time", target).length > 0 ? "gc.time" : "gc.pause";

/** A process that had no collection is not told of by the one series. */
const collections = (of: Measurement, measure: () => Scalar): Scalar => {
  const told = toldBy(of);
  return told === "gc.time" ? sampledSeldom(of, told, measure) : sampled(of, told, measure);
};

export const gcPauseShare = ofFirstProcess((of) =>
  collections(of, () => {
    const { trial, target, phases } = of;
    const share = pauseShare(livesOf(trial, target), pausesOf(trial, target), phases);
    return share === null ? absent("no instance that reports collections lived within the phase") : value(share);
  }),
);

export const gcPauseMax = ofFirstProcess((of) =>
  collections(of, () => {
    const within = seriesOf(of.trial, "gc.pause", of.target)
      .flatMap(spansOf)
      .filter((it) => of.phases.some((phase) => it.start >= phase.start && it.start < phase.end));
    if (within.length === 0) return absent("no collection happened in the phase");
    return value(within.reduce((longest, it) => Math.max(longest, it.end - it.start), 0));
  }),
);

/** A heap breathes with its collections: a single reading says little. */
export const heapUsed = ofFirstProcess((of) =>
  sampledSeldom(of, "heap.used", (all) => {
    const means = [...Map.groupBy(all, ({ labels }) => labels.instance).values()].flatMap((processes) => {
      const readings = processes.flatMap((it) => of.phases.flatMap((phase) => [...within(it, phase).x]));
      return readings.length === 0 ? [] : [mean(readings)];
    });
    return means.length === 0 ? absent("no reading of the heap within the phase") : value(mean(means));
  }),
);
