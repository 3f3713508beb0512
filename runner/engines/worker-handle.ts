/** One worker process as the harness holds it: its lines in sequence, its end, and why it is not to be trusted. */
import { messageOf } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import { startLineChild } from "../shared/line-child.ts";
import type { Job, WorkerLine } from "./engine.ts";

interface WorkerEnd {
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
    /** It died before it was done (`gone`), or lines of it are missing. */
    readonly lost: (reason: string, gone: boolean) => void;
  },
): WorkerHandle {
  let expected = 0;
  let wasReady = false;
  let isDone = false;
  let isLost = false;

  const lose = (reason: string, gone = false) => {
    if (isLost) return;
    isLost = true;
    options.lost(reason, gone);
  };
  const hear = (line: WorkerLine | null, text: string) => {
    if (line === null || !Number.isInteger(line.seq))
      return lose(`it said something that is not a line of the protocol: ${text.slice(0, 200)}`);
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

  const child = startLineChild<WorkerLine>(host, { argv: options.argv, env: options.env, hear });
  child.say(JSON.stringify(options.job));
  return {
    tell: child.say,
    release: child.release,
    kill: child.kill,
    isDone: () => isDone,
    ended: child.ended.then((reason) => {
      // What it started itself, where it was killed before it could end that.
      if (child.pid > 0) host.kill(-child.pid, "SIGKILL");
      if (wasReady && !isDone) lose(reason, true);
      return { wasReady, isDone, reason };
    }),
  };
}
