/** How a whole is split over workers. */

/** The part of `total` that worker i of n takes; the parts add up. */
export const shareOf = (total: number, worker: number, workers: number): number =>
  Math.floor(total / workers) + (worker < total % workers ? 1 : 0);
