/** What this bench was built to check; only of what was measured. */
import type { Accuracy } from "./accuracy.ts";
import type { Quantile } from "./bench.ts";
import { sendRate } from "./send-time.ts";
import { theoryMs } from "./stall.ts";
import type { BenchResult } from "./table.ts";
import { ms, share, signed } from "./words.ts";

interface Aim {
  readonly met: boolean;
  readonly text: string;
}

export function aims(it: BenchResult): Aim[] {
  const { native: ours, bare } = it.sendTime;
  return [
    ...throughputAims(it),
    { met: ours.p50 < 0.6, text: `median send-time error below 0.6 ms (${ours.p50.toFixed(2)})` },
    {
      met: ours.p99 <= bare.p99 + 1,
      text: `p99 send-time error at most 1 ms above a bare timer loop (${(ours.p99 - bare.p99).toFixed(2)})`,
    },
    { met: ours.cpu < 0.4, text: `below 0.4 cores at ${sendRate}/s (${ours.cpu.toFixed(2)})` },
    ...(["p50", "p90", "p99"] as const).flatMap((q) => accuracyAims(it.accuracy, q)),
    ...stallAims(it),
    ...lossAims(it),
    {
      met: it.sampling.on - it.sampling.off < 0.02,
      text: `samplers below 2 % of a core for ${it.sampling.instances} instances (${share(it.sampling.on - it.sampling.off)})`,
    },
    ...it.commands.map(({ command, of, seconds, mostSeconds }) => ({
      met: seconds <= mostSeconds,
      text: `${command} of ${of} within ${mostSeconds} s (${seconds.toFixed(1)})`,
    })),
  ];
}

/** In the open model, with intended-start timing, full parsing and recording. */
const leastRatios = { k6: 4, autocannon: 1, wrk: 0.55 } as const;

const throughputAims = ({ throughput }: BenchResult): Aim[] =>
  Object.entries(leastRatios).flatMap(([name, least]) => {
    const it = throughput.find((row) => row.tool === name)?.paced;
    if (!it) return [];
    return [
      { met: it.estimate >= least, text: `open model at least ${least} times ${name} (${it.estimate.toFixed(2)})` },
    ];
  });

const own = ["native", "native, HTTP/2", "k6, as our engine", "k6, as our engine, exact"];

function accuracyAims(rows: readonly Accuracy[], q: Quantile): Aim[] {
  const its = rows.find((row) => row.tool === "native")?.at[q];
  if (its === undefined) return [];
  const peers = rows.filter(({ tool, at }) => !own.includes(tool) && !tool.endsWith("HTTP/2") && at[q] !== undefined);
  const told = `service ${q} ${signed(its.errorMs)} (its rounds range over ${ms(its.rangeMs)})`;
  return [
    {
      met: Math.abs(its.errorMs) <= Math.max(1, its.serverMs * 0.01),
      text: `${told}: within 1 ms or 1 % of the server's`,
    },
    ...(["at this rate", "of all, closed loops too"] as const).flatMap((among) => {
      const open = among === "at this rate";
      if (!open && peers.every((row) => row.atRate)) return [];
      const best = peers
        .filter((row) => row.atRate || !open)
        .map((row) => ({
          name: row.atRate ? row.tool : `${row.tool}, closed loop`,
          off: Math.abs(row.at[q]?.errorMs ?? 0),
        }))
        .reduce<{ name: string; off: number } | null>((a, b) => (a !== null && a.off <= b.off ? a : b), null);
      if (best === null) return [];
      const text = `${told}: no further off than the best peer ${among} (${best.name}: ${ms(best.off)})`;
      return [{ met: Math.abs(its.errorMs) <= best.off, text }];
    }),
  ];
}

/** A bucket of k6's native histograms is 9 % wide. */
const k6Bucket = 0.0905;

function stallAims({ stall }: BenchResult): Aim[] {
  const of = (tool: string) => stall.find((row) => row.tool === tool)?.toldMs.p99;
  const [native, k6] = [of("native"), of("k6, as our engine")];
  const truth = theoryMs("p99");
  const off = (value: number) => Math.abs(value / truth - 1);
  if (native === undefined) return [];
  return [
    {
      met: off(native) <= 0.02,
      text: `p99 under a stall within 2 % of the truth (${(100 * off(native)).toFixed(1)} %)`,
    },
    ...(k6 === undefined
      ? []
      : [
          {
            met: Math.abs(k6 / native - 1) <= k6Bucket,
            text: `k6 with enough users agrees with native on it within a bucket (${(100 * Math.abs(k6 / native - 1)).toFixed(1)} %)`,
          },
        ]),
  ];
}

function lossAims({ loss }: BenchResult): Aim[] {
  const it = loss.find((row) => row.tool === "native");
  if (it === undefined) return [];
  return [{ met: it.told === it.lost, text: `every lost request told (${it.told ?? "none"} of ${it.lost})` }];
}
