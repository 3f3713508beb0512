/** A real child process that can't outlive its test. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";

export interface Child extends AsyncDisposable {
  readonly pid: number;
  readonly process: ChildProcess;
  /** What it wrote so far. */
  readonly out: () => string;
  readonly err: () => string;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts argv; `await using child = start([…])` kills it at the end of the test. */
export function start(
  [command, ...args]: readonly [string, ...string[]],
  options: { readonly env?: Readonly<Record<string, string | undefined>>; readonly cwd?: string } = {},
): Child {
  const child = spawn(command, args, { env: process.env, ...options, stdio: ["pipe", "pipe", "pipe"] });
  if (child.pid === undefined) throw new Error(`${command} did not start`);
  const { out, err, closed: exited } = collected(child);
  return {
    ...{ pid: child.pid, process: child, out, err, exited },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGCONT");
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** What a child writes; `closed` when all of it is there. */
export function collected(child: ChildProcess) {
  const text = { out: "", err: "" };
  for (const [name, stream] of [["out", child.stdout] as const, ["err", child.stderr] as const])
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
    });
  const closed = once(child, "close").then(([code, signal]): Awaited<Child["exited"]> => ({ code, signal }));
  return { out: () => text.out, err: () => text.err, closed };
}

/** Runs JavaScript in a Node of its own. */
export const startNode = (code: string, options: Parameters<typeof start>[1] & { flags?: readonly string[] } = {}) =>
  start([process.execPath, ...(options.flags ?? []), "-e", code], options);

/** Keeps a child alive until it is killed. */
export const forever = "setInterval(() => {}, 1 << 30);";
