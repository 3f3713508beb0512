/** Notices workers that hang: a living one says something each second. */
import type { Clock } from "../shared/host.ts";

const everyMs = 1000;
/** Looks in a row without a word of it. Looks are counted, not the time between words: this process may have been stopped itself. */
const patience = 10;

export const hangsAfterS = (everyMs * patience) / 1000;

interface Silence {
  readonly heard: (worker: number) => void;
  /** Looks once a second until `signal` aborts. */
  readonly watch: (clock: Clock, signal: AbortSignal) => Promise<void>;
}

/** `hangs` is called once for each worker that does. */
export function watchSilence(workers: number, hangs: (worker: number) => void): Silence {
  const looks = Array.from({ length: workers }, () => 0);
  return {
    heard: (worker) => {
      looks[worker] = 0;
    },
    watch: async (clock, signal) => {
      for (;;) {
        await clock.sleep(everyMs, signal);
        if (signal.aborted) return;
        for (const [worker, before] of looks.entries()) {
          looks[worker] = before + 1;
          if (before + 1 === patience) hangs(worker);
        }
      }
    },
  };
}
