/**
 * Connections of one worker over HTTP/1.1: as many as there were requests in flight.
 *
 * A request without an idle connection starts a new one, and takes that or one that gets free earlier, whichever is first. Without
 * the latter a short stall of this process would make it open connections for ever: each costs more time than an answer.
 */
import { Code } from "../../worker/recorder.ts";
import { linkedList } from "../list.ts";
import type { Pool, PoolOptions, Waiting } from "../pool.ts";
import { type Connection, discard, type Events, openConnection, write } from "./connection.ts";
import { idleConnections } from "./idle.ts";
import { answerOf } from "./message.ts";
import { openingConnections } from "./opening.ts";

export function createHttp1Pool(options: PoolOptions): Pool {
  const { address, tls, recorder, now, timeoutMs, reading } = options;
  const maxRequests = options.keepAlive.maxRequests ?? Number.POSITIVE_INFINITY;
  const maxAgeMs = options.keepAlive.maxAgeMs ?? Number.POSITIVE_INFINITY;
  // Each list is in the order in which its timeouts fall due.
  const waiting = linkedList<Waiting>();
  const opening = openingConnections(() => openConnection(address, tls, events), waiting.size, timeoutMs);
  const idle = idleConnections(maxAgeMs, now);
  const outstanding = linkedList<Connection>();

  const events: Events = {
    now,
    established: (it) => {
      opening.remove(it);
      use(it, now());
    },
    refused: (it) => {
      opening.remove(it);
      discard(it);
      failUnserved();
    },
    answered: (it, outcome, reusable) => {
      const end = now();
      const { kept, request, client } = it;
      const looksInto = reading !== undefined && kept !== null;
      finish(it, looksInto ? reading.judge(answerOf(kept), outcome, request, client) : outcome, end, reusable);
    },
    failed: (it, outcome) => finish(it, outcome, now(), false),
    gone: (it) => {
      idle.remove(it);
      discard(it);
    },
    trouble: options.trouble,
    exhausted: options.exhausted,
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
    if (next === null) return idle.add(it, at);
    waiting.remove(next);
    give(it, next.phase, next.request, next.due, next.client);
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
  const failUnserved = () => {
    const it = waiting.oldest();
    if (it !== null && opening.size() < waiting.size()) fail(it, Code.connect);
  };

  return {
    send: (phase, request, due, client) => {
      const it = idle.take();
      if (it !== null) {
        give(it, phase, request, due, client);
        return options.lag(it.sent - due);
      }
      const since = now();
      options.lag(since - due);
      waiting.add({ client, phase, request, due, since, before: null, after: null });
      opening.want();
    },
    inFlight: () => outstanding.size() + waiting.size(),
    connections: () => idle.size() + outstanding.size() + opening.size(),
    sweep: () => {
      const at = now();
      for (let it = outstanding.oldest(); it !== null && at - it.sent >= timeoutMs; it = outstanding.oldest()) {
        finish(it, Code.timeout, at, false);
      }
      opening.sweep(at);
      for (let it = waiting.oldest(); it !== null && at - it.since >= timeoutMs; it = waiting.oldest()) {
        fail(it, Code.timeout);
      }
      idle.sweep(at);
      opening.want();
    },
    close: () => {
      opening.close();
      for (let it = outstanding.oldest(); it !== null; it = outstanding.oldest()) finish(it, Code.lost, now(), false);
      for (let it = waiting.oldest(); it !== null; it = waiting.oldest()) fail(it, Code.lost);
      idle.close();
    },
  };
}
