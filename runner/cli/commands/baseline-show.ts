/** `baseline show`: what is stored beside a scenario: where from, when, in which environment, and the center of everything measured. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { StoredBaseline } from "../../../reports/baseline/format.ts";
import { placeInWords } from "../../../reports/baseline/place.ts";
import { type Row, rowsOf } from "../../../reports/baseline/summary.ts";
import { Exit, UserError } from "../../shared/errors.ts";
import { counted, formatRange, formatValue, plainSpaces } from "../../shared/format.ts";
import { toLine } from "../../shared/lines.ts";
import { type Cli, commandName } from "../context.ts";
import { baselineFileOf, nothing, readStored, shownFrom } from "../stored.ts";

export async function baselineShow(cli: Cli, scenario: string): Promise<Exit> {
  const { host } = cli;
  const given = resolve(host.cwd, scenario);
  const file = given.endsWith(".json") ? given : baselineFileOf(given);
  if (!existsSync(file)) {
    if (!existsSync(given))
      throw new UserError(`there is no file ${scenario}`, { hint: "name a scenario, or a stored baseline" });
    const command = commandName(host);
    throw new UserError(`there is no stored baseline at ${shownFrom(host, file)}`, {
      hint: `make one: ${command} run ${scenario} --against ${nothing}, then ${command} baseline accept <run>`,
    });
  }
  const stored = readStored(host, file, given.endsWith(".json") ? "<scenario>" : given);
  if (cli.json) {
    const { samples: _, ...head } = stored;
    host.stdout.write(toLine({ type: "baseline", file: shownFrom(host, file), ...head, rows: rowsOf(stored) }));
  } else
    host.stdout.write(
      plainSpaces(`${[...headOf(stored, shownFrom(host, file)), "", ...tableOf(stored)].join("\n")}\n`),
    );
  return Exit.pass;
}

function headOf(stored: StoredBaseline, file: string): string[] {
  const { arm, run, measuredAt, verdict, forced, versions, hash, trials, reference, environment } = stored;
  const failed = trials.filter((it) => it.outcome === "failed").length;
  return [
    `${file}: ${arm} of run ${run}, measured ${measuredAt.slice(0, 16).replace("T", " ")} UTC by shakedown ${versions.shakedown}`,
    `${counted(trials.length, "trial")}${failed > 0 ? `, ${failed} of them failed` : ""}, verdict ${verdict}${forced ? ", accepted by force" : ""}, arm hash ${hash.slice(0, 12)}`,
    reference === null
      ? "no reference arm: later runs are compared without control of drift"
      : `reference arm ${reference.slice(0, 12)}: ties runs of the same one, in the same environment, to this one`,
    ...Object.entries(environment).map(([name, value]) => `  ${name}: ${value}`),
  ];
}

function tableOf(stored: StoredBaseline): string[] {
  const rows = rowsOf(stored).map((row) => [row.title, placeInWords(row.place), centerIn(row), rangeIn(row)]);
  const widths = [0, 1, 2].map((i) => Math.max(0, ...rows.map((row) => (row[i] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 2 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

const centerIn = ({ center, unit }: Row): string =>
  center === null ? "–" : formatValue(center.center, unit, { spread: center.high - center.low });

function rangeIn({ center, unit, worst, absent }: Row): string {
  if (absent !== null) return absent;
  const without = worst > 0 ? [`${worst} without a value of their own`] : [];
  const range =
    center === null
      ? []
      : [
          center.low === center.high
            ? "all alike"
            : formatRange(center.low, center.high, unit, { like: center.center }),
        ];
  return [...range, ...without].join(", ");
}
