/** One trial's folder: what the workers said and what was sampled, streamed through small buffers. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../shared/host.ts";
import { toLine } from "../shared/lines.ts";
import { openAppend } from "./append-file.ts";
import type { LatencyLine, SeriesLine } from "./load-lines.ts";

export interface TrialWriter {
  /** Absolute; its last part is what `trial.start` tells as `dir`. */
  readonly dir: string;
  /** For what tools say; exists. */
  readonly rawDir: string;
  readonly latency: (line: LatencyLine) => void;
  readonly series: (line: SeriesLine) => void;
  readonly close: () => void;
}

/** `trial-01-baseline` */
export const trialFolder = (index: number, arm: string): string => `trial-${String(index).padStart(2, "0")}-${arm}`;

/** Flushed when larger than this, bytes, and every `flushMs` anyhow. */
const bufferSize = 64 * 1024;
const flushMs = 500;

/** `guarded` runs each write and decides what becomes of a full disk. */
export function trialWriter(host: Host, dir: string, guarded: (write: () => void) => void): TrialWriter {
  const rawDir = join(dir, "raw");
  guarded(() => mkdirSync(rawDir, { recursive: true }));
  const latency = buffered(host, join(dir, "latency.ndjson"), guarded);
  const series = buffered(host, join(dir, "series.ndjson"), guarded);
  let failure: unknown = null;
  const timer = setInterval(() => {
    try {
      latency.flush();
      series.flush();
    } catch (error) {
      // Nobody listens to a timer: the next call tells.
      failure ??= error;
    }
  }, flushMs).unref();
  const told = (act: () => void): void => {
    if (failure !== null) {
      const error = failure;
      failure = null;
      throw error;
    }
    act();
  };
  let open = true;

  return {
    dir,
    rawDir,
    latency: (line) => told(() => latency.add(toLine(line))),
    series: (line) => told(() => series.add(toLine(line))),
    close() {
      if (!open) return;
      open = false;
      clearInterval(timer);
      try {
        told(() => {
          latency.flush();
          series.flush();
        });
      } finally {
        latency.close();
        series.close();
      }
    },
  };
}

function buffered(host: Host, path: string, guarded: (write: () => void) => void) {
  let file: ReturnType<typeof openAppend> | null = null;
  guarded(() => {
    file = openAppend(host, path, true);
  });
  let waiting: string[] = [];
  let size = 0;
  const flush = (): void => {
    const text = waiting.join("");
    waiting = [];
    size = 0;
    if (text !== "") guarded(() => file?.append(text, false));
  };
  return {
    add(line: string): void {
      waiting.push(line);
      size += line.length;
      if (size >= bufferSize) flush();
    },
    flush,
    close: () => file?.close(),
  };
}
