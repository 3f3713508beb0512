/** Waiting with a bound: for what the kernel does in its own time, and for what may never come. */
import type { Clock } from "./host.ts";

/** Asks every `everyMs`, counted from its answer; false when `done` did not come true within `withinMs`. */
export async function poll(
  clock: Clock,
  withinMs: number,
  done: () => boolean | Promise<boolean>,
  everyMs = 10,
): Promise<boolean> {
  const deadline = clock.now() + withinMs;
  for (;;) {
    if (await done()) return true;
    if (clock.now() >= deadline) return false;
    await clock.sleep(everyMs);
  }
}

/** What `within` gives instead of a value that did not come in time. */
export const late: unique symbol = Symbol("late");

/** The promise's value, or its rejection; `late` when neither came within `ms`, or before `signal` aborted. Leaves no timer behind. */
export async function within<T>(
  clock: Clock,
  ms: number,
  promise: Promise<T>,
  signal?: AbortSignal,
): Promise<T | typeof late> {
  const over = new AbortController();
  const ended = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]);
  try {
    return await Promise.race([promise, clock.sleep(ms, ended).then((): typeof late => late)]);
  } finally {
    over.abort();
  }
}
