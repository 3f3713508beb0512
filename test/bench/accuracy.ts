/** Service-time quantiles of each tool against the durations that the server logged for the very same requests. */
import { type Bench, type Quantile, type Quantiles, quantiles, type Result, type Say, type Tool } from "./bench.ts";
import { median, quantile } from "./numbers.ts";
import { serverLog } from "./target.ts";

/** Of the tools that have a rate; the others keep so many connections busy, which comes close to it. */
const load = { rate: 1000, atOnce: 100 };
const connections = 6;

export interface Accuracy {
  readonly tool: string;
  /** Whether it kept the rate; else it ran a closed loop that comes close to it. */
  readonly atRate: boolean;
  readonly requests: number;
  readonly at: Errors;
}

/** Server's quantile and the tool's minus it, ms; medians over rounds, between which the latter ranged over so much. */
interface QuantileError {
  readonly serverMs: number;
  readonly errorMs: number;
  readonly rangeMs: number;
}

/** Absent where the tool does not tell it. */
export type Errors = Readonly<Partial<Record<Quantile, QuantileError>>>;

const shares: Record<Quantile, number> = { p50: 0.5, p90: 0.9, p99: 0.99, "p99.9": 0.999 };

interface Seen {
  readonly told: Quantiles;
  readonly durations: readonly number[];
}

export function errorsOf(runs: readonly Seen[]): Errors {
  const at: Partial<Record<Quantile, QuantileError>> = {};
  for (const q of quantiles) {
    const pairs = runs.flatMap(({ told, durations }) => {
      const its = told[q];
      return its === undefined ? [] : [{ serverMs: quantile(durations, shares[q]), told: its }];
    });
    if (pairs.length === 0) continue;
    const errors = pairs.map((it) => it.told - it.serverMs);
    const rangeMs = Math.max(...errors) - Math.min(...errors);
    at[q] = { serverMs: median(pairs.map((it) => it.serverMs)), errorMs: median(errors), rangeMs };
  }
  return at;
}

export async function accuracy(
  bench: Bench,
  tools: readonly Tool[],
  rounds: number,
  seconds: number,
  say: Say,
): Promise<Accuracy[]> {
  const seen = new Map<string, { result: Result; durations: readonly number[] }[]>(tools.map((it) => [it.name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const { name, open, closed } of tools) {
      // What counts from the intended start tells no service time: its first answer shows that.
      if (seen.get(name)?.some(({ result }) => Object.keys(result.serviceMs).length === 0)) continue;
      await serverLog(bench.url);
      const result = await (open?.(bench, bench.url.delay, load, seconds) ??
        closed?.(bench, bench.url.delay, connections, seconds));
      const { durations } = await serverLog(bench.url);
      if (result) seen.get(name)?.push({ result, durations });
      say(`accuracy ${round} of ${rounds}  ${name}`);
    }
  }
  return tools.flatMap(({ name, open }) => {
    const runs = seen.get(name) ?? [];
    const at = errorsOf(runs.map(({ result, durations }) => ({ told: result.serviceMs, durations })));
    const requests = runs.reduce((sum, it) => sum + it.result.requests, 0);
    return Object.keys(at).length === 0 ? [] : [{ tool: name, atRate: open !== null, requests, at }];
  });
}
