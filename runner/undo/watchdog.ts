/** Starts the watchdog: a process that outlives the harness, notices its death by a pipe that closes, and undoes its leases. */
import { once } from "node:events";
import type { Host } from "../shared/host.ts";
import { readLines } from "../shared/lines.ts";
import { childEntry, childEnv } from "../shared/package.ts";
import { late, within } from "../shared/wait.ts";
import { leasesRoot } from "./folder.ts";
import { runMark } from "./sweep.ts";

interface Watchdog {
  readonly pid: number;
  /** Lets it go; resolves when it has ended. What is still leased by then it undoes first. */
  readonly stop: () => Promise<void>;
}

const readyWithinMs = 15_000;

/**
 * Resolves when it watches; start it after `openLeases` and before the first lease.
 *
 * @throws Error when it does not come up within 15 s: without it no fault may be injected
 */
export async function startWatchdog(host: Host, run: string): Promise<Watchdog> {
  const { [runMark]: _, ...env } = host.env;
  const child = host.spawn([host.node, childEntry(import.meta.url, "./watchdog.main"), leasesRoot(host), run], {
    cwd: "/",
    env: { ...childEnv, ...env },
    // The pipe's other end closes with the harness, however it dies. Nothing else of the harness is held open.
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const ready = new Promise<"ready">((resolve) => {
    if (child.stdout) readLines(child.stdout, () => resolve("ready"));
  });
  const first = await within(host.clock, readyWithinMs, Promise.race([ready, ended]));
  if (first !== "ready" || child.pid === undefined) {
    child.kill("SIGKILL");
    const why = first === late ? `it said nothing for ${readyWithinMs / 1000} s` : "it ended at once";
    throw new Error(`the watchdog could not be started: ${why}`);
  }
  child.stdout?.destroy();
  child.stdin?.on("error", () => undefined);
  child.unref();
  return {
    pid: child.pid,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      const exited = once(child, "exit");
      child.stdin?.end();
      await exited;
    },
  };
}
