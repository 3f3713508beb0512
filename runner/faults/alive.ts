/** A signal only to the process that was planned: not to its successor, not to a stranger with its pid. */
import type { Host } from "../shared/host.ts";
import { isSame } from "../substrate/procfs/process.ts";
import type { Instance } from "../substrate/target.ts";

export const isAlive = (instance: Instance): boolean => isSame(instance.pid, instance.startedAt);

/** @throws Error when the instance has ended by itself since it was picked */
export function signal(host: Host, instance: Instance, name: NodeJS.Signals): void {
  if (!isAlive(instance) || !host.kill(instance.pid, name)) {
    throw new Error(`${instance.id} (process ${instance.pid}) had ended before the fault could hit it`);
  }
}
