/** Peak memory of what a process started, however many processes that were. */
import { readFileSync } from "node:fs";

const everyMs = 200;

export interface MemoryWatch extends Disposable {
  /** Sum of the peaks seen so far, bytes; null where /proc does not tell. */
  readonly peakBytes: () => number | null;
}

/** Of the descendants of `pid`, itself left out: it only waits for them. Ended processes keep the peak that was read last. */
export function watchMemory(pid: number): MemoryWatch {
  const peaks = new Map<number, number>();
  const look = () => {
    for (const child of descendantsOf(pid)) {
      const peak = /^VmHWM:\s+(\d+) kB/m.exec(readOrEmpty(`/proc/${child}/status`))?.[1];
      if (peak !== undefined) peaks.set(child, Math.max(peaks.get(child) ?? 0, Number(peak) * 1024));
    }
  };
  const timer = setInterval(look, everyMs);
  look();
  return {
    peakBytes: () => (peaks.size === 0 ? null : [...peaks.values()].reduce((a, b) => a + b)),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

function descendantsOf(pid: number): number[] {
  const children = readOrEmpty(`/proc/${pid}/task/${pid}/children`).trim().split(" ").filter(Boolean).map(Number);
  return children.flatMap((it) => [it, ...descendantsOf(it)]);
}

/** A process may end at any time. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
