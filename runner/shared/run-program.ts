/** Runs a program to its end: hooks, builds, git. argv only, never a shell. */
import type { Socket } from "node:net";
import type { Host } from "./host.ts";
import { late, within } from "./wait.ts";

export interface ProgramResult {
  /** Null when it was ended by a signal or could not be started. */
  readonly exit: number | null;
  readonly stdout: string;
  /** The last 64 kB of what it wrote to both streams, in order of arrival: for messages. */
  readonly output: string;
  readonly timedOut: boolean;
}

const keep = 64 * 1024;

/** For what is still in the pipes when it has ended. They may never close: something in the background holds them open. */
const drainMs = 250;

/**
 * Never rejects: a program that can't be started has `exit` null and the reason in `output`. Killed with what it started after
 * `timeoutMs`, or when `signal` aborts. Not waited for: what it leaves in the background.
 */
export async function runProgram(
  host: Host,
  argv: readonly [string, ...string[]],
  options: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly timeoutMs: number;
    readonly signal?: AbortSignal;
  },
): Promise<ProgramResult> {
  const child = host.spawn(argv, {
    env: { ...host.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let stdout = "";
  let output = "";
  const closed = new Promise<number | null>((resolve) => {
    child.on("error", (error) => {
      output += error.message;
      resolve(null);
    });
    child.on("close", resolve);
  });
  const ended = new Promise<number | null>((resolve) => {
    void closed.then(resolve);
    child.on("exit", (code) => void within(host.clock, drainMs, closed).then(() => resolve(code)));
  });
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk;
    output = (output + chunk).slice(-keep);
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    output = (output + chunk).slice(-keep);
  });
  const inTime = await within(host.clock, options.timeoutMs, ended, options.signal);
  // The whole group, of which it is the leader.
  if (inTime === late && child.pid !== undefined) host.kill(-child.pid, "SIGKILL");
  const exit = await ended;
  // Whoever holds them open may go on writing, and does not keep us from ending.
  for (const stream of [child.stdout, child.stderr]) {
    stream?.removeAllListeners("data").resume();
    (stream as Socket | null | undefined)?.unref();
  }
  return { exit, stdout, output, timedOut: inTime === late && options.signal?.aborted !== true };
}
