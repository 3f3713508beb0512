/** The bench's result as Markdown that a README can quote. */
import type { Accuracy } from "./accuracy.ts";
import { type Quantile, quantiles } from "./bench.ts";
import { everyMs, type Sampling } from "./sampling.ts";
import { type SendTime, sendRate } from "./send-time.ts";
import type { Throughput } from "./throughput.ts";

export interface BenchResult {
  readonly at: string;
  readonly machine: string;
  readonly server: string;
  readonly versions: readonly string[];
  readonly missing: readonly string[];
  readonly rounds: number;
  readonly throughput: readonly Throughput[];
  readonly accuracy: readonly Accuracy[];
  readonly sendTime: SendTime;
  readonly sampling: Sampling;
}

export function markdown(it: BenchResult): string {
  return [
    `# Load generators compared, ${it.at.slice(0, 10)}`,
    "",
    `${it.machine}; server: ${it.server}. ${it.versions.join(", ")}.`,
    ...(it.missing.length > 0 ? [`Not installed here, so not compared: ${it.missing.join(", ")}.`] : []),
    "",
    `## Requests per generator CPU-second (20 connections, 2-byte body, ${it.rounds} interleaved rounds)`,
    "",
    "| tool | requests per CPU-second | native is faster by (95 % interval) |",
    "|---|---:|---:|",
    ...it.throughput
      .toSorted((a, b) => b.perCpuSecond - a.perCpuSecond)
      .map((row) => `| ${row.tool} | ${thousands(row.perCpuSecond)} | ${ratio(row.ratio)} |`),
    "",
    "## Service time against what the server logged (log-normal delay, median 5 ms, 1 000/s)",
    "",
    `| tool | requests | ${quantiles.map((q) => `${q} error`).join(" | ")} |`,
    `|---|---:|${quantiles.map(() => "---:|").join("")}`,
    ...it.accuracy.map(
      (row) =>
        `| ${row.tool}${row.atRate ? "" : " (closed loop)"} | ${row.requests} | ${quantiles.map((q) => error(row.at[q])).join(" | ")} |`,
    ),
    "",
    `## Send-time error at ${sendRate}/s`,
    "",
    "| | median | p99 | CPU |",
    "|---|---:|---:|---:|",
    `| native | ${it.sendTime.native.p50.toFixed(2)} ms | ${it.sendTime.native.p99.toFixed(2)} ms | ${it.sendTime.native.cpu.toFixed(2)} cores |`,
    `| bare timer loop | ${it.sendTime.bare.p50.toFixed(2)} ms | ${it.sendTime.bare.p99.toFixed(2)} ms | ${it.sendTime.bare.cpu.toFixed(2)} cores |`,
    "",
    `## Samplers: CPU of the harness beside ${it.sampling.instances} sleeping instances, ${1000 / everyMs} readings a second${it.sampling.cgroups ? "" : ", no cgroups here"}`,
    "",
    "| samplers | share of a core |",
    "|---|---:|",
    `| on | ${share(it.sampling.on)} |`,
    `| off | ${share(it.sampling.off)} |`,
    "",
    "## Aims",
    "",
    ...aims(it).map(({ met, text }) => `- ${met ? "met" : "**missed**"}: ${text}`),
    "",
  ].join("\n");
}

/** What this bench was built to check; only of what was measured. */
export function aims(it: BenchResult): { met: boolean; text: string }[] {
  const k6 = it.throughput.find((row) => row.tool === "k6")?.ratio;
  const { native: ours, bare } = it.sendTime;
  return [
    ...(k6 ? [{ met: k6.estimate >= 2.5, text: `at least 2.5 times k6 (${k6.estimate.toFixed(2)})` }] : []),
    { met: ours.p50 < 0.6, text: `median send-time error below 0.6 ms (${ours.p50.toFixed(2)})` },
    {
      met: ours.p99 <= bare.p99 + 1,
      text: `p99 send-time error at most 1 ms above a bare timer loop (${(ours.p99 - bare.p99).toFixed(2)})`,
    },
    { met: ours.cpu < 0.4, text: `below 0.4 cores at ${sendRate}/s (${ours.cpu.toFixed(2)})` },
    ...(["p50", "p90", "p99"] as const).flatMap((q) => accuracyAims(it.accuracy, q)),
    {
      met: it.sampling.on - it.sampling.off < 0.02,
      text: `samplers below 2 % of a core for ${it.sampling.instances} instances (${share(it.sampling.on - it.sampling.off)})`,
    },
  ];
}

function accuracyAims(rows: readonly Accuracy[], q: Quantile): { met: boolean; text: string }[] {
  const its = rows.find((row) => row.tool === "native")?.at[q];
  if (its === undefined) return [];
  const peers = rows.filter((row) => row.tool !== "native" && row.at[q] !== undefined);
  const own = `service ${q} ${signed(its.errorMs)}`;
  return [
    {
      met: Math.abs(its.errorMs) <= Math.max(1, its.serverMs * 0.01),
      text: `${own}: within 1 ms or 1 % of the server's`,
    },
    ...(["at this rate", "of all, closed loops too"] as const).flatMap((among) => {
      const open = among === "at this rate";
      if (!open && peers.every((row) => row.atRate)) return [];
      const best = peers
        .filter((row) => row.atRate || !open)
        .map((row) => ({
          name: row.atRate ? row.tool : `${row.tool}, closed loop`,
          ms: Math.abs(row.at[q]?.errorMs ?? 0),
        }))
        .reduce<{ name: string; ms: number } | null>((a, b) => (a !== null && a.ms <= b.ms ? a : b), null);
      if (best === null) return [];
      const text = `${own}: no further off than the best peer ${among} (${best.name}: ${best.ms.toFixed(2)} ms)`;
      return [{ met: Math.abs(its.errorMs) <= best.ms, text }];
    }),
  ];
}

const share = (of: number): string => `${(of * 100).toFixed(2)} %`;

const thousands = (value: number): string => `${(value / 1000).toFixed(1)} k`;

const ratio = (it: Throughput["ratio"]): string =>
  it === null ? "" : `${it.estimate.toFixed(2)}x (${it.lower.toFixed(2)} to ${it.upper.toFixed(2)})`;

const error = (it: { serverMs: number; errorMs: number } | undefined): string =>
  it === undefined ? "not told" : `${signed(it.errorMs)} (${percent(it.errorMs / it.serverMs)})`;

const signed = (ms: number): string => `${ms < 0 ? "−" : "+"}${Math.abs(ms).toFixed(2)} ms`;
const percent = (share: number): string => `${share < 0 ? "−" : "+"}${Math.abs(share * 100).toFixed(1)} %`;
