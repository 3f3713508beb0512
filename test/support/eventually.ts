/** Waits until an assertion holds: for what happens soon, at a time that nobody promises. */
import { setTimeout as sleep } from "node:timers/promises";

/** Tries `assert` until it does not throw, and gives what it returns. Fails with its last error after `withinMs`. */
export async function eventually<T>(assert: () => T | Promise<T>, withinMs = 25_000): Promise<Awaited<T>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await assert();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(20);
    }
  }
}
