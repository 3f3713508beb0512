/** A Host whose clock is a number that the test moves; files are real, processes and signals are refused. */
import { writeSync } from "node:fs";
import type { Host } from "../../runner/shared/host.ts";

export function virtualHost(time: { now: number }, env: Readonly<Record<string, string>> = {}): Host {
  const refuse = (): never => {
    throw new Error("a virtual host starts and signals nothing");
  };
  const out = { write: () => undefined, isTTY: false, columns: 80 };
  return {
    clock: {
      now: () => time.now,
      wall: () => new Date(Date.UTC(2026, 10, 21, 9, 12) + time.now),
      sleep: async (ms) => {
        time.now += ms;
      },
    },
    env,
    cwd: "/project",
    node: "/usr/bin/node",
    stdout: out,
    stderr: out,
    spawn: refuse,
    kill: refuse,
    appendDurable: (fd, text) => void writeSync(fd, text),
    onInterrupt: () => ({ [Symbol.dispose]: () => undefined }),
  };
}
