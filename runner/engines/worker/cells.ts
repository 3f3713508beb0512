/** Histograms by phase, second, name and outcome. All times are ms since the load's start. */
import type { HistogramLine } from "../../record/load-lines.ts";
import type { JobPhase } from "../engine.ts";
import { type Counts, countsPool, encode, recordMs } from "./counts.ts";
import { phaseStarts } from "./phase-starts.ts";

interface Cell {
  count: number;
  response: Counts | null;
  service: Counts | null;
}

/** A line but for its type. */
type Told<Outcome> = Omit<HistogramLine, "type" | "outcome"> & { readonly outcome: Outcome };

interface Cells<Outcome> {
  /** One more at this time; NaN where a time is not known. */
  readonly add: (
    phase: number,
    name: number,
    outcome: number,
    at: number,
    responseMs: number,
    serviceMs: number,
  ) => void;
  /** What came since the last call. Lazy: each step encodes one line, so that a caller can spread the work. */
  readonly flush: () => Generator<Told<Outcome>>;
}

/** @param most names that there will ever be, where the list still grows */
export function createCells<Outcome extends string>(
  phases: readonly JobPhase[],
  names: readonly string[],
  outcomes: readonly Outcome[],
  most: number = names.length,
): Cells<Outcome> {
  const starts = phaseStarts(phases);
  const histograms = countsPool();
  let cells = new Map<number, Cell>();

  const cellAt = (phase: number, name: number, outcome: number, at: number): Cell => {
    const second = Math.max(0, Math.floor((at - (starts[phase] as number)) / 1000));
    const key = ((second * phases.length + phase) * most + name) * outcomes.length + outcome;
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = { count: 0, response: null, service: null };
      cells.set(key, cell);
    }
    return cell;
  };
  const told = (histogram: Counts | null) => {
    if (histogram === null) return null;
    const text = encode(histogram);
    histograms.give(histogram);
    return text;
  };
  const line = (key: number, cell: Cell): Told<Outcome> => {
    const name = Math.floor(key / outcomes.length) % most;
    const phase = Math.floor(key / outcomes.length / most) % phases.length;
    const second = Math.floor(key / outcomes.length / most / phases.length);
    return {
      phase: (phases[phase] as JobPhase).name,
      t: second * 1000,
      request: names[name] as string,
      outcome: outcomes[key % outcomes.length] as Outcome,
      count: cell.count,
      response: told(cell.response),
      service: told(cell.service),
    };
  };

  return {
    add: (phase, name, outcome, at, responseMs, serviceMs) => {
      const cell = cellAt(phase, name, outcome, at);
      cell.count++;
      if (!Number.isNaN(responseMs)) {
        cell.response ??= histograms.take();
        recordMs(cell.response, responseMs);
      }
      if (!Number.isNaN(serviceMs)) {
        cell.service ??= histograms.take();
        recordMs(cell.service, serviceMs);
      }
    },
    flush: function* () {
      const old = cells;
      cells = new Map();
      for (const [key, cell] of old) yield line(key, cell);
    },
  };
}
