/** Undoes all leases of one run that is over, newest first: what the watchdog and `recover` share. */
import { appendFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../shared/host.ts";
import { toLine } from "../shared/lines.ts";
import { poll } from "../shared/wait.ts";
import { readRunFolder, removeRunFolder, watchdogLog } from "./folder.ts";
import { undo } from "./interpret.ts";
import type { Unreverted } from "./lease.ts";

export interface Failure extends Unreverted {
  /** The lease's file, and in words what it is for. */
  readonly file: string;
  readonly label: string;
}

interface UndoneRun {
  readonly undone: number;
  readonly unreverted: readonly Failure[];
}

/**
 * Undoes, and tries again what fails until `patienceMs` is over; each lease's file goes when it is undone, and the folder goes
 * when none is left. A lease that can't be read is reported and stays.
 *
 * @param options.log writes what was done beside the leases, for a process that nobody listens to
 */
export async function undoRun(
  host: Host,
  root: string,
  run: string,
  options: { readonly patienceMs: number; readonly log: boolean },
): Promise<UndoneRun> {
  const note = (entry: object) => {
    const folder = join(root, run);
    if (!options.log || !existsSync(folder)) return;
    appendFileSync(join(folder, watchdogLog), toLine({ at: host.clock.wall().toISOString(), ...entry }), {
      mode: 0o600,
    });
  };
  let undone = 0;
  let unreverted: readonly Failure[] = [];
  const attempt = async (): Promise<boolean> => {
    const folder = readRunFolder(root, run);
    if (folder === null) {
      unreverted = [];
      return true;
    }
    const failures = folder.unreadable.map(({ file, reason }) => unreadable(file, reason));
    for (const { file, label, lease } of [...folder.leases].reverse()) {
      const failure = await undo(lease, host);
      if (failure === null) {
        undone += 1;
        rmSync(file, { force: true });
      } else failures.push({ file, label, ...failure });
      note({ label, file, ...(failure ?? { undone: true }) });
    }
    unreverted = failures;
    if (failures.length === 0) removeRunFolder(folder.path);
    return failures.length === folder.unreadable.length;
  };
  await poll(host.clock, options.patienceMs, attempt, 200);
  return { undone, unreverted };
}

const unreadable = (file: string, reason: string): Failure => ({
  file,
  label: "a lease that can't be read",
  reason,
  mend: `cat ${file}; then undo by hand what it says and remove it`,
});
