/**
 * What a k6 worker remembers between two flushes: as the native recorder, but requests belong to the second and the bin in which
 * they ended, and their names are only known when they come. All times are ms since the load's start.
 */
import { type LoadLine, type Outcome, outcomes } from "../../record/load-lines.ts";
import type { JobPhase } from "../engine.ts";
import { type Counts, encode, newCounts, recordMs } from "../worker/counts.ts";
import { secondFinder } from "../worker/phase-starts.ts";
import type { Totals } from "../worker/recorder.ts";
import type { Reservoir } from "../worker/reservoir.ts";

export interface Finished {
  readonly phase: string;
  readonly request: string;
  readonly outcome: Outcome;
  readonly endMs: number;
  /** Waiting for a connection, and what came after it. */
  readonly responseMs: number;
  /** From the send. Null when it never was on the wire. */
  readonly serviceMs: number | null;
}

export interface Tally {
  readonly finished: (it: Finished) => void;
  /** Requests of which there is no time: never sent, or cut off. */
  readonly untimed: (of: Pick<Finished, "phase" | "request" | "outcome" | "endMs">, count: number) => void;
  /** ok answers slower than this count as slow from now on; µs. */
  readonly slowerThan: (us: number) => void;
  /** Lines about everything since the last call. */
  readonly flush: () => Generator<LoadLine>;
  readonly totals: () => Totals;
}

interface Cell {
  readonly phase: string;
  readonly t: number;
  readonly request: string;
  readonly outcome: Outcome;
  count: number;
  response: Counts | null;
  service: Counts | null;
}
interface Bin {
  due: number;
  slow: number;
  readonly counts: Partial<Record<Outcome, number>>;
}

/** @param singles keeps a few single requests of each second; null where times are not those of requests */
export function createTally(phases: readonly JobPhase[], binMs: number, singles: Reservoir | null): Tally {
  const secondOf = secondFinder(phases);
  const totals = Object.fromEntries([...outcomes, "due", "sent"].map((name) => [name, 0])) as Totals;
  const names: string[] = [];
  const indexOf = (request: string): number => {
    const known = names.indexOf(request);
    return known < 0 ? names.push(request) - 1 : known;
  };
  let cells = new Map<string, Cell>();
  let bins = new Map<number, Bin>();
  let slowMs = Number.POSITIVE_INFINITY;

  const cellAt = (of: Pick<Finished, "phase" | "request" | "outcome" | "endMs">): Cell => {
    const { phase, request, outcome, endMs } = of;
    const t = secondOf(phase, endMs);
    const key = JSON.stringify([phase, t, request, outcome]);
    const cell = cells.get(key) ?? { phase, t, request, outcome, count: 0, response: null, service: null };
    cells.set(key, cell);
    return cell;
  };
  const count = (outcome: Outcome, endMs: number, many: number): Bin => {
    const key = Math.max(0, Math.floor(endMs / binMs));
    const bin = bins.get(key) ?? { due: 0, slow: 0, counts: {} };
    bins.set(key, bin);
    bin.due += many;
    bin.counts[outcome] = (bin.counts[outcome] ?? 0) + many;
    totals.due += many;
    totals[outcome] += many;
    return bin;
  };

  return {
    finished: (it) => {
      const bin = count(it.outcome, it.endMs, 1);
      if (it.outcome === "ok" && it.responseMs > slowMs) bin.slow++;
      const cell = cellAt(it);
      cell.count++;
      cell.response ??= newCounts();
      recordMs(cell.response, it.responseMs);
      singles?.offer(it.responseMs, () => ({
        phase: phases.findIndex(({ name }) => name === it.phase),
        request: indexOf(it.request),
        outcome: outcomes.indexOf(it.outcome),
        due: it.endMs - it.responseMs,
        sent: it.serviceMs === null ? null : it.endMs - it.serviceMs,
        end: it.endMs,
        port: null,
      }));
      if (it.serviceMs === null) return;
      totals.sent++;
      cell.service ??= newCounts();
      recordMs(cell.service, it.serviceMs);
    },
    untimed: (of, many) => {
      count(of.outcome, of.endMs, many);
      cellAt(of).count += many;
      if (of.outcome !== "dropped") totals.sent += many;
    },
    slowerThan: (us) => {
      slowMs = us / 1000;
    },
    flush: function* () {
      const [oldCells, oldBins] = [cells, bins];
      cells = new Map();
      bins = new Map();
      for (const { response, service, ...cell } of oldCells.values()) {
        yield {
          type: "histogram",
          ...cell,
          response: response && encode(response),
          service: service && encode(service),
        };
      }
      for (const [key, bin] of oldBins) yield { type: "bin", t: key * binMs, ...bin };
      for (const { phase, request, outcome, due, sent, end, port, random } of singles?.drain() ?? []) {
        yield {
          type: "request",
          phase: (phases[phase] as JobPhase).name,
          request: names[request] as string,
          outcome: outcomes[outcome] as Outcome,
          ...{ due: tidy(due), sent: sent === null ? null : tidy(sent), end: tidy(end), port },
          ...(random ? { random } : {}),
        };
      }
    },
    totals: () => ({ ...totals }),
  };
}

/** To the microsecond. */
const tidy = (ms: number): number => Math.round(ms * 1000) / 1000;
