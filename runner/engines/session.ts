/** The harness's side of a load: starts the workers, gives them the word, merges what they tell, and notices when one is lost. */
import type { Declaration, LatencyLine } from "../record/load-lines.ts";
import type { LostWorker } from "../record/lost-worker.ts";
import type { LoadSpec } from "../record/scenario.ts";
import type { Address } from "../shared/address.ts";
import { Exit, UserError } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import { late, within } from "../shared/wait.ts";
import { openAccount } from "./account.ts";
import { dueFrom } from "./due.ts";
import type { Engine, JobPhase, LoadSession, WorkerLine } from "./engine.ts";
import { createLive } from "./live.ts";
import { createMerger } from "./merge.ts";
import { hangsAfterS, watchSilence } from "./silence.ts";
import { startWorker, type WorkerHandle } from "./worker-handle.ts";

/**
 * Room for garbage: with V8's own, small beginnings a worker stops for 10 ms in its first seconds (a full collection), and for 1 ms
 * several times a second. Node's streams of HTTP/2 outlive a young generation, whatever its size, and fill all room that there is: at
 * 5000 requests a second a worker grew from 331 to 391 MB in four minutes; with less of it from 220 to 252 MB, and sent no later. In MB.
 */
const v8Flags = ({ engine, http2 }: LoadSpec): string[] =>
  engine === "native" && http2 !== undefined
    ? ["--min-semi-space-size=8", "--max-semi-space-size=8", "--initial-heap-size=128"]
    : ["--min-semi-space-size=16", "--max-semi-space-size=32", "--initial-heap-size=256"];

/** A worker that needs longer to start than this does not start. */
const usualReadyMs = 10_000;
/** A worker that was told to stop and still runs after this is killed. */
const stopWithinMs = 2_000;
/** A worker tells its last lines within this time after the last request can be over. */
const usualDoneMs = 10_000;

interface LoadOptions {
  readonly engine: Engine;
  readonly load: LoadSpec;
  readonly phases: readonly JobPhase[];
  readonly address: Address;
  readonly seed: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Lines of latency.ndjson, merged over workers. */
  readonly write: (line: LatencyLine) => void;
  /** Connections fail for this reason; called once for each reason. */
  readonly onTrouble?: (reason: string) => void;
  readonly onLost?: (lost: LostWorker) => void;
}

export function startLoad(host: Host, options: LoadOptions): LoadSession {
  const { load, phases } = options;
  const { readyMs: readyWithinMs = usualReadyMs, doneMs: doneWithinMs = usualDoneMs } = options.engine.patience ?? {};
  const merger = createMerger(load.workers);
  const declarations: Declaration[] = [];
  const live = createLive(load.workers, load.timeoutMs, () => declarations[0]?.binMs ?? 100);
  const account = openAccount(load.workers, dueFrom(phases, load.workers), options.onTrouble);
  const shares = new Map<number, unknown>();
  let stopping = false;
  const declared = Promise.withResolvers<Declaration>();

  const emit = (lines: readonly LatencyLine[]) => {
    for (const line of lines) {
      live.add(line);
      options.write(line);
    }
  };
  const lose = (worker: number, reason: string, gone: boolean) => {
    const it = stopping ? null : account.lose(worker, reason, gone);
    if (it !== null) options.onLost?.(it);
  };
  const silence = watchSilence(load.workers, (worker) => {
    const it = workers[worker] as WorkerHandle;
    if (it.isDone()) return;
    lose(worker, `it said nothing for ${hangsAfterS} s, so it was killed`, true);
    it.kill();
  });
  const hear = (worker: number, line: WorkerLine) => {
    const { seq: _, ...said } = line;
    silence.heard(worker);
    account.add(worker, line);
    if (said.type === "ready") {
      const { type: __, share, ...declaration } = said;
      declarations.push(declaration);
      if (share !== undefined) shares.set(worker, share);
      if (declarations.length < load.workers) return;
      for (const [from, it] of shares)
        for (const [to, other] of workers.entries()) if (to !== from) other.tell(`share ${JSON.stringify(it)}`);
      declared.resolve(together(declarations));
    } else if (said.type === "done") workers[worker]?.release();
    else if (said.type !== "trouble") emit(merger.add(worker, said));
  };

  const workers: WorkerHandle[] = Array.from({ length: load.workers }, (_, worker) =>
    startWorker(host, {
      argv: [host.node, ...v8Flags(load), options.engine.entry],
      env: options.env,
      job: { load, phases, address: options.address, worker, workers: load.workers, seed: options.seed },
      hear: (line) => hear(worker, line),
      lost: (reason, gone) => lose(worker, reason, gone),
    }),
  );
  const done = Promise.all(
    workers.map(async (it, worker) => {
      const end = await it.ended;
      emit(merger.leave(worker));
      live.leave(worker);
      if (!end.isDone) account.cutOff(worker);
      if (!end.wasReady) declared.reject(notReady(worker, end.reason));
    }),
  ).then(account.end);
  const stop = async () => {
    stopping = true;
    for (const it of workers) it.release();
    await within(host.clock, stopWithinMs, done);
    for (const it of workers) it.kill();
    await done;
  };
  /** A worker that hangs would let the trial hang. */
  const expectDone = async (atMs: number) => {
    const lengthMs = phases.reduce((sum, it) => sum + it.durationMs, 0);
    const leftMs = atMs - host.clock.now() + lengthMs + load.timeoutMs + doneWithinMs;
    if ((await within(host.clock, leftMs, done)) !== late) return;
    for (const [worker, it] of workers.entries()) if (!it.isDone()) lose(worker, "it did not end in time", true);
    await stop();
  };

  const ready = within(host.clock, readyWithinMs, declared.promise).then((it) => {
    if (it !== late) return it;
    throw notReady(declarations.length, `it was not ready within ${readyWithinMs / 1000} s`);
  });
  ready.catch(stop);

  return {
    ready,
    go: (atMs) => {
      for (const it of workers) it.tell(`go ${atMs}`);
      void expectDone(atMs);
      const over = new AbortController();
      void done.then(() => over.abort());
      void host.clock.sleep(atMs - host.clock.now(), over.signal).then(() => silence.watch(host.clock, over.signal));
    },
    slow: (us) => {
      for (const it of workers) it.tell(`slow ${us}`);
    },
    p99: live.p99,
    recent: live.recent,
    done,
    stop,
  };
}

const notReady = (worker: number, reason: string): UserError =>
  new UserError(`load worker ${worker} did not start: ${reason}`, {
    exit: Exit.invalid,
    hint: "the load generator itself failed, not the target",
  });

/** Workers of one engine declare the same, but for the coarsest. */
function together(declarations: readonly Declaration[]): Declaration {
  const first = declarations[0] as Declaration;
  return {
    ...first,
    binMs: Math.max(...declarations.map((it) => it.binMs)),
    histogramError: Math.max(...declarations.map((it) => it.histogramError)),
    ...(first.warmedUp === undefined ? {} : { warmedUp: Math.min(...declarations.map((it) => it.warmedUp ?? 0)) }),
    lacks: Object.assign({}, ...declarations.map((it) => it.lacks)),
  };
}
