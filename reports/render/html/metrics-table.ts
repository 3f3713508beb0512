/** The full table: every metric of every arm, absent ones with their reason. */
import { counted, formatRange, formatValue } from "../../../runner/shared/format.ts";
import type { TableRow } from "../../analyses/parts.ts";
import type { Judgement } from "../../verdict/judgement.ts";

interface MetricsTable {
  readonly arms: readonly string[];
  /** By where they were measured: a phase, a fault. */
  readonly groups: readonly {
    readonly where: string;
    readonly count: string;
    readonly rows: readonly { readonly title: string; readonly metric: string; readonly cells: readonly Cell[] }[];
  }[];
  /** Short enough to be unfolded. */
  readonly unfolded: boolean;
}

const unfoldedRows = 16;

interface Cell {
  readonly value: string;
  readonly note: string;
}

export function metricsTable({ table, run }: Judgement): MetricsTable {
  const named = new Set(table.flatMap((row) => row.cells.map((it) => it.arm)));
  const arms = [...run.arms.filter((it) => named.has(it)), ...[...named].filter((it) => !run.arms.includes(it))];
  const groups = Map.groupBy(table, (row) => row.where);
  return {
    arms,
    groups: [...groups].map(([where, rows]) => ({
      where: where === "" ? "whole run" : where,
      count: counted(rows.length, "metric"),
      rows: rows.map((row) => ({
        title: row.title,
        metric: row.metric,
        cells: arms.map((arm) => cell(row, arm)),
      })),
    })),
    unfolded: table.length <= unfoldedRows,
  };
}

function cell(row: TableRow, arm: string): Cell {
  const found = row.cells.find((it) => it.arm === arm);
  if (!found || found.center === null) return { value: "–", note: found?.absent ?? "not measured" };
  const { center, low, high, n } = found;
  const like = Math.max(...row.cells.map((it) => Math.abs(it.center ?? 0)));
  if (low === null || high === null || n < 2)
    return { value: formatValue(center, row.unit, { like }), note: n === 1 ? "one trial" : "" };
  return {
    value: formatValue(center, row.unit, { like, spread: high - low }),
    note: low === high ? `all ${n} trials` : formatRange(low, high, row.unit, { like }),
  };
}
