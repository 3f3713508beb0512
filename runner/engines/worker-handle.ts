/** One worker process as the harness holds it: its lines in sequence, its end, and why it is not to be trusted. */

import { messageOf } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import { readLines, toLine } from "../shared/lines.ts";
import type { Job, WorkerLine } from "./engine.ts";

/** What is kept of a worker's last words. */
const keptStderr = 2_000;

export interface WorkerEnd {
  readonly wasReady: boolean;
  readonly isDone: boolean;
  /** How it ended, with its last words. */
  readonly reason: string;
}

export interface WorkerHandle {
  readonly tell: (command: string) => void;
  /** Closes its stdin, on which it ends at once (or has ended). */
  readonly release: () => void;
  readonly kill: () => void;
  /** It has said that the load is over. */
  readonly isDone: () => boolean;
  /** Resolves when it has exited and everything it said was heard. */
  readonly ended: Promise<WorkerEnd>;
}

export function startWorker(
  host: Host,
  options: {
    readonly argv: readonly [string, ...string[]];
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly job: Job;
    readonly hear: (line: WorkerLine) => void;
    /** It died before it was done, or lines of it are missing. */
    readonly lost: (reason: string) => void;
  },
): WorkerHandle {
  const child = host.spawn(options.argv, { env: options.env, stdio: ["pipe", "pipe", "pipe"], detached: true });
  const { promise: ended, resolve } = Promise.withResolvers<WorkerEnd>();
  let expected = 0;
  let wasReady = false;
  let isDone = false;
  let isLost = false;
  let stderr = "";
  let failure: string | null = null;

  const lose = (reason: string) => {
    if (isLost) return;
    isLost = true;
    options.lost(reason);
  };
  const hear = (text: string) => {
    const line = parse(text);
    if (line === null) return lose(`it said something that is not a line of the protocol: ${text.slice(0, 200)}`);
    if (line.seq !== expected) lose(`lines ${expected} to ${line.seq - 1} are missing`);
    expected = line.seq + 1;
    if (line.type === "ready") wasReady = true;
    if (line.type === "done") isDone = true;
    try {
      options.hear(line);
    } catch (error) {
      lose(`a line of it could not be taken in: ${messageOf(error)}`);
    }
  };

  child.stdin?.on("error", () => undefined);
  child.stdin?.write(toLine(options.job));
  if (child.stdout) readLines(child.stdout, hear);
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-keptStderr);
  });
  child.on("error", (error) => {
    failure = error.message;
  });
  child.on("close", (code, signal) => {
    const how = failure ?? (signal === null ? `it ended with exit code ${code}` : `it was killed by ${signal}`);
    const reason = stderr.trim() === "" ? how : `${how}: ${stderr.trim()}`;
    if (wasReady && !isDone) lose(reason);
    resolve({ wasReady, isDone, reason });
  });
  return {
    tell: (command) => void child.stdin?.write(`${command}\n`),
    release: () => void child.stdin?.end(),
    kill: () => void child.kill("SIGKILL"),
    isDone: () => isDone,
    ended,
  };
}

function parse(text: string): WorkerLine | null {
  try {
    const line = JSON.parse(text);
    return typeof line === "object" && line !== null && Number.isInteger(line.seq) ? line : null;
  } catch {
    return null;
  }
}
