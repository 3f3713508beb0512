/** How a program is started inside a cgroup: through a launcher that enters the group and then becomes the program, pid and all. */
import { accessSync, constants, statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { childEntry } from "../shared/package.ts";
import type { Cgroup } from "./cgroup/cgroup.ts";

/** Carries the program's own NODE_OPTIONS past the launcher, which is a Node too and must not load the program's preloads. */
export const NODE_OPTIONS_FOR_PROGRAM = "SHAKEDOWN_LAUNCH_NODE_OPTIONS";

const launcher = childEntry(import.meta.url, "./launch.main");

/** @param commandLine of /proc/PID/cmdline; true until the launcher has become the program */
export const isStillLauncher = (commandLine: string): boolean => commandLine.split("\0", 3)[2] === launcher;

/** Where programs are looked for without PATH, as execvp does (confstr(_CS_PATH)). */
const DEFAULT_PATH = "/bin:/usr/bin";

/**
 * The command line that starts `argv` inside `cgroup`. Spawn it with `launchEnv(env)`.
 *
 * @param node   the Node to run the launcher with
 * @param cgroup null: no group is entered
 * @param argv   the program, an absolute path (`findProgram`) or one relative to the working folder, and its arguments
 */
export function launchArgv(
  node: string,
  cgroup: Cgroup | null,
  argv: readonly [string, ...string[]],
): [string, ...string[]] {
  // execve is marked experimental: its warning would be the first line of every instance's output.
  return [node, "--no-warnings", launcher, ...(cgroup?.procsFiles ?? []), "--", ...argv];
}

/** The environment to spawn the launcher with, so that the program gets exactly `env`. */
export function launchEnv(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const { NODE_OPTIONS: options, ...rest } = env;
  return options === undefined ? rest : { ...rest, [NODE_OPTIONS_FOR_PROGRAM]: options };
}

/**
 * The absolute path of a program, found as a shell would: a name with a slash is relative to `cwd`, others are looked up in
 * `env.PATH`. Null when there is no such executable file.
 */
export function findProgram(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): string | null {
  const candidates = name.includes("/")
    ? [isAbsolute(name) ? name : resolve(cwd, name)]
    : (env.PATH ?? DEFAULT_PATH).split(":").map((folder) => join(resolve(cwd, folder), name));
  return name === "" ? null : (candidates.find(isProgram) ?? null);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
