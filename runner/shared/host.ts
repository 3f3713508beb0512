/** Everything of the outside world that a test wants to replace: clock, environment, streams, processes, durable writes. */
import type { ChildProcess } from "node:child_process";

export interface Host {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Absolute path of the Node that runs this; argv[0] of the harness's own child processes. */
  readonly node: string;
  readonly stdout: Out;
  readonly stderr: Out;
  /** argv only, never a shell. `detached` puts the child in a process group of its own, so that Ctrl-C reaches only the harness. */
  readonly spawn: (argv: readonly [string, ...string[]], options: SpawnOptions) => ChildProcess;
  /** Sends a signal; false when there is no such process. */
  readonly kill: (pid: number, signal: NodeJS.Signals) => boolean;
  /** Appends and waits until the disk has it (fdatasync). The crash tests cut the power here. */
  readonly appendDurable: (fd: number, text: string) => void;
  /** Calls back on each of them until disposed. */
  readonly onInterrupt: (handler: (signal: Interrupt) => void) => Disposable;
}

/** Ctrl-C, a polite end, a terminal that is gone. */
export type Interrupt = "SIGINT" | "SIGTERM" | "SIGHUP";

export interface Clock {
  /** Monotonic milliseconds with microsecond resolution; the same clock in all processes of this machine (CLOCK_MONOTONIC). */
  readonly now: () => number;
  readonly wall: () => Date;
  /** Resolves after `ms`, or at once and without error when `signal` aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export interface Out {
  readonly write: (text: string) => void;
  readonly isTTY: boolean;
  /** Absent where it is no terminal: a log has no edge. */
  readonly columns: number | undefined;
}

interface SpawnOptions {
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdio: readonly ("pipe" | "ignore" | "inherit" | number)[];
  readonly detached?: boolean;
}
