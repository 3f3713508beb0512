/** A process of the harness's own that speaks lines: told on its stdin, heard on its stdout, and gone when the harness is. */
import type { Host } from "./host.ts";
import { parseLine, readLines } from "./lines.ts";
import { childEnv } from "./package.ts";

/** Characters kept of its last words. */
const keptStderr = 2_000;

export interface LineChild {
  /** 0 when it could not be started. */
  readonly pid: number;
  readonly say: (line: string) => void;
  /** Writes raw bytes to its stdin; false, and nothing written, while it has not taken the ones before. */
  readonly feed: (bytes: Buffer) => boolean;
  /** Closes its stdin, on which it ends. */
  readonly release: () => void;
  readonly kill: () => void;
  /** Resolves when it is gone and everything it said was heard: how it ended, with its last words. Never rejects. */
  readonly ended: Promise<string>;
}

/** In a process group of its own: Ctrl-C reaches only the harness, whose end then closes the child's stdin. */
export function startLineChild<Line>(
  host: Host,
  options: {
    readonly argv: readonly [string, ...string[]];
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly cwd?: string;
    /** Null for what is not JSON. */
    readonly hear: (line: Line | null, text: string) => void;
  },
): LineChild {
  const { argv, env, cwd, hear } = options;
  const stdio = ["pipe", "pipe", "pipe"] as const;
  const child = host.spawn(argv, {
    env: { ...childEnv, ...env },
    stdio,
    detached: true,
    ...(cwd === undefined ? {} : { cwd }),
  });
  const { stdin, stdout, stderr } = child;
  let lastWords = "";
  stdin?.on("error", () => undefined);
  if (stdout) readLines(stdout, (text) => hear(parseLine(text) as Line | null, text));
  stderr?.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-keptStderr);
  });
  return {
    pid: child.pid ?? 0,
    say: (line) => void stdin?.write(`${line}\n`),
    feed: (bytes) => {
      if (stdin?.writable !== true || stdin.writableLength > 0) return false;
      stdin.write(bytes);
      return true;
    },
    release: () => void stdin?.end(),
    kill: () => void child.kill("SIGKILL"),
    ended: new Promise((resolve) => {
      child.on("error", (error) => resolve(error.message));
      // Not "exit": what it said last may still be in the pipes.
      child.on("close", (code, signal) => {
        const how = signal === null ? `it ended with exit code ${code}` : `it was killed by ${signal}`;
        resolve(lastWords.trim() === "" ? how : `${how}: ${lastWords.trim()}`);
      });
    }),
  };
}
