/**
 * Requests over the HTTP/2 connections of one worker, with the same contract as the HTTP/1.1 pool. A connection is opened for a request
 * that found fewer than are to be kept; it goes out at once on one that is there.
 *
 * A connection that brought nothing for a whole timeout is not used any more, as the one of a timed-out HTTP/1.1 request.
 */
import { constants } from "node:http2";
import { Code } from "../../worker/recorder.ts";
import { linkedList } from "../list.ts";
import type { Pool, PoolOptions, Waiting } from "../pool.ts";
import {
  answerOf,
  type Events,
  type Exchange,
  isAnswered,
  openSession,
  request as requestOn,
  type Session,
} from "./session.ts";
import { keepSessions } from "./sessions.ts";

/** @param connections how many to keep */
export function createHttp2Pool(options: PoolOptions, connections: number): Pool {
  const { recorder, now, timeoutMs, keepAlive, reading } = options;
  const waiting = linkedList<Waiting>();
  const outstanding = linkedList<Exchange>();

  const finish = (it: Exchange, outcome: number, end: number) => {
    it.isOver = true;
    outstanding.remove(it);
    recorder.finished(it.phase, it.request, outcome, it.due, it.sent, end, it.session.port);
    serveWaiting();
    options.over(outcome, it.client);
  };
  const fail = (it: Waiting, outcome: number) => {
    waiting.remove(it);
    recorder.finished(it.phase, it.request, outcome, it.due, Number.NaN, now(), null);
    options.over(outcome, it.client);
  };
  /** A connection could not be made: the oldest request pays for it, and all do when there is no other connection nor one on its way. */
  const failUnserved = () => {
    if (sessions.size("usable") > 0) return;
    let failing = sessions.size("opening") > 0 ? 1 : waiting.size();
    for (let it = waiting.oldest(); it !== null && failing > 0; it = waiting.oldest(), failing--)
      fail(it, Code.connect);
  };
  const give = (session: Session, its: Pick<Exchange, "client" | "phase" | "request" | "due">) => {
    const { request, client } = its;
    const keeps = reading?.wants(request, client) ?? false;
    const it = requestOn(session, options.message(request, client), keeps, its, events);
    outstanding.add(it);
    sessions.used(session);
  };
  const serveWaiting = () => {
    for (let next = waiting.oldest(); next !== null; next = waiting.oldest()) {
      const session = sessions.free();
      if (session === null) return;
      waiting.remove(next);
      give(session, next);
    }
  };
  const want = () => sessions.want(waiting.size(), outstanding.size());

  const sessions = keepSessions({
    ...{ connections, keepAlive, timeoutMs, now },
    open: () => openSession(options.address, options.tls, events),
    onRoom: serveWaiting,
    onFailed: failUnserved,
  });
  const events: Events = {
    now,
    ...sessions.events,
    over: (it, outcome, end) => {
      const { session, request, client } = it;
      if (isAnswered(it)) session.heardAt = Math.max(session.heardAt, end);
      sessions.over(session);
      if (it.isOver) return serveWaiting();
      const looksInto = reading !== undefined && it.kept !== null && isAnswered(it);
      finish(it, looksInto ? reading.judge(answerOf(it), outcome, request, client) : outcome, end);
    },
    trouble: options.trouble,
    exhausted: options.exhausted,
  };

  return {
    send: (phase, request, due, client) => {
      const since = now();
      options.lag(since - due);
      const session = sessions.free();
      if (session === null) waiting.add({ client, phase, request, due, since, before: null, after: null });
      else give(session, { phase, request, due, client });
      want();
    },
    inFlight: () => outstanding.size() + waiting.size(),
    connections: () => sessions.size("all"),
    sweep: () => {
      const at = now();
      for (let it = outstanding.oldest(); it !== null && at - it.sent >= timeoutMs; it = outstanding.oldest()) {
        if (it.session.heardAt <= it.sent) sessions.retire(it.session);
        finish(it, Code.timeout, at);
        it.stream.close(constants.NGHTTP2_CANCEL);
      }
      sessions.sweep();
      for (let it = waiting.oldest(); it !== null && at - it.since >= timeoutMs; it = waiting.oldest()) {
        fail(it, Code.timeout);
      }
      if (waiting.size() > 0) want();
    },
    close: () => {
      for (let it = outstanding.oldest(); it !== null; it = outstanding.oldest()) finish(it, Code.lost, now());
      for (let it = waiting.oldest(); it !== null; it = waiting.oldest()) fail(it, Code.lost);
      sessions.close();
    },
  };
}
