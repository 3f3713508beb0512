/** Leases of the running harness: each a file of its own that the disk has before the deed is done. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

import { Exit, hasCode, UserError } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import { ownPid } from "../shared/own-pid.ts";

import { startTime } from "../substrate/procfs/process.ts";
import { harnessFile, leasesRoot, readRunFolder, removeRunFolder, thisMachine } from "./folder.ts";
import type { Lease } from "./lease.ts";
import type { Harness } from "./lease-schema.ts";

export interface StoredLease {
  readonly file: string;
  readonly lease: Lease;
  /** After it was undone: takes the file away. */
  readonly release: () => void;
}

export interface LeaseStore {
  readonly run: string;
  /** Returns when the disk has it. `label` says in words what it is for. */
  readonly write: (label: string, lease: Lease) => StoredLease;
  /** Those not yet released, oldest first: undo them from the end. */
  readonly all: () => readonly StoredLease[];
  /** At the end of a run: removes the folder when no lease is left in it. */
  readonly close: () => void;
}

/**
 * Makes the folder of a run, with this process as the holder of its leases.
 *
 * @throws UserError when the run already has a folder: it is running, or was killed and not recovered yet
 */
export function openLeases(host: Host, run: string): LeaseStore {
  const root = leasesRoot(host);
  const folder = join(root, run);
  const harness: Harness = { pid: ownPid, startedAt: startTime(ownPid) ?? 0, machine: thisMachine() };
  claim(root, folder, run, harness);

  const held = new Map<string, StoredLease>();
  let next = 1;
  return {
    run,
    write: (label, lease) => {
      const file = join(folder, `${String(next++).padStart(6, "0")}.json`);
      writeDurable(file, { v: 1, label, harness, lease });
      const stored: StoredLease = {
        file,
        lease,
        release: () => {
          rmSync(file, { force: true });
          held.delete(file);
        },
      };
      held.set(file, stored);
      return stored;
    },
    all: () => [...held.values()],
    close: () => {
      if (held.size === 0) removeRunFolder(folder);
    },
  };
}

/** The folder appears under its name together with the identity of its holder, so that nobody takes it for a dead run's. */
function claim(root: string, folder: string, run: string, harness: Harness): void {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const fresh = join(root, `.${run}-${harness.pid}`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeDurable(join(fresh, harnessFile), { v: 1, harness });
  try {
    // rename(2) replaces an empty folder, but not one with a holder in it.
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!hasCode(error, "ENOTEMPTY", "EEXIST", "ENOTDIR")) throw error;
    const left = readRunFolder(root, run)?.leases.length ?? 0;
    throw new UserError(`run ${run} already holds ${left} leases in ${folder}`, {
      exit: Exit.usage,
      hint: "if it is not running any more, undo what it left: shakedown recover",
    });
  }
  syncFolder(root);
}

function writeDurable(file: string, content: unknown): void {
  const temporary = `${file}.tmp`;
  const fd = openSync(temporary, "w", 0o600);
  try {
    writeSync(fd, `${JSON.stringify(content)}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, file);
  syncFolder(dirname(file));
}

function syncFolder(folder: string): void {
  if (!existsSync(folder)) return;
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
