/** A real process in a cgroup of its own, with its identity: an instance to be squeezed. */
import { realHost } from "../../runner/shared/real-host.ts";
import type { Cgroup } from "../../runner/substrate/cgroup/cgroup.ts";
import type { Limits } from "../../runner/substrate/cgroup/create.ts";
import { launchArgv } from "../../runner/substrate/launch.ts";
import { startTime } from "../../runner/substrate/procfs/process.ts";
import { type Child, start } from "./child.ts";
import { eventually } from "./eventually.ts";
import { group } from "./group.ts";

interface Confined extends Child {
  readonly startedAt: number;
  readonly cgroup: Cgroup;
  /** Starts the same program in the same group, as a supervisor does after a death. */
  readonly again: () => Promise<Child & { readonly startedAt: number }>;
}

/** argv that runs `script` in Node. */
export const nodeScript = (script: string): readonly [string, ...string[]] => [realHost().node, "-e", script];

/** @param argv a program by its absolute path that prints a line when it is up */
export async function confined(argv: readonly [string, ...string[]], limits: Limits): Promise<Confined> {
  const host = realHost();
  const cgroup = group(limits);
  const launch = async () => {
    const child = start(launchArgv(host.node, cgroup, argv));
    await eventually(() => {
      if (!child.out().includes("\n")) throw new Error(`not up: ${child.err()}`);
    });
    return Object.assign(child, { startedAt: startTime(child.pid) ?? 0 });
  };
  const first = await launch();
  return {
    ...first,
    cgroup,
    again: launch,
    [Symbol.asyncDispose]: async () => {
      await first[Symbol.asyncDispose]();
      await cgroup.remove();
    },
  };
}
