/** CPU time of the harness's own process: the one place of this room that looks at it. */
import { cpuUsage } from "node:process";

/** ms, user and system, since the process began. */
export function ownCpuMs(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}
