/** Leases of the running harness: each a file of its own that the disk has before the deed is done. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { Exit, UserError } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import { claimFolder, writeDurable } from "./claim.ts";
import { harnessFile, leasesRoot, readRunFolder, removeRunFolder, thisHarness, withState } from "./folder.ts";
import type { Lease } from "./lease.ts";

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
 * @throws UserError when the run already has a folder (it is running, or was killed and not recovered yet), or none can be made
 */
export function openLeases(host: Host, run: string): LeaseStore {
  const root = leasesRoot(host);
  const folder = join(root, run);
  const harness = thisHarness();
  if (!withState(root, () => claimFolder(root, run, harnessFile, { v: 1, harness }))) throw claimed(host, run);

  const held = new Map<string, StoredLease>();
  let next = 1;
  return {
    run,
    write: (label, lease) => {
      const file = join(folder, `${String(next++).padStart(6, "0")}.json`);
      withState(folder, () => writeDurable(file, { v: 1, label, harness, lease }));
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

/**
 * Before a run's record is touched again.
 * @throws UserError as openLeases
 */
export function refuseClaimed(host: Host, run: string): void {
  if (readRunFolder(leasesRoot(host), run) !== null) throw claimed(host, run);
}

function claimed(host: Host, run: string): UserError {
  const root = leasesRoot(host);
  const left = readRunFolder(root, run)?.leases.length ?? 0;
  return new UserError(`run ${run} already holds ${left} leases in ${join(root, run)}`, {
    exit: Exit.usage,
    hint: "if it is not running any more, undo what it left: shakedown recover",
  });
}
