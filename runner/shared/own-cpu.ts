/** CPU time of the process we are in. */
import { cpuUsage } from "node:process";

/** ms, user and system, since the process began. */
export function ownCpuMs(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}
