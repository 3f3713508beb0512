/** A server that closes each 50th connection without an answer: does a tool tell the losses, and do they bend its latencies? */
import { type Errors, errorsOf } from "./accuracy.ts";
import type { Bench, Result, Say, Tool } from "./bench.ts";
import { type ServerLog, serverLog } from "./target.ts";

const load = { rate: 500, atOnce: 100 };
const connections = 3;

export interface Loss {
  readonly tool: string;
  readonly atRate: boolean;
  /** Answered. */
  readonly requests: number;
  /** By the server's count. */
  readonly lost: number;
  /** By the tool's; null where it does not tell. */
  readonly told: number | null;
  /** Of the answered ones. */
  readonly at: Errors;
}

export async function loss(
  bench: Bench,
  tools: readonly Tool[],
  rounds: number,
  seconds: number,
  say: Say,
): Promise<Loss[]> {
  const seen = new Map<string, { result: Result; log: ServerLog }[]>(tools.map((it) => [it.name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const { name, open, closed } of tools) {
      await serverLog(bench.url);
      const result = await (open?.(bench, bench.url.lossy, load, seconds) ??
        closed?.(bench, bench.url.lossy, connections, seconds));
      const log = await serverLog(bench.url);
      if (result) seen.get(name)?.push({ result, log });
      say(`loss ${round} of ${rounds}  ${name}`);
    }
  }
  return tools.flatMap(({ name, open }) => {
    const runs = seen.get(name) ?? [];
    if (runs.length === 0) return [];
    const sum = (read: (it: (typeof runs)[number]) => number) => runs.reduce((total, it) => total + read(it), 0);
    return [
      {
        tool: name,
        atRate: open !== null,
        requests: sum((it) => it.result.requests),
        lost: sum((it) => it.log.lost),
        told: runs.some((it) => it.result.failed === null) ? null : sum((it) => it.result.failed ?? 0),
        at: errorsOf(
          runs.map(({ result, log }) => ({ told: result.responseMs ?? result.serviceMs, durations: log.durations })),
        ),
      },
    ];
  });
}
