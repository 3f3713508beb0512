/** The one way to signal a process: what `Host.kill` is, and for undoing, which must work without a Host. */
import { kill } from "node:process";
import { hasCode } from "./errors.ts";

/** False when there is no such process. Throws what else the system says (EPERM). */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return kill(pid, signal);
  } catch (error) {
    if (hasCode(error, "ESRCH")) return false;
    throw error;
  }
}
