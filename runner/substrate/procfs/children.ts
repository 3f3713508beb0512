/** CPU time of what a process has started: an `npm start`, a cluster, a server that forks its workers. */
import { namesIn } from "../../shared/files.ts";
import { parseStat } from "./process.ts";

type Read = (path: string) => string | null;

/**
 * Of living children and theirs, ms; 0 where the kernel does not list children (CONFIG_PROC_CHILDREN). Of those that ended and were
 * waited for, each parent's own stat tells (`waitedForMs`).
 *
 * @param threads of the process; children belong to the thread that started them
 * @param read    how the files of the process itself are read: by a sampler that keeps them open, or once
 */
export function childrenCpuMs(pid: number, threads: readonly string[], read: Read, readOnce: Read): number {
  let sum = 0;
  for (const thread of threads) {
    const listed = read(`/proc/${pid}/task/${thread}/children`)?.trim() ?? "";
    for (const child of listed === "" ? [] : listed.split(" ").map(Number)) {
      const stat = parseStat(readOnce(`/proc/${child}/stat`) ?? "");
      if (stat === null) continue;
      const own = stat.utimeMs + stat.stimeMs + stat.waitedForMs;
      sum += own + childrenCpuMs(child, namesIn(`/proc/${child}/task`), readOnce, readOnce);
    }
  }
  return sum;
}
