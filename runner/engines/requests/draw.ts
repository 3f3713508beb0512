/** Which row of a feed is next. */
import type { FeedSpec } from "../../record/scenario.ts";
import type { Random } from "../../shared/random.ts";

/**
 * Indices of rows, one at a time, for worker i of n.
 *
 * sequential: all workers together go through the file, the k-th row drawn by worker i is row i + k·n; after the last row the first.
 * perWorker: each worker goes through the whole file. random: each row as likely as any other, each time.
 */
export function rowDrawer(
  order: FeedSpec["order"],
  rows: number,
  { worker, workers }: { readonly worker: number; readonly workers: number },
  random: Random,
): () => number {
  if (order === "random") return () => Math.floor(random() * rows);
  const step = order === "sequential" ? workers : 1;
  let next = order === "sequential" ? worker : 0;
  return () => {
    const row = next % rows;
    next = row + step;
    return row;
  };
}
