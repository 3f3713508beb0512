/** Waiting for a time on the load's own clock. */

/** Calls back at that time or soon after, never before: a timer alone may be early by what its turn of the event loop has taken. */
export function later(now: () => number, at: number, act: () => void): void {
  const leftMs = at - now();
  if (leftMs <= 0) act();
  else setTimeout(later, Math.ceil(leftMs), now, at, act);
}
