/** Shares of the study on worker threads. Sessions are seeded by their number: who simulates which changes nothing. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { SampleCell } from "./independent.ts";
import { added, type Cell, type Tally } from "./simulate.ts";

export interface Job {
  readonly cell: Cell | SampleCell;
  /** Name of the noise model, of pairs or of independent samples. */
  readonly noise: string;
  readonly sessions: number;
}
export interface Share extends Job {
  readonly from: number;
}

const SHARE = 1_000;

/** A tally for each job. */
export async function simulateAll(jobs: readonly Job[]): Promise<Tally[]> {
  const shares = jobs.flatMap((job, index) =>
    Array.from({ length: Math.ceil(job.sessions / SHARE) }, (_, i) => ({
      index,
      share: { ...job, from: i * SHARE, sessions: Math.min(SHARE, job.sessions - i * SHARE) },
    })),
  );
  const tallies = new Array<Tally | undefined>(jobs.length);
  const next = shares.values();
  const threads = Math.max(2, availableParallelism());
  await Promise.all(
    Array.from({ length: threads }, async () => {
      // Decisions are short-lived garbage: room for them spares most of its collection.
      const limits = { maxYoungGenerationSizeMb: 64 };
      const worker = new Worker(new URL("./worker.ts", import.meta.url), { resourceLimits: limits });
      try {
        for (const { index, share } of next) {
          const tally = await ask(worker, share);
          const before = tallies[index];
          tallies[index] = before === undefined ? tally : added(before, tally);
        }
      } finally {
        await worker.terminate();
      }
    }),
  );
  return tallies.map((it) => it as Tally);
}

const ask = (worker: Worker, share: Share): Promise<Tally> =>
  new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      worker.removeAllListeners("message").removeAllListeners("error");
      then();
    };
    worker.once("message", (tally: Tally) => settle(() => resolve(tally)));
    worker.once("error", (error) => settle(() => reject(error)));
    worker.postMessage(share);
  });
