/** Merges what the workers told: histograms without loss, by phase, request and outcome. */
import { build, decodeFromCompressedBase64, type Histogram } from "hdr-histogram-js";
import type { FlowLine, HistogramLine } from "../../runner/record/load-lines.ts";
import { type Outcome, outcomes } from "../../runner/record/outcomes.ts";
import type { PhaseEvidence, RequestEvidence, SecondEvidence, Selection } from "./evidence.ts";

/** Outcomes that stand at the timeout value in `latency.*`: the client waited that long, or would have. */
const atTimeout: ReadonlySet<Outcome> = new Set(["timeout", "lost", "dropped"]);

const emptyHistogram = (): Histogram =>
  build({ lowestDiscernibleValue: 1, highestTrackableValue: 2, numberOfSignificantValueDigits: 3, autoResize: true });

/** What counts under a name: requests, and flows as a whole, which are in no sum. */
type NamedLine = HistogramLine | FlowLine;

interface Cell {
  readonly type: NamedLine["type"];
  readonly phase: string;
  readonly request: string;
  readonly outcome: FlowLine["outcome"];
  count: number;
  readonly response: Histogram;
  readonly service: Histogram;
}

export interface Requests {
  readonly select: (select: Selection) => RequestEvidence;
  readonly seconds: () => readonly SecondEvidence[];
  /** Lines whose histograms can't be decoded; they are left out whole. */
  readonly unreadable: number;
}

/**
 * @param timeoutMs the arm's timeout
 * @param stepsOf   how many requests a flow of this name has: it is given up when each of them was
 */
export function requestsOf(
  lines: readonly NamedLine[],
  phases: readonly PhaseEvidence[],
  timeoutMs: number,
  stepsOf: (name: string) => number = () => 1,
): Requests {
  const timeoutUs = (name: string) => Math.round(timeoutMs * 1000) * stepsOf(name);
  const cells = new Map<string, Cell>();
  const ofRequests: HistogramLine[] = [];
  let unreadable = 0;
  for (const line of lines) {
    const response = decoded(line.response);
    const service = decoded(line.service);
    if (response === undefined || service === undefined) {
      unreadable++;
      continue;
    }
    if (line.type === "histogram") ofRequests.push(line);
    const cell = cellOf(cells, line);
    cell.count += line.count;
    if (response) cell.response.add(response);
    if (service) cell.service.add(service);
  }

  const select = ({ phases: names, request }: Selection): RequestEvidence => {
    const latency = emptyHistogram();
    const service = emptyHistogram();
    const counts = Object.fromEntries(outcomes.map((it) => [it, 0])) as Record<Outcome, number>;
    let cut = 0;
    for (const cell of cells.values()) {
      const isAsked = request === null ? cell.type === "histogram" : cell.request === request;
      if (!isAsked || !names.includes(cell.phase)) continue;
      if (cell.outcome === "cut") {
        cut += cell.count;
        continue;
      }
      counts[cell.outcome] += cell.count;
      if (cell.outcome === "ok") {
        latency.add(cell.response);
        service.add(cell.service);
      } else if (atTimeout.has(cell.outcome) && cell.count > 0)
        latency.recordValueWithCount(timeoutUs(cell.request), cell.count);
    }
    return {
      cut,
      latency,
      service,
      counts,
      due: outcomes.reduce((sum, it) => sum + counts[it], 0),
      durationMs: phases.reduce((sum, it) => (names.includes(it.name) ? sum + it.end - it.start : sum), 0),
    };
  };

  return {
    select: memoised(select, ({ phases: names, request }) => JSON.stringify([[...names].sort(), request])),
    seconds: memoised(
      () => secondsOf(ofRequests, phases, timeoutUs),
      () => "",
    ),
    unreadable,
  };
}

function cellOf(cells: Map<string, Cell>, { type, phase, request, outcome }: NamedLine): Cell {
  const key = JSON.stringify([phase, request, outcome]);
  const known = cells.get(key);
  if (known) return known;
  const cell = { type, phase, request, outcome, count: 0, response: emptyHistogram(), service: emptyHistogram() };
  cells.set(key, cell);
  return cell;
}

function secondsOf(
  lines: readonly HistogramLine[],
  phases: readonly PhaseEvidence[],
  timeoutUs: (name: string) => number,
): SecondEvidence[] {
  const loadStart = phases[0]?.start ?? 0;
  const offsets = new Map(phases.map((it) => [it.name, it.start - loadStart]));
  const bySecond = Map.groupBy(lines, (it) => (offsets.get(it.phase) ?? Number.NaN) + it.t);
  return [...bySecond]
    .filter(([t]) => Number.isFinite(t))
    .sort(([a], [b]) => a - b)
    .map(([t, second]) => {
      const all = emptyHistogram();
      for (const line of second) {
        if (line.outcome === "ok") {
          const response = decoded(line.response);
          if (response) all.add(response);
        } else if (atTimeout.has(line.outcome) && line.count > 0)
          all.recordValueWithCount(timeoutUs(line.request), line.count);
      }
      const at = (percent: number) => (all.totalCount === 0 ? null : all.getValueAtPercentile(percent) / 1000);
      return { t, p50: at(50), p99: at(99) };
    });
}

/** Null where the line has none, undefined when it can't be decoded. */
function decoded(base64: string | null): Histogram | null | undefined {
  if (base64 === null) return null;
  try {
    return decodeFromCompressedBase64(base64);
  } catch {
    return undefined;
  }
}

function memoised<In extends readonly unknown[], Out>(
  compute: (...given: In) => Out,
  keyOf: (...given: In) => string,
): (...given: In) => Out {
  const known = new Map<string, Out>();
  return (...given) => {
    const key = keyOf(...given);
    if (!known.has(key)) known.set(key, compute(...given));
    return known.get(key) as Out;
  };
}
