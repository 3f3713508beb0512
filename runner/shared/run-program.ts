/** Runs a program to its end: hooks, builds, git. argv only, never a shell. */
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

/** Never rejects: a program that can't be started has `exit` null and the reason in `output`. Killed after `timeoutMs`, or when `signal` aborts. */
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
  const ended = new Promise<number | null>((resolve) => {
    child.on("error", (error) => {
      output += error.message;
      resolve(null);
    });
    child.on("close", resolve);
  });
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk;
    output = (output + chunk).slice(-keep);
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    output = (output + chunk).slice(-keep);
  });
  const inTime = await within(host.clock, options.timeoutMs, ended, options.signal);
  if (inTime === late && child.pid !== undefined) host.kill(child.pid, "SIGKILL");
  const exit = await ended;
  return { exit, stdout, output, timedOut: inTime === late && options.signal?.aborted !== true };
}
