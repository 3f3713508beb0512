/** Garbage collections of Node instances: every one, from a preload in the instance that writes to a file of its process. */
import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { packageFile } from "../shared/package.ts";
import type { Instance } from "../substrate/target.ts";
import type { Sampler } from "./sampler.ts";

const series = {
  "gc.pause":
    "ms, one point per collection at its start; label kind: minor, major, incremental, weak. Weak ones lie inside major ones: add up the union of intervals over all kinds, not the values",
  "heap.used": "bytes, once a second",
  "heap.total": "bytes, once a second",
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
}

export const gc: Sampler = {
  name: "gc",
  help: "every garbage collection of Node instances (a preload through NODE_OPTIONS)",
  series,
  start: ({ emit, zero, rawDir }) => {
    const tails = new Map<number, Tail>();
    const buffer = Buffer.allocUnsafe(64 * 1024);
    let readAt = Number.NEGATIVE_INFINITY;

    const tell = (tail: Tail, line: string) => {
      const entry: GcLine = JSON.parse(line);
      if (!("at" in entry)) return;
      const t = entry.at - zero;
      if ("ms" in entry) {
        const labels = tail.byKind.get(entry.kind) ?? { ...tail.labels, kind: entry.kind };
        tail.byKind.set(entry.kind, labels);
        emit("gc.pause", labels, t, entry.ms);
      } else {
        emit("heap.used", tail.labels, t, entry.used);
        emit("heap.total", tail.labels, t, entry.total);
      }
    };

    const read = (tail: Tail) => {
      tail.fd ??= openIfThere(tail.path);
      if (tail.fd === null) return;
      for (;;) {
        const length = readSync(tail.fd, buffer, 0, buffer.length, tail.offset);
        if (length === 0) return;
        tail.offset += length;
        const lines = (tail.rest + buffer.toString("latin1", 0, length)).split("\n");
        // An unfinished last line is either still being written or was cut by a kill.
        tail.rest = lines.pop() ?? "";
        for (const line of lines) tell(tail, line);
      }
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
        NODE_OPTIONS: `--require ${quoted(packageFile("runner", "samplers", "gc-preload.cjs"))}`,
        SHAKEDOWN_GC_LOG: prefixOf(rawDir, instance),
      }),
      stop: async () => {
        for (const tail of [...tails.values()]) end(tail, readAt);
      },
    };
  },
};

type GcLine =
  | { readonly v: 1; readonly pid: number; readonly node: string }
  | { readonly at: number; readonly ms: number; readonly kind: string }
  | { readonly at: number; readonly used: number; readonly total: number };

const prefixOf = (rawDir: string, instance: string): string => join(rawDir, `gc-${instance}`);

const tailOf = (instance: Instance, rawDir: string): Tail => ({
  instance,
  path: `${prefixOf(rawDir, instance.id)}-${instance.pid}.ndjson`,
  labels: { target: instance.target, instance: instance.id, pid: String(instance.pid) },
  byKind: new Map(),
  fd: null,
  offset: 0,
  rest: "",
});

/** NODE_OPTIONS are split at spaces, but for those in double quotes, where a backslash escapes. */
const quoted = (path: string): string => `"${path.replace(/[\\"]/g, "\\$&")}"`;

function openIfThere(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch {
    return null;
  }
}
