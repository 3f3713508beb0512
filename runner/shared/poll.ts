/** Waiting for what the kernel does in its own time: a signal to arrive, a process to go. */
import type { Clock } from "./host.ts";

/** Asks every 10 ms; false when `done` did not come true within `withinMs`. */
export async function poll(clock: Clock, withinMs: number, done: () => boolean): Promise<boolean> {
  const deadline = clock.now() + withinMs;
  for (;;) {
    if (done()) return true;
    if (clock.now() >= deadline) return false;
    await clock.sleep(10);
  }
}
