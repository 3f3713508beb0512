/**
 * HTTP/2 connections of one worker, with the same contract as the HTTP/1.1 pool. A set number of connections is kept, so that the load
 * spreads over the instances behind the address: a router there sees connections, not requests. Requests go to them in turn. Each is
 * opened for a request that found fewer, which goes out at once on one that is there. When all are full (the server's limit), one
 * more is opened.
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

/** New connections per turn of the event loop. */
const opensPerTurn = 8;

/** @param connections how many to keep */
export function createHttp2Pool(options: PoolOptions, connections: number): Pool {
  const { recorder, now, timeoutMs, reading } = options;
  const maxRequests = options.keepAlive.maxRequests ?? Number.POSITIVE_INFINITY;
  const maxAgeMs = options.keepAlive.maxAgeMs ?? Number.POSITIVE_INFINITY;
  const waiting = linkedList<Waiting>();
  const outstanding = linkedList<Exchange>();
  const opening = linkedList<Session>();
  /** Established ones with room for another request, the one that was used longest ago first. */
  const free = linkedList<Session>();
  const isFree = new Set<Session>();
  /** Established ones that take requests, full or not. */
  const usable = new Set<Session>();
  /** No more requests, but some are outstanding. */
  const leaving = new Set<Session>();
  let wanted = 0;
  let opensNextTurn = false;
  let closed = false;

  /** Puts it among the free ones, at the end, or takes it out. */
  const place = (it: Session) => {
    if (isFree.delete(it)) free.remove(it);
    if (!usable.has(it) || it.outstanding >= it.limit) return;
    isFree.add(it);
    free.add(it);
  };
  const retire = (it: Session) => {
    if (!usable.delete(it)) return;
    place(it);
    if (it.outstanding === 0) it.http2.destroy();
    else leaving.add(it);
  };
  const events: Events = {
    now,
    established: (it) => {
      opening.remove(it);
      usable.add(it);
      place(it);
      serveWaiting();
    },
    changed: (it) => {
      place(it);
      serveWaiting();
    },
    leaving: retire,
    gone: (it) => {
      leaving.delete(it);
      if (usable.delete(it)) place(it);
      else if (it.port === null && !it.isRetired) {
        it.isRetired = true;
        opening.remove(it);
        failUnserved();
      }
    },
    over: (it, outcome, end) => {
      const { session, request, client } = it;
      if (isAnswered(it)) session.heardAt = Math.max(session.heardAt, end);
      if (!isFree.has(session)) place(session);
      if (session.outstanding === 0 && leaving.delete(session)) session.http2.destroy();
      if (it.isOver) return serveWaiting();
      const looksInto = reading !== undefined && it.kept !== null && isAnswered(it);
      finish(it, looksInto ? reading.judge(answerOf(it), outcome, request, client) : outcome, end);
    },
    trouble: options.trouble,
    exhausted: options.exhausted,
  };
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
    if (usable.size > 0) return;
    let failing = opening.size() > 0 ? 1 : waiting.size();
    for (let it = waiting.oldest(); it !== null && failing > 0; it = waiting.oldest(), failing--)
      fail(it, Code.connect);
  };
  const give = (session: Session, its: Pick<Exchange, "client" | "phase" | "request" | "due">) => {
    const { request, client } = its;
    const keeps = reading?.wants(request, client) ?? false;
    const it = requestOn(session, options.message(request, client), keeps, its, events);
    outstanding.add(it);
    if (session.sent >= maxRequests) retire(session);
    else place(session);
  };
  const takeFree = (): Session | null => {
    for (let it = free.oldest(); it !== null; it = free.oldest()) {
      if (!it.http2.closed && !it.http2.destroyed && now() - it.opened < maxAgeMs) return it;
      retire(it);
    }
    return null;
  };
  const serveWaiting = () => {
    for (let next = waiting.oldest(); next !== null; next = waiting.oldest()) {
      const session = takeFree();
      if (session === null) return;
      waiting.remove(next);
      give(session, next);
    }
  };
  const want = () => {
    const there = usable.size + opening.size() + wanted;
    const areFull = waiting.size() > 0 && opening.size() + wanted === 0;
    if (there < connections || (areFull && there < outstanding.size() + waiting.size())) wanted++;
    if (wanted === 0 || opensNextTurn) return;
    opensNextTurn = true;
    setImmediate(open);
  };
  const open = () => {
    opensNextTurn = false;
    if (closed) return;
    for (let opened = 0; opened < opensPerTurn && wanted > 0; opened++, wanted--) {
      opening.add(openSession(options.address, options.tls, events));
    }
    if (wanted === 0) return;
    opensNextTurn = true;
    setImmediate(open);
  };

  return {
    send: (phase, request, due, client) => {
      const since = now();
      options.lag(since - due);
      const session = takeFree();
      if (session === null) waiting.add({ client, phase, request, due, since, before: null, after: null });
      else give(session, { phase, request, due, client });
      want();
    },
    inFlight: () => outstanding.size() + waiting.size(),
    connections: () => usable.size + leaving.size + opening.size(),
    sweep: () => {
      const at = now();
      for (let it = outstanding.oldest(); it !== null && at - it.sent >= timeoutMs; it = outstanding.oldest()) {
        if (it.session.heardAt <= it.sent) retire(it.session);
        finish(it, Code.timeout, at);
        it.stream.close(constants.NGHTTP2_CANCEL);
      }
      for (let it = opening.oldest(); it !== null && at - it.opened >= timeoutMs; it = opening.oldest()) {
        it.isRetired = true;
        opening.remove(it);
        it.http2.destroy();
      }
      for (let it = waiting.oldest(); it !== null && at - it.since >= timeoutMs; it = waiting.oldest()) {
        fail(it, Code.timeout);
      }
      for (const it of usable) if (at - it.opened >= maxAgeMs) retire(it);
      if (waiting.size() > 0) want();
    },
    close: () => {
      closed = true;
      for (let it = outstanding.oldest(); it !== null; it = outstanding.oldest()) finish(it, Code.lost, now());
      for (let it = waiting.oldest(); it !== null; it = waiting.oldest()) fail(it, Code.lost);
      for (let it = opening.oldest(); it !== null; it = opening.oldest()) {
        it.isRetired = true;
        opening.remove(it);
        it.http2.destroy();
      }
      for (const it of [...usable, ...leaving]) it.http2.destroy();
    },
  };
}
