/** One HTTP/2 connection with many requests outstanding. */
import { type ClientHttp2Session, type ClientHttp2Stream, constants, type IncomingHttpHeaders } from "node:http2";
import type { Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type { Address } from "../../../shared/address.ts";
import { connectHttp2, http2Trouble } from "../../../shared/http2.ts";
import { isOwnLimit } from "../../worker/own-limits.ts";
import { Code } from "../../worker/recorder.ts";
import { type Answer, answer, type Field, type Kept, keep, maxKeptBytes, nothingKept, outcomeOf } from "../answer.ts";
import type { Linked } from "../list.ts";
import type { Rendered } from "../pool.ts";

export interface Session extends Linked<Session> {
  readonly http2: ClientHttp2Session;
  readonly socket: Socket;
  /** Null until the server has told its settings. */
  port: number | null;
  /** When it was asked for, ms since the load's start. */
  readonly opened: number;
  /** Requests that may be outstanding at a time, as the server says. */
  limit: number;
  outstanding: number;
  sent: number;
  /** When anything of an answer came last, ms since the load's start. */
  heardAt: number;
  /** It takes no more requests. */
  isRetired: boolean;
  /** The server closes it in good order. */
  isDraining: boolean;
  /** It ended with an error. */
  isBroken: boolean;
}

/** A request that is outstanding, in the order of sending. */
export interface Exchange extends Linked<Exchange> {
  readonly session: Session;
  readonly stream: ClientHttp2Stream;
  readonly client: number;
  readonly phase: number;
  readonly request: number;
  readonly due: number;
  readonly sent: number;
  /** 0 before there is one. */
  status: number;
  /** When the server ended it; NaN before. */
  ended: number;
  isBroken: boolean;
  /** It was given up before. */
  isOver: boolean;
  headers: IncomingHttpHeaders | null;
  kept: Kept | null;
}

export interface Events {
  readonly now: () => number;
  readonly established: (it: Session) => void;
  /** The server allows another number of requests. */
  readonly changed: (it: Session) => void;
  /** It takes no more requests. */
  readonly leaving: (it: Session) => void;
  /** It is closed, or was never established (`port` is null then). What was outstanding on it is over. */
  readonly gone: (it: Session) => void;
  /** The request is over: with an outcome (as a code), at that time. There is room for another on its session. */
  readonly over: (it: Exchange, outcome: number, end: number) => void;
  readonly trouble: (reason: string) => void;
  readonly exhausted: (error: Error) => void;
}

/**
 * Windows as Go's client has them: with Node's own (64 KiB) a body of some size would wait for the client.
 * A session's memory is bounded by what may be outstanding, not by Node's default of 10 MB.
 */
const streamWindowBytes = 4 * 1024 * 1024;
const sessionWindowBytes = 1024 * 1024 * 1024;
const maxSessionMemoryMB = 4096;

export function openSession(address: Address, tls: ConnectionOptions | null, events: Events): Session {
  const { session: http2, socket } = connectHttp2(address, tls, {
    settings: { enablePush: false, initialWindowSize: streamWindowBytes },
    maxSessionMemory: maxSessionMemoryMB,
  });
  const it: Session = {
    http2,
    socket,
    port: null,
    opened: events.now(),
    limit: 0,
    outstanding: 0,
    sent: 0,
    heardAt: 0,
    isRetired: false,
    isDraining: false,
    isBroken: false,
    before: null,
    after: null,
  };
  socket.on("error", () => {
    it.isBroken = true;
  });
  http2.on("connect", () => {
    if (!http2.destroyed) http2.setLocalWindowSize(sessionWindowBytes);
  });
  http2.on("remoteSettings", ({ maxConcurrentStreams = Number.POSITIVE_INFINITY }) => {
    it.limit = maxConcurrentStreams;
    if (it.port !== null) return events.changed(it);
    it.port = socket.localPort ?? 0;
    events.established(it);
  });
  http2.on("goaway", (code) => {
    it.isDraining = code === constants.NGHTTP2_NO_ERROR;
    events.leaving(it);
  });
  http2.on("error", (error: NodeJS.ErrnoException) => {
    if (isOwnLimit(error)) events.exhausted(error);
    const reason = it.port === null || tls !== null ? http2Trouble(error) : null;
    if (reason !== null) events.trouble(reason);
  });
  http2.on("close", () => events.gone(it));
  return it;
}

/** Sends a request; there must be room for it. */
export function request(
  session: Session,
  { bytes, fields }: Rendered,
  keeps: boolean,
  given: Pick<Exchange, "client" | "phase" | "request" | "due">,
  events: Events,
): Exchange {
  const sent = events.now();
  const stream = session.http2.request(fields, { endStream: bytes.length === 0 });
  const it: Exchange = {
    session,
    stream,
    client: given.client,
    phase: given.phase,
    request: given.request,
    due: given.due,
    sent,
    status: 0,
    ended: Number.NaN,
    isBroken: false,
    isOver: false,
    headers: null,
    kept: keeps ? nothingKept() : null,
    before: null,
    after: null,
  };
  session.outstanding++;
  session.sent++;
  stream.on("response", (headers) => {
    it.status = Number(headers[constants.HTTP2_HEADER_STATUS]);
    session.heardAt = events.now();
    if (it.kept !== null) it.headers = headers;
  });
  const { kept } = it;
  if (kept === null) stream.resume();
  else stream.on("data", (chunk: Buffer) => keep(kept, chunk, chunk.length, maxKeptBytes));
  // Node ends a stream that was broken off without an error code just as a complete one: only here they differ.
  const push = stream.push.bind(stream);
  stream.push = (chunk, encoding) => {
    if (chunk === null && !stream.closed) it.ended = events.now();
    return push(chunk, encoding);
  };
  stream.on("error", (error: NodeJS.ErrnoException) => {
    it.isBroken = true;
    if (error.code === "ERR_HTTP2_ERROR") it.status = -1;
  });
  stream.on("close", () => {
    const now = events.now();
    session.outstanding--;
    events.over(it, outcomeOfEnd(it), isAnswered(it) ? it.ended : now);
  });
  if (bytes.length > 0) stream.end(bytes);
  return it;
}

/** Its answer is complete, and was read to its end. */
export const isAnswered = ({ stream, status, ended }: Exchange): boolean =>
  status > 0 && !Number.isNaN(ended) && stream.readableEnded;

function outcomeOfEnd(it: Exchange): number {
  const { session, stream, status, isBroken } = it;
  if (isAnswered(it)) return outcomeOf(status);
  if (status < 0 || stream.rstCode === constants.NGHTTP2_PROTOCOL_ERROR) return Code.protocol;
  if (session.isDraining && stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) return Code.lost;
  // The connection was closed without an error. So seems one that was reset while we wrote: Node keeps the error to itself.
  return session.socket.destroyed && !session.isBroken && !isBroken ? Code.lost : Code.reset;
}

/** Of an exchange that is answered. */
export function answerOf({ status, headers, kept }: Exchange): Answer {
  const fields = Object.entries(headers ?? {}).flatMap(([name, value]): Field[] =>
    name.startsWith(":") || value === undefined ? [] : [value].flat().map((it) => [name, it]),
  );
  return answer(status, fields, Buffer.concat(kept?.parts ?? []), kept?.isCut ?? false);
}
