/**
 * Connections of one worker: as many as there were requests in flight.
 *
 * A request without an idle connection starts a new one, and takes that or one that gets free earlier, whichever is first. Without
 * the latter a short stall of this process would make it open connections for ever: each costs more time than an answer.
 */
import type { ConnectionOptions } from "node:tls";
import type { LoadSpec } from "../../record/scenario.ts";
import type { Address } from "../../shared/address.ts";
import { Code, type Recorder } from "../worker/recorder.ts";
import { type Answer, answerOf } from "./answer.ts";
import { type Connection, type Events, openConnection, write } from "./connection.ts";
import { idleConnections } from "./idle.ts";
import { type Linked, linkedList } from "./list.ts";
import type { Rendered } from "./requests.ts";

/**
 * A connection is not used any more this long before the server said it would close it (or half of that time, if less): a request
 * sent into a closing connection is lost. Other clients do the same.
 */
const keepAliveSlackMs = 1000;

/** New connections per turn of the event loop: answers are read in between, and free connections for those that wait. */
const opensPerTurn = 2;

export interface Pool {
  /** Sends a request, on an idle connection or a new one. `client` comes back when it is over. */
  readonly send: (phase: number, request: number, due: number, client: number) => void;
  readonly inFlight: () => number;
  readonly connections: () => number;
  /** Times out what is overdue and closes what is too old; cheap, to be called often. */
  readonly sweep: () => void;
  /** Ends what is still in flight as lost and closes all. */
  readonly close: () => void;
}

export interface PoolOptions {
  readonly address: Address;
  /** Null: plain TCP. */
  readonly tls: ConnectionOptions | null;
  /** What to send: asked when the connection is there, right before the write. */
  readonly message: (request: number, client: number) => Rendered;
  /** Left out: no answer is looked into. */
  readonly reading?: Reading;
  /** From the send to the last byte of the answer; waiting for a connection is bounded by the same. */
  readonly timeoutMs: number;
  readonly keepAlive: LoadSpec["keepAlive"];
  readonly recorder: Recorder;
  readonly now: () => number;
  /** A request went out this late, or asked for a connection: how long that takes is not the generator's. */
  readonly lag: (ms: number) => void;
  /** A request is over. */
  readonly over: (outcome: number, client: number) => void;
  /** A connection failed because of how the server speaks, not because of the network: TLS, a protocol. */
  readonly trouble: (reason: string) => void;
  readonly exhausted: (error: Error) => void;
}

export interface Reading {
  /** Whether the answer to this one is to be kept; asked once per send. */
  readonly wants: (request: number, client: number) => boolean;
  /**
   * Looks into a complete answer, whatever its status, before the request is recorded; its time is not counted.
   *
   * @returns the outcome to record: `outcome`, or another one
   */
  readonly judge: (answer: Answer, outcome: number, request: number, client: number) => number;
}

/** A request that has no connection yet. */
export interface Waiting extends Linked<Waiting> {
  readonly client: number;
  readonly phase: number;
  readonly request: number;
  readonly due: number;
  readonly since: number;
}

