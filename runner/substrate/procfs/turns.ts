/** How long a process had a CPU, and how long it was ready to run and had none (Documentation/scheduler/sched-stats.rst). */
import { readdirSync, readFileSync } from "node:fs";

export interface Turns {
  readonly ranMs: number;
  readonly waitedMs: number;
}

/** Of its first thread since it began. Null where the system does not tell, and for a process that is gone. */
export const readTurns = (process: number | "self"): Turns | null => turnsIn(`/proc/${process}/schedstat`);

/** Over the threads that it has now, each since it began. Null as above. */
export function readTurnsOfAll(process: number): Turns | null {
  try {
    const all = readdirSync(`/proc/${process}/task`).flatMap(
      (it) => turnsIn(`/proc/${process}/task/${it}/schedstat`) ?? [],
    );
    return all.reduce<Turns | null>(
      (sum, it) => ({ ranMs: (sum?.ranMs ?? 0) + it.ranMs, waitedMs: (sum?.waitedMs ?? 0) + it.waitedMs }),
      null,
    );
  } catch {
    return null;
  }
}

function turnsIn(file: string): Turns | null {
  try {
    const [ran = 0, waited = 0] = readFileSync(file, "utf8").split(" ").map(Number);
    // Whoever asks has run: a kernel that does not count says 0.
    return ran > 0 ? { ranMs: ran / 1e6, waitedMs: waited / 1e6 } : null;
  } catch {
    return null;
  }
}
