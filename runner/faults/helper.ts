/** Helper processes of faults (ballast, burner): parked outside the target until told to begin, gone when the harness is. */
import { readLines } from "../shared/lines.ts";
import { startTime } from "../substrate/procfs/process.ts";
import type { FaultContext, Lease } from "./fault.ts";

export interface Helper {
  readonly pid: number;
  readonly startedAt: number;
  readonly lease: Lease;
  /** Sends `line` and resolves with the helper's next line. Rejects when it ends or says nothing for 10 s. */
  readonly ask: (line: string) => Promise<string>;
  /** Writes raw bytes to its stdin; false, and nothing written, while it has not taken the ones before. */
  readonly feed: (bytes: Buffer) => boolean;
  readonly alive: () => boolean;
  readonly end: () => void;
}

const patienceMs = 10_000;

/** Starts the entry file `path`; resolves when it is parked. It carries the run's mark and ends when its stdin closes. */
export async function park(context: FaultContext, path: string): Promise<Helper> {
  const { host } = context;
  // Its own Node options would load the samplers' preloads of instances.
  const { NODE_OPTIONS: _, ...env } = context.env;
  const child = host.spawn([host.node, path], { cwd: "/", env, stdio: ["pipe", "pipe", "pipe"], detached: true });
  child.unref();
  let problem = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    problem = (problem + chunk).slice(-2000);
  });
  child.stdin?.on("error", () => undefined);

  const lines: string[] = [];
  let wake = () => {};
  let over: string | null = null;
  if (child.stdout) {
    readLines(child.stdout, (line) => {
      lines.push(line);
      wake();
    });
  }
  child.once("error", (error) => {
    over = error.message;
    wake();
  });
  child.once("exit", (code, signal) => {
    over = `it ended (${signal ?? code}) ${problem.trim()}`.trim();
    wake();
  });
  const next = async (): Promise<string> => {
    const late = new AbortController();
    let silent = false;
    void host.clock.sleep(patienceMs, late.signal).then(() => {
      silent = true;
      wake();
    });
    try {
      for (;;) {
        const line = lines.shift();
        if (line !== undefined) return line;
        if (over !== null) throw new Error(`helper process of the fault: ${over}`);
        if (silent) throw new Error(`helper process of the fault: no answer for ${patienceMs / 1000} s`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      late.abort();
    }
  };
  const end = () => void child.kill("SIGKILL");

  try {
    await next();
    const pid = child.pid ?? 0;
    const startedAt = startTime(pid);
    if (startedAt === null) throw new Error("helper process of the fault: it ended at once");
    return {
      pid,
      startedAt,
      lease: { undo: "kill", pid, startedAt },
      ask: (line) => {
        child.stdin?.write(`${line}\n`);
        return next();
      },
      feed: (bytes) => {
        if (child.stdin?.writable !== true || child.stdin.writableLength > 0) return false;
        child.stdin.write(bytes);
        return true;
      },
      alive: () => over === null,
      end,
    };
  } catch (error) {
    end();
    throw error;
  }
}
