/**
 * A memory limit where no cgroup is writable: reads the resident set 20 times a second and kills with SIGKILL above the limit.
 * A stand-in, which a check of every report then says: it counts shared pages too, sees no page cache, and can be outrun for 50 ms.
 */
import type { Clock } from "../shared/host.ts";
import { residentBytes } from "../substrate/procfs/process.ts";

const everyMs = 50;

/** Calls `onOver` once with the bytes read, unless `life` aborts before. */
export async function watchMemory(
  clock: Clock,
  pid: number,
  limitBytes: number,
  life: AbortSignal,
  onOver: (bytes: number) => void,
): Promise<void> {
  while (!life.aborted) {
    const bytes = residentBytes(pid) ?? 0;
    if (bytes > limitBytes) return onOver(bytes);
    await clock.sleep(everyMs, life);
  }
}
