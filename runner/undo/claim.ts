/** Folders that appear under their name with a file in them, or not at all: whoever finds one finds its holder too. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { hasCode } from "../shared/errors.ts";
import { makeFolder } from "../shared/files.ts";
import { ownPid } from "../shared/own-pid.ts";

/** Makes folder `name` in `root` with this one file, on the disk when it returns; false when somebody has the name already. */
export function claimFolder(root: string, name: string, file: string, content: unknown): boolean {
  makeFolder(root, 0o700);
  const fresh = join(root, `.${name}-${ownPid}`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeDurable(join(fresh, file), content);
  try {
    // rename(2) replaces an empty folder, but not one with a holder in it.
    renameSync(fresh, join(root, name));
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!hasCode(error, "ENOTEMPTY", "EEXIST", "ENOTDIR")) throw error;
    return false;
  }
  syncFolder(root);
  return true;
}

/** Whole or not at all, and on the disk when it returns. */
export function writeDurable(file: string, content: unknown): void {
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
