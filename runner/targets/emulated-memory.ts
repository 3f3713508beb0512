/**
 * A memory limit where no cgroup is writable: reads the resident set 20 times a second and kills with SIGKILL above the limit.
 * A stand-in, which a check of every report then says: it counts shared pages too, sees no page cache, and can be outrun for 50 ms.
 */
import type { Host } from "../shared/host.ts";
import { residentBytes } from "../substrate/procfs/process.ts";

const everyMs = 50;

/** Kills the process once, unless `life` aborts before. */
export async function emulateLimit(
  { clock, kill }: Pick<Host, "clock" | "kill">,
  pid: number,
  limitBytes: number,
  life: AbortSignal,
  tell: (text: string) => void,
): Promise<void> {
  while (!life.aborted) {
    const bytes = residentBytes(pid) ?? 0;
    if (bytes > limitBytes) {
      tell(`killed by the emulated memory limit: ${mib(bytes)} resident, ${mib(limitBytes)} allowed`);
      kill(pid, "SIGKILL");
      return;
    }
    await clock.sleep(everyMs, life);
  }
}

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
