/** Memory shortage where no cgroup can be used: the harness does the sums and the killing. Evidence of grade C, and it says so. */
import { residentBytes } from "../substrate/procfs/process.ts";
import { isAlive, signal } from "./alive.ts";
import type { Deed, Instance } from "./fault.ts";

const steps = 20;

/** Nothing is taken from the machine: a ballast that grows only on paper, over about 200 ms, against a limit of RSS + headroom. */
export function emulatedShortage(instance: Instance, headroom: number): Deed {
  let text = "";
  return {
    instance: instance.id,
    does: `emulate a memory limit for process ${instance.pid} (no cgroup here) and kill it when it is passed`,
    undo: "nothing: the supervisor starts a new instance",
    lease: async () => ({ undo: "nothing", because: "the limit exists only in the harness" }),
    apply: async ({ host }) => {
      const limit = residentOf(instance.pid) + headroom;
      let ballast = 0;
      while (residentOf(instance.pid) + ballast <= limit) {
        ballast += Math.max(1, Math.ceil(headroom / steps));
        await host.clock.sleep(10);
      }
      signal(host, instance, "SIGKILL");
      const kB = (bytes: number) => `${Math.round(bytes / 1024)} kB`;
      text = `emulated: no cgroup confines it, so the harness killed process ${instance.pid} when ${kB(ballast)} of ballast on paper passed a limit of ${kB(limit)}`;
    },
    landed: async () => (isAlive(instance) ? null : { grade: "C", text }),
  };
}

/** @throws Error when the process is gone */
function residentOf(pid: number): number {
  const bytes = residentBytes(pid);
  if (bytes === null) throw new Error(`process ${pid} has ended`);
  return bytes;
}
