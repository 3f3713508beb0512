/** `list`: the records below a results folder, newest first. */
import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { listRuns } from "../../record/reader.ts";
import { Exit } from "../../shared/errors.ts";
import { toLine } from "../../shared/lines.ts";
import { liveRuns } from "../../undo/recover.ts";
import type { Cli } from "../context.ts";

export async function list(cli: Cli, flags: { readonly out: string }): Promise<Exit> {
  const { host } = cli;
  const root = resolve(host.cwd, flags.out);
  const live = liveRuns(host);
  const rows = listRuns(root).map((it) => ({
    ...it,
    verdict: live.has(it.id) ? "running" : verdictOf(it.dir),
    dir: relative(host.cwd, it.dir) || it.dir,
  }));
  if (cli.json) host.stdout.write(rows.map((it) => toLine({ type: "run", ...it })).join(""));
  else if (rows.length === 0) host.stdout.write(`no runs in ${flags.out}\n`);
  else {
    const width = (pick: (row: (typeof rows)[number]) => string) => Math.max(...rows.map((it) => pick(it).length));
    const widths = {
      id: width((it) => it.id),
      scenario: width((it) => it.scenario),
      verdict: width((it) => it.verdict),
    };
    for (const it of rows) {
      host.stdout.write(
        `${it.id.padEnd(widths.id)}  ${it.scenario.padEnd(widths.scenario)}  ${it.verdict.padEnd(widths.verdict)}  ${it.dir}\n`,
      );
    }
  }
  return Exit.pass;
}

function verdictOf(dir: string): string {
  const file = join(dir, "judgement.json");
  if (!existsSync(file)) return "not judged";
  try {
    return String(JSON.parse(readFileSync(file, "utf8")).verdict);
  } catch {
    return "unreadable judgement";
  }
}
