/** A Node older than the harness needs, as many systems have: the launcher must do with it. */
import { execFileSync } from "node:child_process";
import { accessSync, constants, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";

/** Majors that the launcher is written for. */
const fits = (version: string): boolean => {
  const major = Number(version.split(".")[0]);
  return major >= 18 && major < 24;
};

interface OlderNode {
  readonly node: string;
  readonly npx: string;
  readonly version: string;
  /** A PATH on which there is no other Node. */
  readonly path: string;
}

/** The first on the PATH that has an npx beside it; null when there is none. */
export function olderNode(): OlderNode | null {
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const folder of folders) {
    const [node, npx] = [join(folder, "node"), join(folder, "npx")];
    const version = versionOf(node);
    if (version === null || !fits(version) || !isProgram(npx)) continue;
    const others = folders.filter((it) => !isProgram(join(it, "node")) || real(it) === real(folder));
    return { node, npx, version, path: others.join(delimiter) };
  }
  return null;
}

const real = (folder: string): string => dirname(realpathSync(join(folder, "node")));

function versionOf(node: string): string | null {
  if (!isProgram(node)) return null;
  try {
    return execFileSync(node, ["-p", "process.versions.node"], { encoding: "utf8" }).trim();
  } catch {
    return null;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
