/** Where k6 is, and whether it is one that we can drive: `K6_BIN`, else the PATH, else the one that `make k6` built. */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { isFile } from "../../shared/files.ts";
import { packageFile } from "../../shared/package.ts";
import { findProgram } from "../../substrate/launch.ts";

export type Env = Readonly<Record<string, string | undefined>>;

export interface K6 {
  readonly path: string;
  /** Such as 2.2.0. */
  readonly version: string;
  readonly major: number;
}

/** The first with an API, flags and a remote-write output as they are used here. */
const oldestMajor = 1;
const askMs = 10_000;

/** Absolute path; null when there is none. */
export function k6Path(env: Env): string | null {
  const here = resolve(".");
  if (env.K6_BIN !== undefined && env.K6_BIN !== "") return findProgram(env.K6_BIN, env, here);
  const built = packageFile(".tools", "k6");
  return findProgram("k6", env, here) ?? (isFile(built) ? built : null);
}

/** A k6 that will do, or why there is none and what to do, in words. */
export function findK6(env: Env): K6 | string {
  const path = k6Path(env);
  if (path === null) {
    return env.K6_BIN
      ? `K6_BIN names no program: ${env.K6_BIN}; set it to a k6, or unset it`
      : 'there is no k6: put one on the PATH, set K6_BIN, or run "make k6" in a clone (it needs Go)';
  }
  const said = versionOf(path);
  const found = parseVersion(said);
  if (found === null) return `${path} does not say which k6 it is: ${said.slice(0, 200)}`;
  if (found.major < oldestMajor) {
    return `k6 ${found.version} (${path}) is older than the oldest that works, ${oldestMajor}.0; set K6_BIN to a newer one, or run "make k6"`;
  }
  return { path, ...found };
}

/** Of `k6 v2.2.0 (go1.26.8, linux/amd64)`; null when it is something else. */
function parseVersion(said: string): Pick<K6, "version" | "major"> | null {
  const found = /^k6(?:\.exe)? v?((\d+)\.\d+\.\d+[^\s]*)/m.exec(said);
  return found === null ? null : { version: found[1] as string, major: Number(found[2]) };
}

/** A scenario's arms ask again and again. */
const asked = new Map<string, string>();

function versionOf(path: string): string {
  const known = asked.get(path);
  if (known !== undefined) return known;
  let said: string;
  try {
    said = execFileSync(path, ["version"], { encoding: "utf8", timeout: askMs, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    said = error instanceof Error ? error.message : String(error);
  }
  asked.set(path, said);
  return said;
}
