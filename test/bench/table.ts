/** The bench's result as Markdown that a README can quote. */
import { formatValue } from "../../runner/shared/format.ts";
import type { Accuracy, Errors } from "./accuracy.ts";
import { aims } from "./aims.ts";
import { type Quantile, quantiles } from "./bench.ts";
import type { CommandTime } from "./commands.ts";
import type { Loss } from "./loss.ts";
import { everyMs, type Sampling } from "./sampling.ts";
import { type SendTime, sendRate } from "./send-time.ts";
import { type Stall, stallQuantiles, theoryMs } from "./stall.ts";
import { pacedName, type Ratio, type Throughput } from "./throughput.ts";
import { ms, percent, share, signed } from "./words.ts";

export interface BenchResult {
  readonly at: string;
  readonly machine: string;
  readonly server: string;
  readonly versions: readonly string[];
  readonly missing: readonly string[];
  readonly rounds: number;
  readonly throughput: readonly Throughput[];
  readonly accuracy: readonly Accuracy[];
  readonly stall: readonly Stall[];
  readonly loss: readonly Loss[];
  readonly sendTime: SendTime;
  readonly sampling: Sampling;
  readonly commands: readonly CommandTime[];
}

export function markdown(it: BenchResult): string {
  const { native: ours, bare } = it.sendTime;
  return [
    `# Load generators compared, ${it.at.slice(0, 10)}`,
    "",
    `${it.machine}; server: ${it.server}. ${it.versions.join(", ")}.`,
    ...(it.missing.length > 0 ? [`Not installed here, so not compared: ${it.missing.join(", ")}.`] : []),
    "",
    "## Who is right, by how much",
    "",
    "What a tool tells minus what is true; empty where it does not tell, or was not asked. Tools without a rate ran closed loops.",
    "",
    ...summary(it),
    "",
    `## Requests per generator CPU-second (20 connections, 2-byte body, ${it.rounds} interleaved rounds)`,
    "",
    ...table(
      ["tool", "requests per CPU-second", "memory", "native is faster by (95 % interval)", `${pacedName}: by`],
      it.throughput
        .toSorted((a, b) => b.perCpuSecond - a.perCpuSecond)
        .map((row) => [row.tool, thousands(row.perCpuSecond), memory(row), ratio(row.native), ratio(row.paced)]),
    ),
    "",
    "## Service time against what the server logged (log-normal delay, median 5 ms, 1 000/s)",
    "",
    ...table(
      ["tool", "requests", ...quantiles.map((q) => `${q} error`)],
      it.accuracy.map((row) => [toolOf(row), `${row.requests}`, ...quantiles.map((q) => error(row.at, q))]),
    ),
    "",
    "## A stall of 2 s in 8 s (200/s; latency as the tool reports it)",
    "",
    ...table(
      ["tool", "requests", ...stallQuantiles.map((q) => `${q} (truth ${ms(theoryMs(q))})`)],
      it.stall.map((row) => [toolOf(row), `${row.requests}`, ...stallQuantiles.map((q) => told(row.toldMs[q]))]),
    ),
    "",
    "## Each 50th connection closed without an answer (log-normal delay, median 5 ms, 500/s)",
    "",
    ...table(
      ["tool", "answered", "lost", "told as failed", "p50 error", "p99 error"],
      it.loss.map((row) => [
        ...[toolOf(row), `${row.requests}`, `${row.lost}`, row.told === null ? "not told" : `${row.told}`],
        ...[error(row.at, "p50"), error(row.at, "p99")],
      ]),
    ),
    "",
    `## Send-time error at ${sendRate}/s`,
    "",
    ...table(
      ["", "median", "p99", "CPU"],
      [
        ["native", `${ours.p50.toFixed(2)} ms`, `${ours.p99.toFixed(2)} ms`, `${ours.cpu.toFixed(2)} cores`],
        ["bare timer loop", `${bare.p50.toFixed(2)} ms`, `${bare.p99.toFixed(2)} ms`, `${bare.cpu.toFixed(2)} cores`],
      ],
    ),
    "",
    `## Samplers: CPU of the harness beside ${it.sampling.instances} sleeping instances, ${1000 / everyMs} readings a second${it.sampling.cgroups ? "" : ", no cgroups here"}`,
    "",
    ...table(
      ["samplers", "share of a core"],
      [
        ["on", share(it.sampling.on)],
        ["off", share(it.sampling.off)],
      ],
    ),
    "",
    "## Commands over much data",
    "",
    ...table(
      ["command", "of", "wall time"],
      it.commands.map(({ command, of, seconds }) => [command, of, `${seconds.toFixed(1)} s`]),
    ),
    "",
    "## Aims",
    "",
    ...aims(it).map(({ met, text }) => `- ${met ? "met" : "**missed**"}: ${text}`),
    "",
  ].join("\n");
}

function summary(it: BenchResult): string[] {
  const names = [
    ...new Set([it.throughput, it.accuracy, it.stall, it.loss].flatMap((rows) => rows.map((row) => row.tool))),
  ];
  const by = <Row extends { readonly tool: string }>(rows: readonly Row[], name: string) =>
    rows.find((row) => row.tool === name);
  return table(
    [
      ...["tool", "requests per CPU-second", "memory", "service p50", "service p99"],
      ...[`p99 of a 2 s stall (${ms(theoryMs("p99"))})`, "losses told", "p99 under losses"],
    ],
    names.map((name) => {
      const [fast, right, stalled, lossy] = [
        by(it.throughput, name),
        by(it.accuracy, name),
        by(it.stall, name),
        by(it.loss, name),
      ];
      const stallP99 = stalled?.toldMs.p99;
      return [
        name,
        fast === undefined ? "" : thousands(fast.perCpuSecond),
        fast === undefined ? "" : memory(fast),
        right === undefined ? "" : error(right.at, "p50"),
        right === undefined ? "" : error(right.at, "p99"),
        stallP99 === undefined ? "" : signed(stallP99 - theoryMs("p99")),
        lossy === undefined ? "" : `${lossy.told ?? "none"} of ${lossy.lost}`,
        lossy === undefined ? "" : error(lossy.at, "p99"),
      ];
    }),
  );
}

/** The first column to the left, the others to the right. */
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(" | ")} |`,
  `|---|${"---:|".repeat(head.length - 1)}`,
  ...rows.map((row) => `| ${row.join(" | ")} |`),
];

const toolOf = ({ tool, atRate }: { readonly tool: string; readonly atRate: boolean }): string =>
  atRate ? tool : `${tool} (closed loop)`;

const thousands = (value: number): string => `${(value / 1000).toFixed(1)} k`;

const memory = ({ peakBytes }: Throughput): string =>
  peakBytes === null ? "" : formatValue(peakBytes, "bytes").replace("\u202f", " ");

const ratio = (it: Ratio | null): string =>
  it === null ? "" : `${it.estimate.toFixed(2)}x (${it.lower.toFixed(2)} to ${it.upper.toFixed(2)})`;

function error(at: Errors, q: Quantile): string {
  const it = at[q];
  return it === undefined ? "not told" : `${signed(it.errorMs)} (${percent(it.errorMs / it.serverMs)})`;
}

const told = (value: number | undefined): string => (value === undefined ? "not told" : ms(value));
