/** `prune`: frees disk space of old runs, never of one that is going on. Raw tool output by default; the record and its reports stay. */
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { listRuns } from "../../record/reader.ts";
import { Exit } from "../../shared/errors.ts";
import { formatValue } from "../../shared/format.ts";
import { toLine } from "../../shared/lines.ts";
import { liveRuns } from "../../undo/recover.ts";
import type { Cli } from "../context.ts";

interface PruneFlags {
  readonly out: string;
  readonly keep: number;
  readonly whole?: boolean;
  readonly dryRun?: boolean;
}

export async function prune(cli: Cli, flags: PruneFlags): Promise<Exit> {
  const { host } = cli;
  const byScenario = Map.groupBy(listRuns(resolve(host.cwd, flags.out)), (it) => it.scenario);
  const old = [...byScenario.values()].flatMap((runs) => runs.slice(flags.keep));
  const live = liveRuns(host);
  const doomed = old
    .filter((it) => !live.has(it.id))
    .flatMap(({ dir }) => (flags.whole === true ? [dir] : rawFolders(dir)))
    .map((path) => ({ path, shown: relative(host.cwd, path) || path, bytes: sizeOf(path) }));
  const dry = flags.dryRun === true;
  for (const { path, shown, bytes } of doomed) {
    if (!dry) rmSync(path, { recursive: true });
    host.stdout.write(
      cli.json
        ? toLine({ type: "folder", dir: shown, bytes, deleted: !dry })
        : `${dry ? "would delete" : "deleted"} ${shown}\n`,
    );
  }
  const freed = doomed.reduce((sum, it) => sum + it.bytes, 0);
  if (!cli.json)
    host.stdout.write(
      `${doomed.length} folders, ${formatValue(freed, "bytes")}${dry ? " would be freed" : " freed"}\n`,
    );
  return Exit.pass;
}

const rawFolders = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true })
    .filter((it) => it.isDirectory())
    .map((it) => join(dir, it.name, "raw"))
    .filter((it) => existsSync(it));

const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile())
    .reduce((sum, it) => sum + statSync(join(it.parentPath, it.name)).size, 0);
