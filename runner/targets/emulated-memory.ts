/**
 * A memory limit where no cgroup is writable: reads the resident set 20 times a second and kills with SIGKILL above the limit.
 * A stand-in, labelled `emulated` in every verdict: it counts shared pages too, sees no page cache, and can be outrun for 50 ms.
 */
import { readFileSync } from "node:fs";
import type { Clock } from "../shared/host.ts";
import { pageBytes } from "../substrate/procfs/page-size.ts";

const everyMs = 50;

/** Calls `onOver` once with the bytes read, unless `life` aborts before. */
export async function watchMemory(
  clock: Clock,
  pid: number,
  limitBytes: number,
  life: AbortSignal,
  onOver: (bytes: number) => void,
): Promise<void> {
  const page = pageBytes();
  while (!life.aborted) {
    const bytes = residentPages(pid) * page;
    if (bytes > limitBytes) return onOver(bytes);
    await clock.sleep(everyMs, life);
  }
}

/** Second field of /proc/PID/statm, see proc(5); 0 for a process that is gone. */
function residentPages(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  } catch {
    return 0;
  }
}
