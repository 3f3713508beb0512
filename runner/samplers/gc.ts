/** Garbage collections of Node instances: every one, from a preload in the instance that writes to a file of its process. */
import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { packageFile } from "../shared/package.ts";
import type { Instance } from "../substrate/target.ts";
import { labelsOf, type Sampler } from "./sampler.ts";

const series = {
  "gc.pause":
    "ms, one point per collection at its start; label kind: minor, major, incremental, weak. They nest: add up the union of intervals over all kinds, not the values",
  "gc.time": "ms, cumulative since the process began, union over all kinds; once a second, 0 when there was none",
  "heap.used": "bytes, once a second",
};

const READ_EVERY_MS = 500;

interface Tail {
  readonly instance: Instance;
  readonly path: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly byKind: Map<string, Readonly<Record<string, string>>>;
  fd: number | null;
  offset: number;
  rest: string;
  /** ms in collections so far, and the end of the last one (CLOCK_MONOTONIC). */
  gcMs: number;
  gcEnd: number;
}

export const gc: Sampler = {
  name: "gc",
  series,
  start: ({ emit, host, zero, rawDir }) => {
    const tails = new Map<number, Tail>();
    const buffer = Buffer.allocUnsafe(64 * 1024);
    let readAt = Number.NEGATIVE_INFINITY;

    const tell = (tail: Tail, line: Pause | Heap) => {
      const t = line.at - zero;
      if ("ms" in line) {
        const labels = tail.byKind.get(line.kind) ?? { ...tail.labels, kind: line.kind };
        tail.byKind.set(line.kind, labels);
        emit("gc.pause", labels, t, line.ms);
        tail.gcMs += Math.max(0, line.at + line.ms - Math.max(line.at, tail.gcEnd));
        tail.gcEnd = Math.max(tail.gcEnd, line.at + line.ms);
      } else {
        emit("heap.used", tail.labels, t, line.used);
        emit("gc.time", tail.labels, t, tail.gcMs);
      }
    };

    const read = (tail: Tail) => {
      tail.fd ??= openIfThere(tail.path);
      if (tail.fd === null) return;
      const lines: (Pause | Heap)[] = [];
      for (;;) {
        const length = readSync(tail.fd, buffer, 0, buffer.length, tail.offset);
        if (length === 0) break;
        tail.offset += length;
        const texts = (tail.rest + buffer.toString("latin1", 0, length)).split("\n");
        // An unfinished last line is either still being written or was cut by a kill.
        tail.rest = texts.pop() ?? "";
        for (const text of texts) {
          const line: Header | Pause | Heap = JSON.parse(text);
          if ("at" in line) lines.push(line);
        }
      }
      // A nested collection ends, and is told, before the one around it.
      for (const line of lines.sort((a, b) => a.at - b.at)) tell(tail, line);
    };

    const end = (tail: Tail, t: number) => {
      read(tail);
      tails.delete(tail.instance.pid);
      if (tail.fd !== null) return closeSync(tail.fd);
      const reason = "no report of collections: the instance's process is not Node, or it ended while starting";
      for (const metric of Object.keys(series)) emit.absent(metric, tail.labels, t, { kind: "not-applicable", reason });
    };

    return {
      tick: (t) => {
        if (t - readAt < READ_EVERY_MS) return;
        readAt = t;
        for (const tail of tails.values()) read(tail);
      },
      onInstance: (change, instance, t) => {
        const tail = tails.get(instance.pid);
        if (change === "exit") {
          if (tail) end(tail, t);
        } else if (tail === undefined) {
          tails.set(instance.pid, tailOf(instance, rawDir));
        }
      },
      instanceEnv: (instance) => ({
        NODE_OPTIONS: requireOption(packageFile("runner", "samplers", "gc-preload.cjs")),
        SHAKEDOWN_GC_LOG: prefixOf(rawDir, instance),
      }),
      stop: async () => {
        for (const tail of [...tails.values()]) end(tail, host.clock.now() - zero);
      },
    };
  },
};

interface Header {
  readonly v: 1;
  readonly pid: number;
  readonly node: string;
}
interface Pause {
  readonly at: number;
  readonly ms: number;
  readonly kind: string;
}
interface Heap {
  readonly at: number;
  readonly used: number;
}

const prefixOf = (rawDir: string, instance: string): string => join(rawDir, `gc-${instance}`);

const tailOf = (instance: Instance, rawDir: string): Tail => ({
  instance,
  path: `${prefixOf(rawDir, instance.id)}-${instance.pid}.ndjson`,
  labels: labelsOf(instance),
  byKind: new Map(),
  fd: null,
  offset: 0,
  rest: "",
  gcMs: 0,
  gcEnd: 0,
});

/** NODE_OPTIONS are split at spaces, but for those in double quotes, where a backslash escapes. */
export const requireOption = (path: string): string => `--require "${path.replace(/[\\"]/g, "\\$&")}"`;

function openIfThere(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch {
    return null;
  }
}
