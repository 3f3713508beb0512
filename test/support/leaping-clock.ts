/** A clock that leaps to the next sleeper's time as soon as everything waits: minutes pass at once, in order. */
import type { Clock } from "../../runner/shared/host.ts";

export function leapingClock(): Clock {
  let now = 0;
  const sleepers = new Set<{ readonly due: number; readonly wake: () => void }>();
  const leap = () => {
    const [next] = [...sleepers].sort((a, b) => a.due - b.due);
    if (next === undefined) return;
    now = Math.max(now, next.due);
    next.wake();
  };
  return {
    now: () => now,
    wall: () => new Date(Date.UTC(2026, 10, 21) + now),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = {
          due: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        if (signal?.aborted) return resolve();
        sleepers.add(sleeper);
        signal?.addEventListener("abort", sleeper.wake, { once: true });
        setImmediate(leap);
      }),
  };
}
