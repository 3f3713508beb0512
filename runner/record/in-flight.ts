/** How many requests may be in flight when a scenario does not say. */

/** Room for everything that a target leaves unanswered until the timeout, twice over; never more than one machine's ports bear. */
export const inFlightFor = (peakRate: number, timeoutMs: number): number =>
  Math.min(10_000, Math.max(500, Math.ceil((2 * peakRate * timeoutMs) / 1000)));
