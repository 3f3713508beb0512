/** Service-time quantiles of each tool against the durations that the server logged for the very same requests. */

import { type Bench, type Quantile, quantiles, type Result, type Tool } from "./bench.ts";
import { median, quantile } from "./numbers.ts";

/** Requests per second of the tools that have a rate; the others keep so many connections busy, which comes close to it. */
const rate = 1000;
const connections = 6;

export interface Accuracy {
  readonly tool: string;
  /** Whether it kept the rate; else it ran a closed loop that comes close to it. */
  readonly atRate: boolean;
  readonly requests: number;
  /** Server's quantile and the tool's minus it, ms; medians over rounds. Absent where the tool does not tell it. */
  readonly at: Readonly<Partial<Record<Quantile, { readonly serverMs: number; readonly errorMs: number }>>>;
}

const shares: Record<Quantile, number> = { p50: 0.5, p90: 0.9, p99: 0.99, "p99.9": 0.999 };

export async function accuracy(
  bench: Bench,
  tools: readonly Tool[],
  rounds: number,
  seconds: number,
  say: (text: string) => void,
): Promise<Accuracy[]> {
  const seen = new Map<string, { result: Result; durations: number[] }[]>(tools.map((it) => [it.name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const tool of tools) {
      await durationsOf(bench);
      const result = await (tool.open === null
        ? tool.closed(bench, bench.url.delay, connections, seconds)
        : tool.open(bench, bench.url.delay, rate, seconds));
      seen.get(tool.name)?.push({ result, durations: await durationsOf(bench) });
      say(`accuracy ${round} of ${rounds}  ${tool.name}`);
    }
  }
  return tools.map(({ name, open }) => {
    const runs = seen.get(name) ?? [];
    const at: Partial<Record<Quantile, { serverMs: number; errorMs: number }>> = {};
    for (const q of quantiles) {
      const pairs = runs.flatMap(({ result, durations }) => {
        const told = result.serviceMs[q];
        return told === undefined ? [] : [{ serverMs: quantile(durations, shares[q]), told }];
      });
      if (pairs.length === 0) continue;
      const errors = pairs.map((it) => it.told - it.serverMs);
      at[q] = { serverMs: median(pairs.map((it) => it.serverMs)), errorMs: median(errors) };
    }
    return { tool: name, atRate: open !== null, requests: runs.reduce((sum, it) => sum + it.result.requests, 0), at };
  });
}

async function durationsOf(bench: Bench): Promise<number[]> {
  const answer = await fetch(`http://127.0.0.1:${bench.url.port}/durations`);
  return (await answer.json()) as number[];
}
