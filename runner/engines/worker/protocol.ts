/** The worker's side of the protocol: the job and commands on stdin, numbered lines on stdout. */
import type { Readable, Writable } from "node:stream";
import type { Declaration, LoadLine } from "../../record/load-lines.ts";
import { messageOf } from "../../shared/errors.ts";
import { readLines, toLine } from "../../shared/lines.ts";
import type { Closing, Job, TroubleLine } from "../engine.ts";
import type { Totals } from "./recorder.ts";
import type { Usage } from "./self.ts";

/** What an engine does with a job. */
export interface WorkerEngine {
  readonly declaration: Declaration;
  /** Starts at `atMs` on the shared monotonic clock; resolves with the totals when everything has been told. */
  readonly go: (atMs: number) => Promise<Totals>;
  readonly slow: (us: number) => void;
  /** What the other workers of this load are to know before they go. */
  readonly share?: unknown;
  /** What another worker shares; called before `go`. */
  readonly take?: (shared: unknown) => void;
  /** Asked when `go` has resolved. */
  readonly closing?: () => Closing;
}

/** The process around a worker; only its entry may touch it. */
export interface WorkerProcess extends Usage {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly exit: (code: number) => void;
  /** CLOCK_MONOTONIC in ms, as `host.clock.now`. */
  readonly now: () => number;
}

export type Say = (line: LoadLine | TroubleLine) => void;

/** Reads the job, prepares the engine, and obeys until the load is over or stdin closes. Errors go to stderr, exit 1. */
export function serve(around: WorkerProcess, prepare: (job: Job, say: Say) => Promise<WorkerEngine>): void {
  let seq = 0;
  let engine: WorkerEngine | undefined;
  const print = (line: object, then?: () => void) => void around.stdout.write(toLine({ seq: seq++, ...line }), then);
  const fail = (error: unknown) => {
    around.stderr.write(`${messageOf(error)}\n`, () => around.exit(1));
  };
  const start = async (job: Job) => {
    engine = await prepare(job, print);
    const { declaration, share } = engine;
    print({ type: "ready", ...declaration, ...(share === undefined ? {} : { share }) });
  };
  const obey = (line: string) => {
    const [, verb, value] = /^(\w+) (.*)$/.exec(line) ?? [];
    if (engine === undefined) throw new Error(`a command before ready: ${line}`);
    if (verb === "slow") engine.slow(Number(value));
    else if (verb === "share") engine.take?.(JSON.parse(value ?? "null"));
    else if (verb === "go") {
      const { go, closing } = engine;
      go(Number(value)).then((totals) => print({ type: "done", totals, ...closing?.() }, () => around.exit(0)), fail);
    } else throw new Error(`unknown command: ${line}`);
  };
  let first = true;
  readLines(around.stdin, (line) => {
    try {
      if (!first) return obey(line);
      first = false;
      start(JSON.parse(line)).catch(fail);
    } catch (error) {
      fail(error);
    }
  });
  around.stdin.on("end", () => around.exit(0));
  around.stdin.on("error", () => around.exit(0));
  around.stdout.on("error", () => around.exit(0));
}
