/** What a process has started, and what that takes: an `npm start`, a cluster, a server that forks its workers. */
import { namesIn } from "../../shared/files.ts";
import { parseStat } from "./process.ts";

type Read = (path: string) => string | null;

interface Children {
  /** CPU time, ms; of those that ended and were waited for, each parent's own stat tells (`waitedForMs`). */
  readonly cpuMs: number;
  /** Resident sets, in pages (`pageBytes`), added up: what several share counts in each. */
  readonly rssPages: number;
  readonly threads: number;
}

/**
 * Of living children and theirs; all 0 where the kernel does not list children (CONFIG_PROC_CHILDREN).
 *
 * @param threads of the process; children belong to the thread that started them
 * @param read    how the files of the process itself are read: by a sampler that keeps them open, or once
 */
export function childrenOf(pid: number, threads: readonly string[], read: Read, readOnce: Read): Children {
  const sum = { cpuMs: 0, rssPages: 0, threads: 0 };
  const add = (it: Children) => {
    sum.cpuMs += it.cpuMs;
    sum.rssPages += it.rssPages;
    sum.threads += it.threads;
  };
  for (const thread of threads) {
    const listed = read(`/proc/${pid}/task/${thread}/children`)?.trim() ?? "";
    for (const child of listed === "" ? [] : listed.split(" ").map(Number)) {
      const stat = parseStat(readOnce(`/proc/${child}/stat`) ?? "");
      if (stat === null) continue;
      add({ ...stat, cpuMs: stat.utimeMs + stat.stimeMs + stat.waitedForMs });
      add(childrenOf(child, namesIn(`/proc/${child}/task`), readOnce, readOnce));
    }
  }
  return sum;
}
