/** A load worker that was lost, and what of the load went with it. */
import { z } from "zod";
import { type Infer, number, text, whole } from "./schema-parts.ts";

export const lostWorkerFields = {
  worker: whole,
  reason: text,
  /** What it told reaches so far, ms since the load's start. Absent where it still ran, but was not to be trusted. */
  toldMs: number.exactOptional(),
  /** Requests that were due from it over the whole load, and those of them that it told of. Absent in the closed model, too. */
  due: whole.exactOptional(),
  told: whole.exactOptional(),
};
const lostWorker = z.object(lostWorkerFields);
export type LostWorker = Infer<typeof lostWorker>;

/** `worker 1: it was killed by SIGKILL; …`. */
export function lostInWords({ worker, reason, toldMs, due, told }: LostWorker): string {
  const what = `worker ${worker}: ${reason}`;
  if (toldMs === undefined) return what;
  const since = `nothing of it is known after ${(toldMs / 1000).toFixed(1)} s of load`;
  if (due === undefined || told === undefined) return `${what}; ${since}: its connections made no load from then on`;
  return `${what}; ${since}: ${Math.max(0, due - told)} of ${due} requests due from it were not sent, or not told`;
}
