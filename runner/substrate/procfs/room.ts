/** Room that a process has for sockets: file descriptors, and the local ports of the machine. */
import { readdirSync, readFileSync, statSync } from "node:fs";

export interface Room {
  readonly descriptors: number;
  /** The soft limit, on which EMFILE comes. */
  readonly descriptorLimit: number;
  /** That connections to one address may have (ip_local_port_range). */
  readonly localPorts: number;
}

/** Cheap enough for once a second with thousands of sockets. Null for a process that is gone, and where /proc does not tell. */
export function readRoom(process: number | "self"): Room | null {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${process}/limits`, "utf8"))?.[1];
    const [low, high] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").trim().split(/\s+/).map(Number);
    if (limit === undefined || low === undefined || high === undefined) return null;
    return { descriptors: openDescriptors(process), descriptorLimit: Number(limit), localPorts: high - low + 1 };
  } catch {
    return null;
  }
}

/** Since Linux 6.2 the folder's size is their number, without a look at each; before that it is 0. */
function openDescriptors(process: number | "self"): number {
  const folder = `/proc/${process}/fd`;
  const { size } = statSync(folder);
  return size > 0 ? size : readdirSync(folder).length;
}
