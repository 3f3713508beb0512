/** A real cgroup that is removed, with all that is inside, at the end of the test. */
import { realHost } from "../../runner/shared/real-host.ts";
import type { Cgroup } from "../../runner/substrate/cgroup/cgroup.ts";
import { createCgroup, type Limits, removeCgroup } from "../../runner/substrate/cgroup/create.ts";
import { launchArgv, launchEnv } from "../../runner/substrate/launch.ts";
import { type Child, start } from "./child.ts";
import { cgroupSupport } from "./needs.ts";

interface Group extends Cgroup, AsyncDisposable {
  readonly remove: () => Promise<void>;
}

let made = 0;

export function group(
  limits: Limits = { memory: null, cpu: null },
  name = `test-${process.pid}-${made++}`,
  support = cgroupSupport,
): Group {
  const it = createCgroup(support, name, limits);
  const remove = () => removeCgroup(realHost().clock, it.paths);
  return { ...it, remove, [Symbol.asyncDispose]: remove };
}

/** Runs JavaScript in a Node inside the group. */
export const nodeIn = (it: Cgroup, code: string): Child =>
  start(launchArgv(process.execPath, it, [process.execPath, "-e", code]), { env: launchEnv(process.env) });