export function createPool(options: PoolOptions): Pool {
  const { recorder, now, timeoutMs, reading } = options;
  const maxRequests = options.keepAlive.maxRequests ?? Number.POSITIVE_INFINITY;
  const maxAgeMs = options.keepAlive.maxAgeMs ?? Number.POSITIVE_INFINITY;
  // Each list is in the order in which its timeouts fall due.
  const waiting = linkedList<Waiting>();
  const opening = linkedList<Connection>();
  const idle = idleConnections();
  const outstanding = linkedList<Connection>();
  let opensNextTurn = false;
  let closed = false;

  const events: Events = {
    now,
    established: (it) => {
      opening.remove(it);
      use(it, now());
    },
    refused: (it) => {
      opening.remove(it);
      discard(it);
      failUnserved(Code.connect);
    },
    answered: (it, outcome, reusable) => {
      const end = now();
      const { kept, request, client } = it;
      finish(it, kept === null ? outcome : judged(answerOf(kept), outcome, request, client), end, reusable);
    },
    failed: (it, outcome) => finish(it, outcome, now(), false),
    gone: (it) => {
      idle.remove(it);
      discard(it);
    },
    trouble: options.trouble,
    exhausted: options.exhausted,
  };

  const judged: Reading["judge"] = (answer, outcome, request, client) =>
    reading === undefined ? outcome : reading.judge(answer, outcome, request, client);
  const discard = (it: Connection) => {
    it.socket.removeAllListeners();
    it.socket.on("error", () => undefined);
    it.socket.destroy();
  };
  const give = (it: Connection, phase: number, request: number, due: number, client: number) => {
    it.phase = phase;
    it.request = request;
    it.due = due;
    it.client = client;
    outstanding.add(it);
    write(it, options.message(request, client), reading?.wants(request, client) ?? false, events);
  };
  /** A connection is free: for the request that has waited longest, or to stay idle. */
  const use = (it: Connection, at: number) => {
    const next = waiting.oldest();
    if (next === null) {
      it.idleSince = at;
      idle.add(it);
    } else {
      waiting.remove(next);
      give(it, next.phase, next.request, next.due, next.client);
    }
  };
  const finish = (it: Connection, outcome: number, end: number, reusable: boolean) => {
    const { phase, request, due, client } = it;
    outstanding.remove(it);
    it.busy = false;
    it.kept = null;
    recorder.finished(phase, request, outcome, due, it.sent, end, it.port);
    if (reusable && it.answers < maxRequests && end - it.opened < maxAgeMs) use(it, end);
    else discard(it);
    options.over(outcome, client);
  };
  const fail = (it: Waiting, outcome: number) => {
    waiting.remove(it);
    recorder.finished(it.phase, it.request, outcome, it.due, Number.NaN, now(), null);
    options.over(outcome, it.client);
  };
  /** Fails the request that has waited longest, if there is no connection on its way for each that waits. */
  const failUnserved = (outcome: number) => {
    const it = waiting.oldest();
    if (it !== null && opening.size() < waiting.size()) fail(it, outcome);
  };
  const openNextTurn = () => {
    if (opensNextTurn || opening.size() >= waiting.size()) return;
    opensNextTurn = true;
    setImmediate(open);
  };
  const open = () => {
    opensNextTurn = false;
    if (closed) return;
    for (let opened = 0; opened < opensPerTurn && opening.size() < waiting.size(); opened++) {
      opening.add(openConnection(options.address, options.tls, events));
    }
    openNextTurn();
  };
  const isStale = (it: Connection, at: number): boolean => {
    const hint = it.parser.keepAliveMs;
    const usableMs = hint === null ? Number.POSITIVE_INFINITY : Math.max(hint - keepAliveSlackMs, hint / 2);
    return at - it.idleSince > usableMs || at - it.opened >= maxAgeMs;
  };
  const takeIdle = (): Connection | null => {
    for (let it = idle.next(); it !== null; it = idle.next()) {
      idle.remove(it);
      if (!isStale(it, now())) return it;
      discard(it);
    }
    return null;
  };

  return {
    send: (phase, request, due, client) => {
      const it = takeIdle();
      if (it !== null) {
        give(it, phase, request, due, client);
        return options.lag(it.sent - due);
      }
      const since = now();
      options.lag(since - due);
      waiting.add({ client, phase, request, due, since, before: null, after: null });
      openNextTurn();
    },
    inFlight: () => outstanding.size() + waiting.size(),
    connections: () => idle.size() + outstanding.size() + opening.size(),
    sweep: () => {
      const at = now();
      for (let it = outstanding.oldest(); it !== null && at - it.sent >= timeoutMs; it = outstanding.oldest()) {
        finish(it, Code.timeout, at, false);
      }
      for (let it = opening.oldest(); it !== null && at - it.opened >= timeoutMs; it = opening.oldest()) {
        opening.remove(it);
        discard(it);
      }
      for (let it = waiting.oldest(); it !== null && at - it.since >= timeoutMs; it = waiting.oldest()) {
        fail(it, Code.timeout);
      }
      for (let it = idle.oldest(); it !== null && isStale(it, at); it = idle.oldest()) {
        idle.remove(it);
        discard(it);
      }
      openNextTurn();
    },
    close: () => {
      closed = true;
      for (let it = outstanding.oldest(); it !== null; it = outstanding.oldest()) finish(it, Code.lost, now(), false);
      for (let it = waiting.oldest(); it !== null; it = waiting.oldest()) fail(it, Code.lost);
      for (const list of [opening, idle]) {
        for (let it = list.oldest(); it !== null; it = list.oldest()) {
          list.remove(it);
          discard(it);
        }
      }
    },
  };
}
