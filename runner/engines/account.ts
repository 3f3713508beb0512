/** What the workers of one load told, added up, with what is missing of those that were lost. */
import type { BinLine } from "../record/load-lines.ts";
import type { LostWorker } from "../record/lost-worker.ts";
import { outcomes } from "../record/outcomes.ts";
import type { Closing, LoadEnd, WorkerLine } from "./engine.ts";

interface Account {
  /** Any line of a worker. */
  readonly add: (worker: number, line: WorkerLine) => void;
  /** The worker is not to be trusted any more; null when that was known. `gone`: it says nothing more, so that what it had to send is known to be missing. */
  readonly lose: (worker: number, reason: string, gone: boolean) => LostWorker | null;
  /** It ended before it was done: its bins are all there is of it. */
  readonly cutOff: (worker: number) => void;
  readonly end: () => LoadEnd;
}

/**
 * @param due        requests that each worker has to send; null where nobody knows
 * @param onTrouble  called once for each reason
 */
export function openAccount(
  workers: number,
  due: number | null,
  onTrouble: (reason: string) => void = () => undefined,
): Account {
  const totals = noTotals();
  const closings: Closing[] = [];
  const lost: LostWorker[] = [];
  const troubles = new Map<string, number>();
  /** Per worker, from its bins. */
  const heard = Array.from({ length: workers }, noTotals);
  /** Until when each has told everything, ms since the load's start. */
  const toldMs = Array.from({ length: workers }, () => 0);
  return {
    add: (worker, line) => {
      if (line.type === "self") toldMs[worker] = line.t;
      else if (line.type === "bin") addTotals(heard[worker] as Totals, totalsOf(line));
      else if (line.type === "done") {
        addTotals(totals, line.totals);
        closings.push(line);
      } else if (line.type === "trouble") {
        if (!troubles.has(line.reason)) onTrouble(line.reason);
        troubles.set(line.reason, (troubles.get(line.reason) ?? 0) + line.count);
      }
    },
    lose: (worker, reason, gone) => {
      if (lost.some((it) => it.worker === worker)) return null;
      const missing = due === null ? {} : { due, told: (heard[worker] as Totals).due };
      const it = { worker, reason, ...(gone ? { toldMs: toldMs[worker] as number, ...missing } : {}) };
      lost.push(it);
      return it;
    },
    cutOff: (worker) => addTotals(totals, heard[worker] as Totals),
    end: () => ({
      totals,
      lost,
      ...allOf(closings),
      troubles: [...troubles].map(([reason, count]) => ({ reason, count })),
    }),
  };
}

function allOf(closings: readonly Closing[]): Omit<LoadEnd, "totals" | "lost" | "troubles"> {
  const late = closings.flatMap((it) => it.startedLateMs ?? []);
  return {
    lacks: Object.assign({}, ...closings.map((it) => it.lacks)),
    remarks: [...new Set(closings.flatMap((it) => it.remarks ?? []))],
    thresholds: closings.flatMap((it) => it.thresholds ?? []),
    startSkewMs: late.length === 0 ? null : Math.max(...late) - Math.min(...late),
  };
}

type Totals = Record<keyof LoadEnd["totals"], number>;

const noTotals = (): Totals => Object.fromEntries([...outcomes, "due", "sent"].map((it) => [it, 0])) as Totals;

function addTotals(sum: Totals, more: Readonly<Partial<Totals>>): void {
  for (const [name, count] of Object.entries(more)) sum[name as keyof Totals] += count;
}

/** Whether a failed request was ever on the wire is not in a bin: what was neither dropped nor refused counts as sent. */
function totalsOf(bin: BinLine): Partial<Totals> {
  const over = Object.entries(bin.counts).filter(([outcome]) => outcome !== "dropped" && outcome !== "connect");
  return { ...bin.counts, due: bin.due, sent: over.reduce((sum, [, count]) => sum + count, 0) };
}
