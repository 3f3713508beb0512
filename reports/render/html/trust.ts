/** Can this run be trusted: one line per check, and the answer in words before them. */
import { counted, formatValue } from "../../../runner/shared/format.ts";
import type { Unit } from "../../../runner/shared/quantities.ts";
import type { WorkerReadings } from "../../analyses/parts.ts";
import type { Judgement } from "../../verdict/judgement.ts";
import { absent, type ValueTable } from "./value-table.ts";

interface TrustView {
  readonly answer: { readonly tone: string; readonly icon: string; readonly word: string };
  readonly checks: readonly {
    readonly tone: string;
    readonly word: string;
    readonly title: string;
    readonly text: string;
  }[];
  /** Of the load's workers, where there are several. */
  readonly workers: ValueTable | null;
}

const tones = {
  ok: { tone: "good", word: "fine" },
  warning: { tone: "open", word: "remark" },
  invalid: { tone: "bad", word: "invalid" },
} as const;

export function trustView({ trust }: Judgement): TrustView {
  const having = (status: "warning" | "invalid") => trust.filter((it) => it.status === status).length;
  return {
    answer: answer(trust, having("invalid"), having("warning")),
    checks: trust.map(({ status, title, text }) => ({ ...tones[status], title, text })),
    workers: trust.flatMap((it) => (it.workers === undefined ? [] : [workersTable(it.workers)]))[0] ?? null,
  };
}

function workersTable(workers: readonly WorkerReadings[]): ValueTable {
  const value = (of: number | null, unit: Unit) => (of === null ? absent : formatValue(of, unit));
  const open = (it: WorkerReadings) =>
    it.descriptors === null || it.descriptorLimit === null
      ? absent
      : `${formatValue(it.descriptors, "count")} of ${formatValue(it.descriptorLimit, "count")}`;
  return {
    caption:
      "Each load worker in its worst trial: medians over its seconds; from “in flight” on, the most in any second",
    head: [
      "Worker",
      "CPU of a core",
      "Loop delay p99",
      "Send-time error p50",
      "p99 of it",
      "In flight",
      "Sockets",
      "Descriptors",
      "Memory",
    ],
    rows: workers.map((it) => ({
      head: `worker ${it.worker}`,
      cells: [
        value(it.cpu, "ratio"),
        value(it.loopP99, "ms"),
        value(it.lagP50, "ms"),
        value(it.lagP99, "ms"),
        value(it.inFlight, "count"),
        value(it.connections, "count"),
        open(it),
        value(it.rss, "bytes"),
      ],
    })),
  };
}

function answer(checks: Judgement["trust"], invalid: number, warnings: number): TrustView["answer"] {
  if (checks.length === 0) return { tone: "open", icon: "!", word: "unknown, nothing was checked" };
  if (invalid > 0) return { tone: "bad", icon: "✗", word: `no, ${counted(invalid, "check")} failed` };
  if (checks.some((it) => it.inconclusive)) return { tone: "open", icon: "~", word: "at most inconclusive" };
  if (warnings > 0)
    return { tone: "good", icon: "✓", word: `yes, with ${warnings === 1 ? "one remark" : `${warnings} remarks`}` };
  return { tone: "good", icon: "✓", word: "yes" };
}
