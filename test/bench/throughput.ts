/** Requests per generator CPU-second and memory, tools interleaved in rounds: the ratio of two tools is taken within a round. */
import { mean } from "../../reports/stats/describe.ts";
import { pairedT, tInterval } from "../../reports/stats/t-test.ts";
import { seeded, shuffled } from "../../runner/shared/random.ts";
import type { Bench, Result, Say, Tool } from "./bench.ts";
import { median } from "./numbers.ts";

const connections = 20;
/** Of what the native engine makes in the open model, where it is asked for more than it can. */
const paced = 0.8;
export const pacedName = "native, open model at 80 % of its capacity";

export interface Ratio {
  readonly estimate: number;
  /** 95 %, t on the logarithms. */
  readonly lower: number;
  readonly upper: number;
}

export interface Throughput {
  readonly tool: string;
  /** Geometric mean over rounds. */
  readonly perCpuSecond: number;
  /** Median over rounds. */
  readonly peakBytes: number | null;
  /** native over this tool; null for native itself and with a single round. */
  readonly native: Ratio | null;
  /** The same for native in the open model. */
  readonly paced: Ratio | null;
}

type Run = (seconds: number) => Promise<Result>;

export async function throughput(
  bench: Bench,
  tools: readonly Tool[],
  rounds: number,
  seconds: number,
  say: Say,
): Promise<Throughput[]> {
  const runs = new Map<string, Run>();
  for (const { name, closed, http2 } of tools) {
    const url = http2 ? bench.url.http2 : bench.url.fast;
    if (closed !== null && url !== null) runs.set(name, (length) => closed(bench, url, connections, length));
  }
  const [closed, open] = [runs.get("native"), tools.find((it) => it.name === "native")?.open];
  if (closed !== undefined && open) {
    const perSecond = ({ requests }: Result) => Math.round(requests / seconds);
    const openAt = (rate: number) => (length: number) => open(bench, bench.url.fast, { rate, atOnce: 10_000 }, length);
    const atMost = perSecond(await closed(seconds));
    const capacity = perSecond(await openAt(atMost)(seconds));
    say(`native makes ${atMost} requests a second in the closed model, ${capacity} in the open one`);
    runs.set(pacedName, openAt(Math.round(paced * capacity)));
  }
  const seen = new Map<string, Result[]>([...runs.keys()].map((it) => [it, []]));
  const random = seeded(1, "bench order");
  for (let round = 1; round <= rounds; round++) {
    for (const [name, run] of shuffled([...runs], random)) {
      const result = await run(seconds);
      seen.get(name)?.push(result);
      say(`round ${round} of ${rounds}  ${name}  ${Math.round(perCpuSecond(result))} requests per CPU-second`);
    }
  }
  const logsOf = (name: string) => (seen.get(name) ?? []).map((it) => Math.log(perCpuSecond(it)));
  return [...seen].map(([tool, results]) => {
    const logs = logsOf(tool);
    const against = (name: string) => (tool === name ? null : ratioOf(logsOf(name), logs));
    const peaks = results.flatMap((it) => (it.peakBytes === null ? [] : [it.peakBytes]));
    return {
      tool,
      perCpuSecond: Math.exp(mean(logs)),
      peakBytes: peaks.length === 0 ? null : median(peaks),
      native: tool === pacedName ? null : against("native"),
      paced: tool === "native" ? null : against(pacedName),
    };
  });
}

const perCpuSecond = ({ requests, cpuSeconds }: Result): number => requests / cpuSeconds;

function ratioOf(ours: readonly number[], its: readonly number[]): Ratio | null {
  if (ours.length < 2 || ours.length !== its.length) return null;
  const test = pairedT(ours.map((it, i) => it - (its[i] as number)));
  const { lower, upper } = tInterval(test);
  return { estimate: Math.exp(test.center), lower: Math.exp(lower), upper: Math.exp(upper) };
}
