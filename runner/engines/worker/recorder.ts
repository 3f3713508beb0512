/**
 * What a worker remembers between two flushes: histograms per (phase, second, request, outcome), counters per bin, a few single
 * requests. Nothing per request outlives the request. All times are ms since the load's start.
 */
import { type HistogramLine, type LoadLine, type Outcome, outcomes } from "../../record/load-lines.ts";
import type { Random } from "../../shared/random.ts";
import type { JobPhase } from "../engine.ts";
import { type Counts, countsPool, encode, recordMs } from "./counts.ts";
import { createReservoir } from "./reservoir.ts";

export const binMs = 100;
/** Of a second. */
const kept = { slowest: 5, random: 20 };

/** Outcomes by their place in `outcomes`: the hot path handles numbers. */
export const Code = Object.fromEntries(outcomes.map((name, i) => [name, i])) as Readonly<Record<Outcome, number>>;

export type Totals = Record<Outcome | "due" | "sent", number>;

interface Cell {
  count: number;
  response: Counts | null;
  service: Counts | null;
}
interface Bin {
  due: number;
  slow: number;
  readonly counts: number[];
}

export interface Recorder {
  /** A request became due. */
  readonly due: (at: number) => void;
  /** It was over its in-flight limit and is not sent. */
  readonly dropped: (phase: number, request: number, due: number) => void;
  /** It is over. `sent` is NaN when it never was on the wire. */
  readonly finished: (
    phase: number,
    request: number,
    outcome: number,
    due: number,
    sent: number,
    end: number,
    port: number | null,
  ) => void;
  /** ok answers slower than this count as slow from now on; µs. */
  readonly slowerThan: (us: number) => void;
  /** Lines about everything since the last call. Lazy: each step encodes one line, so that a caller can spread the work. */
  readonly flush: () => Generator<LoadLine>;
  readonly totals: () => Totals;
}

export function createRecorder(phases: readonly JobPhase[], requestNames: readonly string[], rng: Random): Recorder {
  const starts = phaseStarts(phases);
  const histograms = countsPool();
  const reservoir = createReservoir(kept.slowest, kept.random, rng);
  const totals = Object.fromEntries([...outcomes, "due", "sent"].map((name) => [name, 0])) as Totals;
  /** Seconds per phase that a key has room for. */
  const room = Math.ceil(Math.max(...phases.map((it) => it.durationMs)) / 1000) + 1;
  let cells = new Map<number, Cell>();
  let bins = new Map<number, Bin>();
  let slowMs = Number.POSITIVE_INFINITY;

  const binAt = (at: number): Bin => {
    const key = Math.floor(at / binMs);
    let bin = bins.get(key);
    if (bin === undefined) {
      bin = { due: 0, slow: 0, counts: outcomes.map(() => 0) };
      bins.set(key, bin);
    }
    return bin;
  };
  const cellAt = (phase: number, request: number, outcome: number, due: number): Cell => {
    const second = Math.max(0, Math.floor((due - (starts[phase] as number)) / 1000));
    const key = ((phase * room + second) * requestNames.length + request) * outcomes.length + outcome;
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = { count: 0, response: null, service: null };
      cells.set(key, cell);
    }
    return cell;
  };
  const count = (outcome: number, due: number): Bin => {
    const bin = binAt(due);
    bin.counts[outcome] = (bin.counts[outcome] as number) + 1;
    totals[outcomes[outcome] as Outcome]++;
    return bin;
  };
  const line = (key: number, cell: Cell): HistogramLine => {
    const outcome = key % outcomes.length;
    const request = Math.floor(key / outcomes.length) % requestNames.length;
    const second = Math.floor(key / outcomes.length / requestNames.length) % room;
    const phase = Math.floor(key / outcomes.length / requestNames.length / room);
    const told = (histogram: Counts | null) => {
      if (histogram === null) return null;
      const text = encode(histogram);
      histograms.give(histogram);
      return text;
    };
    return {
      type: "histogram",
      phase: (phases[phase] as JobPhase).name,
      t: second * 1000,
      request: requestNames[request] as string,
      outcome: outcomes[outcome] as Outcome,
      count: cell.count,
      response: told(cell.response),
      service: told(cell.service),
    };
  };

  return {
    due: (at) => {
      binAt(at).due++;
      totals.due++;
    },
    dropped: (phase, request, due) => {
      count(Code.dropped, due);
      cellAt(phase, request, Code.dropped, due).count++;
    },
    finished: (phase, request, outcome, due, sent, end, port) => {
      const wasSent = !Number.isNaN(sent);
      const response = end - due;
      const bin = count(outcome, due);
      if (outcome === Code.ok && response > slowMs) bin.slow++;
      const cell = cellAt(phase, request, outcome, due);
      cell.count++;
      cell.response ??= histograms.take();
      recordMs(cell.response, response);
      if (wasSent) {
        totals.sent++;
        cell.service ??= histograms.take();
        recordMs(cell.service, end - sent);
      }
      reservoir.offer(response, () => ({ phase, request, outcome, due, sent: wasSent ? sent : null, end, port }));
    },
    slowerThan: (us) => {
      slowMs = us / 1000;
    },
    flush: function* () {
      const [oldCells, oldBins, singles] = [cells, bins, reservoir.drain()];
      cells = new Map();
      bins = new Map();
      for (const [key, cell] of oldCells) yield line(key, cell);
      for (const [key, bin] of oldBins) {
        yield { type: "bin", t: key * binMs, due: bin.due, counts: named(bin.counts), slow: bin.slow };
      }
      for (const it of singles) {
        yield {
          type: "request",
          phase: (phases[it.phase] as JobPhase).name,
          request: requestNames[it.request] as string,
          outcome: outcomes[it.outcome] as Outcome,
          due: tidy(it.due),
          sent: it.sent === null ? null : tidy(it.sent),
          end: tidy(it.end),
          port: it.port,
          ...(it.random ? { random: true } : {}),
        };
      }
    },
    totals: () => ({ ...totals }),
  };
}

/** When each phase starts, ms since the load's start, and as a last element when the last one ends. */
export function phaseStarts(phases: readonly JobPhase[]): number[] {
  const starts = [0];
  for (const phase of phases) starts.push((starts.at(-1) as number) + phase.durationMs);
  return starts;
}

const named = (counts: readonly number[]): Partial<Record<Outcome, number>> =>
  Object.fromEntries(outcomes.flatMap((name, i) => (counts[i] ? [[name, counts[i]]] : [])));

/** To the microsecond: a line does not need 15 digits. */
const tidy = (ms: number): number => Math.round(ms * 1000) / 1000;
