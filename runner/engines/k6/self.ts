/** What a k6 worker uses: its k6 and itself. */
import { pageBytes } from "../../substrate/procfs/page-size.ts";
import { readStat } from "../../substrate/procfs/process.ts";
import { readRoom } from "../../substrate/procfs/room.ts";
import { readTurnsOfAll } from "../../substrate/procfs/turns.ts";
import type { Usage } from "../worker/self.ts";

/** Where there is no /proc, only the worker itself is seen. */
export function usageOf(own: Usage, pid: number): Usage {
  let last = { cpuMs: 0, rssBytes: 0 };
  const k6 = () => {
    const stat = readStat(pid);
    // Gone: it used what it used.
    if (stat !== null) last = { cpuMs: stat.utimeMs + stat.stimeMs, rssBytes: stat.rssPages * pageBytes() };
    return last;
  };
  return {
    cpuMs: () => own.cpuMs() + k6().cpuMs,
    rssBytes: () => own.rssBytes() + k6().rssBytes,
    // Its are the sockets.
    room: () => readRoom(pid),
    turns: () => readTurnsOfAll(pid),
  };
}
