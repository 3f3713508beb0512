/**
 * Ballast: parks outside the target, enters its cgroup when told, and becomes `tail -c`, which keeps in memory what it is fed on
 * stdin. Small, because the OOM killer weighs what a process has: a Node in the group could outweigh the instance itself.
 * Ends when its stdin closes.
 */
import { readSync, writeSync } from "node:fs";
import { enter } from "./enter.ts";

export interface BallastOrder {
  readonly procsFiles: readonly string[];
  /** Absolute path of tail(1). */
  readonly tail: string;
  /** Bytes it shall be able to keep. */
  readonly most: number;
}

// Read without the event loop, and no import of "node:process" (which makes process.stdin): stdin would become non-blocking, and
// stay so for the program after us.
writeSync(1, '{"parked":true}\n');
const line = Buffer.alloc(64 * 1024);
const length = readSync(0, line);
if (length > 0) {
  const { procsFiles, tail, most }: BallastOrder = JSON.parse(line.toString("utf8", 0, length));
  enter(procsFiles);
  writeSync(1, '{"entered":true}\n');
  process.execve?.(tail, ["tail", "-c", String(most)], process.env);
}
