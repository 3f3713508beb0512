/** What a folder or a path holds, asked where "nothing" is an answer: no error for what is gone or not ours to see; and whole files. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { hasCode } from "./errors.ts";

/** Names in a folder; none when it can't be listed. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` never returns where the kernel says ENOENT below a folder
 * that is there, as it does in /proc.
 * @throws what the system says of the first folder that can't be made
 */
export function makeFolder(path: string, mode = 0o777): void {
  const attempt = () => {
    try {
      mkdirSync(path, { mode });
    } catch (error) {
      if (!hasCode(error, "EEXIST") || !statSync(path).isDirectory()) throw error;
    }
  };
  try {
    attempt();
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    if (!existsSync(dirname(path))) makeFolder(dirname(path), mode);
    // Also where somebody else has made what is above in the meantime.
    attempt();
  }
}

/** All or nothing, and on the disk when it returns. */
export function writeWhole(file: string, text: string | Uint8Array): void {
  const folder = dirname(file);
  const draft = join(folder, `.${basename(file)}.draft`);
  try {
    writeFileSync(draft, text, { flush: true });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  const fd = openSync(folder, "r");
  fsyncSync(fd);
  closeSync(fd);
}
