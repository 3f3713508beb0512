/** Ends every process of a run, found by the mark in its environment: also those that no lease could name yet. */

import type { Host } from "../shared/host.ts";
import { ownPid } from "../shared/own-pid.ts";

import { processesWith } from "../substrate/procfs/process.ts";
import type { Unreverted } from "./lease.ts";

/** The variable that marks every process of a run. */
export const runMark = "SHAKEDOWN_RUN";

/** A process between fork and exec shows its parent's environment, or none, for a moment: one empty look is not enough. */
const emptyLooks = 2;

export async function sweep(run: string, host: Host, withinMs: number): Promise<Unreverted | null> {
  const deadline = host.clock.now() + withinMs;
  const refused = new Map<number, string>();
  for (let empty = 0; ; ) {
    const found = processesWith(runMark, run).filter((it) => it.pid !== ownPid);
    empty = found.length === 0 ? empty + 1 : 0;
    if (empty >= emptyLooks) return null;
    if (host.clock.now() >= deadline && found.length > 0) {
      const pids = found.map((it) => it.pid);
      const why = pids.map((pid) => refused.get(pid) ?? "survives SIGKILL").join(", ");
      return {
        reason: `processes ${pids.join(", ")} of run ${run} are still there: ${why}`,
        mend: `kill -KILL ${pids.join(" ")}`,
      };
    }
    for (const { pid } of found) {
      try {
        host.kill(pid, "SIGKILL");
      } catch (error) {
        refused.set(pid, String(error));
      }
    }
    await host.clock.sleep(20);
  }
}
