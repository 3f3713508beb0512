/** The folder in a hierarchy that holds all groups of all harnesses on this machine. */
import { rmdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { hasCode } from "../../shared/errors.ts";

export const FOLDER = "shakedown";

/** Removes one empty group. False when it is still there: processes or other groups are inside. */
export function removeFolder(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    return hasCode(error, "ENOENT");
  }
}

/** Only what this harness makes may be removed: a path out of a damaged lease must not empty somebody else's group. */
export const isOurs = (path: string): boolean =>
  basename(dirname(path)) === FOLDER && basename(path) !== ".." && basename(path) !== "";
