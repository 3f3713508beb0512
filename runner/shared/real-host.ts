/** The Host of a real process. Only entry files (`*.main.ts`, the CLI) create one. */
import { spawn } from "node:child_process";
import { fdatasyncSync, writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Host, Out } from "./host.ts";
import { sendSignal } from "./signal.ts";

export function realHost(): Host {
  return {
    clock: {
      now: () => Number(process.hrtime.bigint()) / 1e6,
      wall: () => new Date(),
      sleep: (ms, signal) => delay(Math.max(0, ms), undefined, signal ? { signal } : {}).catch(() => undefined),
    },
    env: process.env,
    cwd: process.cwd(),
    node: process.execPath,
    stdout: out(process.stdout),
    stderr: out(process.stderr),
    spawn: ([command, ...args], options) =>
      spawn(command, args, {
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        env: options.env as NodeJS.ProcessEnv,
        stdio: [...options.stdio],
        detached: options.detached ?? false,
      }),
    kill: sendSignal,
    appendDurable: (fd, text) => {
      writeSync(fd, text);
      fdatasyncSync(fd);
    },
    onInterrupt: (handler) => {
      const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
      for (const it of signals) process.on(it, handler);
      return {
        [Symbol.dispose]: () => {
          for (const it of signals) process.off(it, handler);
        },
      };
    },
  };
}

const out = (stream: NodeJS.WriteStream): Out => ({
  write: (text) => void stream.write(text),
  get isTTY() {
    return stream.isTTY === true;
  },
  get columns() {
    return stream.columns;
  },
});
