/** How late this process's event loop comes to its timers. */

interface LoopDelay {
  /** 99th percentile since the last call, ms; the delay of a timer that still waits counts, too. */
  readonly p99: () => number;
  readonly stop: () => void;
}

/**
 * Sets a timer again and again and looks how late it is. Node's own monitor (24) forgets with each reset when its timer ran last, and so
 * leaves out the first delay after it: of a second in which a blocked loop never came to its timers it tells 0.
 */
export function watchLoop(everyMs: number): LoopDelay {
  let delays: number[] = [];
  let due = 0;
  let timer: NodeJS.Timeout;
  const late = () => Math.max(0, performance.now() - due);
  const wait = () => {
    due = performance.now() + everyMs;
    timer = setTimeout(beat, everyMs).unref();
  };
  const beat = () => {
    delays.push(late());
    wait();
  };
  wait();
  return {
    p99: () => {
      const sorted = [...delays, late()].sort((a, b) => a - b);
      delays = [];
      return sorted[Math.ceil(0.99 * sorted.length) - 1] as number;
    },
    stop: () => clearTimeout(timer),
  };
}
