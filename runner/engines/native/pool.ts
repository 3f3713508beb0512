/**
 * Connections of one worker: as many as there were requests in flight. Reused first in, first out, so that all stay in use and the
 * load keeps spreading over the instances behind the address.
 */
import type { LoadSpec } from "../../record/scenario.ts";
import { Code, type Recorder } from "../worker/recorder.ts";
import { type Connection, type Events, give, openConnection } from "./connection.ts";
import { linkedList } from "./list.ts";
import type { Address, Rendered } from "./requests.ts";

/**
 * A connection is not used any more this long before the server said it would close it (or half of that time, if less): a request
 * sent into a closing connection is lost. Other clients do the same.
 */
const keepAliveSlackMs = 1000;

export interface Pool {
  /** Sends a request, on an idle connection or a new one. `client` comes back when it is over. */
  readonly send: (phase: number, request: number, due: number, client: number) => void;
  readonly inFlight: () => number;
  readonly connections: () => number;
  /** Times out what is overdue and closes what is too old; cheap, to be called often. */
  readonly sweep: () => void;
  /** Ends what is still outstanding as lost and closes all. */
  readonly close: () => void;
}

export interface PoolOptions {
  readonly address: Address;
  readonly requests: readonly Rendered[];
  readonly timeoutMs: number;
  readonly keepAlive: LoadSpec["keepAlive"];
  readonly recorder: Recorder;
  readonly now: () => number;
  /** A request went out, this late. */
  readonly lag: (ms: number) => void;
  /** A request is over. */
  readonly over: (outcome: number, client: number) => void;
  readonly exhausted: (error: Error) => void;
}

export function createPool(options: PoolOptions): Pool {
  const { recorder, now, timeoutMs } = options;
  const maxRequests = options.keepAlive.maxRequests ?? Number.POSITIVE_INFINITY;
  const maxAgeMs = options.keepAlive.maxAgeMs ?? Number.POSITIVE_INFINITY;
  const idle = linkedList<Connection>();
  /** In the order in which they were taken up, which is that of their timeouts. */
  const outstanding = linkedList<Connection>();

  const events: Events = {
    now,
    sent: (it) => options.lag(it.sent - it.due),
    gone: (it) => {
      idle.remove(it);
      discard(it);
    },
    over: (it, outcome, reusable) => finish(it, outcome, reusable),
    exhausted: options.exhausted,
  };

  const discard = (it: Connection) => {
    it.socket.removeAllListeners();
    it.socket.on("error", () => undefined);
    it.socket.destroy();
  };
  const finish = (it: Connection, outcome: number, reusable: boolean) => {
    const end = now();
    outstanding.remove(it);
    it.busy = false;
    recorder.finished(it.phase, it.request, outcome, it.due, it.sent, end, it.port);
    if (it.answers === 1 && outcome <= Code["5xx"] && it.port !== null) recorder.connection(it.port, it.opened, end);
    if (reusable && it.answers < maxRequests && end - it.opened < maxAgeMs) {
      it.idleSince = end;
      idle.add(it);
    } else discard(it);
    options.over(outcome, it.client);
  };
  const isStale = (it: Connection, at: number): boolean => {
    const hint = it.parser.keepAliveMs;
    const usableMs = hint === null ? Number.POSITIVE_INFINITY : Math.max(hint - keepAliveSlackMs, hint / 2);
    return at - it.idleSince > usableMs || at - it.opened >= maxAgeMs;
  };
  const takeIdle = (): Connection | null => {
    for (let it = idle.oldest(); it !== null; it = idle.oldest()) {
      idle.remove(it);
      if (!isStale(it, now())) return it;
      discard(it);
    }
    return null;
  };

  return {
    send: (phase, request, due, client) => {
      const it = takeIdle() ?? openConnection(options.address, events);
      outstanding.add(it);
      it.client = client;
      it.phase = phase;
      it.request = request;
      it.due = due;
      give(it, options.requests[request] as Rendered, events);
    },
    inFlight: outstanding.size,
    connections: () => idle.size() + outstanding.size(),
    sweep: () => {
      const at = now();
      for (let it = outstanding.oldest(); it !== null && at - it.taken >= timeoutMs; it = outstanding.oldest()) {
        finish(it, Code.timeout, false);
      }
      for (let it = idle.oldest(); it !== null && isStale(it, at); it = idle.oldest()) {
        idle.remove(it);
        discard(it);
      }
    },
    close: () => {
      for (let it = outstanding.oldest(); it !== null; it = outstanding.oldest()) finish(it, Code.lost, false);
      for (let it = idle.oldest(); it !== null; it = idle.oldest()) events.gone(it);
    },
  };
}
