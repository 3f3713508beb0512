/** Waiting on a worker's own clock. */

/** Resolves when `now` has reached `at`, both in ms. */
export async function until(now: () => number, at: number): Promise<void> {
  for (let left = at - now(); left > 0; left = at - now()) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, Math.floor(left))));
  }
}
