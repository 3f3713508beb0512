/** A server that stalls for 2 s: what each tool says of it, beside what users with a schedule of their own would have seen. */
import type { Bench, Quantiles, Say, Tool } from "./bench.ts";
import { serverLog, stallMs } from "./target.ts";

/** The stall begins 3 s after the first request. */
const seconds = 8;
/** As many as are due in the stall, and half as many again. */
const load = { rate: 200, atOnce: 600 };
const connections = 6;

export const stallQuantiles = ["p50", "p90", "p99"] as const;
const shares = { p50: 0.5, p90: 0.9, p99: 0.99 } as const;

/**
 * Of requests at an even rate over a length T with a stall of length L, the share that waits longer than x is (L − x) / T, so the
 * q-quantile is L − (1 − q) T, or nothing where that is below 0.
 */
export const theoryMs = (q: (typeof stallQuantiles)[number]): number =>
  Math.max(0, stallMs - (1 - shares[q]) * seconds * 1000);

export interface Stall {
  readonly tool: string;
  readonly atRate: boolean;
  readonly requests: number;
  readonly failed: number | null;
  /** What it reports as latency, corrected where it can. */
  readonly toldMs: Quantiles;
}

export async function stall(bench: Bench, tools: readonly Tool[], say: Say): Promise<Stall[]> {
  const rows: Stall[] = [];
  for (const { name, open, closed } of tools) {
    await serverLog(bench.url);
    const result = await (open?.(bench, bench.url.stall, load, seconds) ??
      closed?.(bench, bench.url.stall, connections, seconds));
    if (result) {
      const { requests, failed, responseMs, serviceMs } = result;
      rows.push({ tool: name, atRate: open !== null, requests, failed, toldMs: responseMs ?? serviceMs });
    }
    say(`stall  ${name}`);
  }
  return rows;
}
