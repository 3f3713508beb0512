/** Requests per generator CPU-second, tools interleaved in rounds: the ratio of two tools is taken within a round. */
import { mean } from "../../reports/stats/describe.ts";
import { pairedT, tInterval } from "../../reports/stats/t-test.ts";
import { seeded, shuffled } from "../../runner/shared/random.ts";
import type { Bench, Tool } from "./bench.ts";

const connections = 20;

export interface Throughput {
  readonly tool: string;
  /** Geometric mean over rounds. */
  readonly perCpuSecond: number;
  /** native over this tool, with a 95 % interval (t on the logarithms); null for native itself and with a single round. */
  readonly ratio: { readonly estimate: number; readonly lower: number; readonly upper: number } | null;
}

export async function throughput(
  bench: Bench,
  tools: readonly Tool[],
  rounds: number,
  seconds: number,
  say: (text: string) => void,
): Promise<Throughput[]> {
  const logs = new Map<string, number[]>(tools.map((it) => [it.name, []]));
  const random = seeded(1, "bench order");
  for (let round = 1; round <= rounds; round++) {
    for (const tool of shuffled(tools, random)) {
      const { requests, cpuSeconds } = await tool.closed(bench, bench.url.fast, connections, seconds);
      logs.get(tool.name)?.push(Math.log(requests / cpuSeconds));
      say(`round ${round} of ${rounds}  ${tool.name}  ${Math.round(requests / cpuSeconds)} requests per CPU-second`);
    }
  }
  const native = logs.get("native") ?? [];
  return tools.map(({ name }) => {
    const its = logs.get(name) ?? [];
    return { tool: name, perCpuSecond: Math.exp(mean(its)), ratio: name === "native" ? null : ratioOf(native, its) };
  });
}

function ratioOf(native: readonly number[], its: readonly number[]): Throughput["ratio"] {
  if (native.length < 2) return null;
  const test = pairedT(native.map((it, i) => it - (its[i] as number)));
  const { lower, upper } = tInterval(test);
  return { estimate: Math.exp(test.center), lower: Math.exp(lower), upper: Math.exp(upper) };
}
