/** Ends every process of a run, found by the mark in its environment: also those that no lease could name yet. */
import type { Host } from "../shared/host.ts";
import { ownPid } from "../shared/own-pid.ts";
import { poll } from "../shared/wait.ts";
import { anyIsStarting, processesWith } from "../substrate/procfs/process.ts";
import type { Unreverted } from "./lease.ts";

/** The variable that marks every process of a run. */
export const runMark = "SHAKEDOWN_RUN";

const everyMs = 20;

export async function sweep(run: string, host: Host, withinMs: number): Promise<Unreverted | null> {
  const refused = new Map<number, string>();
  let found: readonly number[] = [];
  const isEmpty = () => {
    found = processesWith(runMark, run).flatMap(({ pid }) => (pid === ownPid ? [] : [pid]));
    return found.length === 0 && !anyIsStarting();
  };
  const gone = await poll(
    host.clock,
    withinMs,
    async () => {
      if (isEmpty()) {
        // A process between fork and exec shows its parent's environment for a moment: one empty look is not enough.
        await host.clock.sleep(everyMs);
        if (isEmpty()) return true;
      }
      for (const pid of found) {
        try {
          host.kill(pid, "SIGKILL");
        } catch (error) {
          refused.set(pid, String(error));
        }
      }
      return false;
    },
    everyMs,
  );
  if (gone || found.length === 0) return null;
  const why = found.map((pid) => refused.get(pid) ?? "survives SIGKILL").join(", ");
  return {
    reason: `processes ${found.join(", ")} of run ${run} are still there: ${why}`,
    mend: `kill -KILL ${found.join(" ")}`,
  };
}
