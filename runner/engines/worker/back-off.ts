/** How long a client waits after failures in a row, so that a refused port makes no busy loop. */

const firstMs = 5;
const longestMs = 250;

interface BackOff {
  /** @returns how long to wait now, ms: twice as long each time */
  readonly failed: () => number;
  readonly worked: () => void;
}

export function backOff(): BackOff {
  let inARow = 0;
  return {
    failed: () => Math.min(longestMs, firstMs * 2 ** inARow++),
    worked: () => {
      inARow = 0;
    },
  };
}
