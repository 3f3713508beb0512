/**
 * What a worker remembers between two flushes: histograms per (phase, second, request, outcome), counters per bin, a few single
 * requests. Nothing per request outlives the request. All times are ms since the load's start. A request belongs to the second and the
 * bin of its stamp.
 */
import type { LoadLine } from "../../record/load-lines.ts";
import { type Outcome, outcomes } from "../../record/outcomes.ts";
import type { Random } from "../../shared/random.ts";
import type { JobPhase } from "../engine.ts";
import { createCells } from "./cells.ts";
import { createReservoir } from "./reservoir.ts";

export const binMs = 100;
/** Of a second. */
const kept = { slowest: 5, random: 20 };

/** What another engine than the native one records otherwise. */
interface Records {
  /** Left out: as it was due. */
  readonly stamp?: "due" | "end";
  readonly binMs?: number;
  /** Names that there will ever be, where the list still grows. */
  readonly mostNames?: number;
}

/** Outcomes by their place in `outcomes`: the hot path handles numbers. */
export const Code = Object.fromEntries(outcomes.map((name, i) => [name, i])) as Readonly<Record<Outcome, number>>;

export type Totals = Record<Outcome | "due" | "sent", number>;

interface Bin {
  due: number;
  slow: number;
  readonly counts: number[];
}

export interface Recorder {
  /** A request with this stamp. */
  readonly due: (at: number) => void;
  /** It is over, and there is no time of it: never sent, or cut off. */
  readonly untimed: (phase: number, request: number, outcome: number, at: number) => void;
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

/** @param rng of the single requests that are kept; null keeps none */
export function createRecorder(
  phases: readonly JobPhase[],
  requestNames: readonly string[],
  rng: Random | null,
  records: Records = {},
): Recorder {
  const cells = createCells(phases, requestNames, outcomes, records.mostNames);
  const reservoir = rng === null ? null : createReservoir(kept.slowest, kept.random, rng);
  const stampsEnd = records.stamp === "end";
  const everyMs = records.binMs ?? binMs;
  const totals = Object.fromEntries([...outcomes, "due", "sent"].map((name) => [name, 0])) as Totals;
  let bins = new Map<number, Bin>();
  let slowMs = Number.POSITIVE_INFINITY;

  const binAt = (at: number): Bin => {
    const key = Math.max(0, Math.floor(at / everyMs));
    let bin = bins.get(key);
    if (bin === undefined) {
      bin = { due: 0, slow: 0, counts: outcomes.map(() => 0) };
      bins.set(key, bin);
    }
    return bin;
  };
  const count = (outcome: number, at: number): Bin => {
    const bin = binAt(at);
    bin.counts[outcome] = (bin.counts[outcome] as number) + 1;
    totals[outcomes[outcome] as Outcome]++;
    return bin;
  };
  return {
    due: (at) => {
      binAt(at).due++;
      totals.due++;
    },
    untimed: (phase, request, outcome, at) => {
      count(outcome, at);
      cells.add(phase, request, outcome, at, Number.NaN, Number.NaN);
      if (outcome !== Code.dropped) totals.sent++;
    },
    finished: (phase, request, outcome, due, sent, end, port) => {
      const wasSent = !Number.isNaN(sent);
      const response = end - due;
      const at = stampsEnd ? end : due;
      const bin = count(outcome, at);
      if (outcome === Code.ok && response > slowMs) bin.slow++;
      cells.add(phase, request, outcome, at, response, end - sent);
      if (wasSent) totals.sent++;
      reservoir?.offer(response, () => ({ phase, request, outcome, due, sent: wasSent ? sent : null, end, port }));
    },
    slowerThan: (us) => {
      slowMs = us / 1000;
    },
    flush: function* () {
      const [oldBins, singles] = [bins, reservoir?.drain() ?? []];
      bins = new Map();
      for (const it of cells.flush()) yield { type: "histogram", ...it };
      for (const [key, bin] of oldBins) {
        yield { type: "bin", t: key * everyMs, due: bin.due, counts: named(bin.counts), slow: bin.slow };
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

const named = (counts: readonly number[]): Partial<Record<Outcome, number>> =>
  Object.fromEntries(outcomes.flatMap((name, i) => (counts[i] ? [[name, counts[i]]] : [])));

/** To the microsecond: a line does not need 15 digits. */
const tidy = (ms: number): number => Math.round(ms * 1000) / 1000;
