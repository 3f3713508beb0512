/** One keep-alive connection with at most one outstanding request. */
import { connect, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import type { Address } from "../../../shared/address.ts";
import { tlsTrouble } from "../../../shared/tls.ts";
import { isOwnLimit } from "../../worker/own-limits.ts";
import { Code } from "../../worker/recorder.ts";
import { type Kept, keep, nothingKept, outcomeOf } from "../answer.ts";
import type { Linked } from "../list.ts";
import type { Rendered } from "../pool.ts";
import { expectAnswer, feed, feedEnd, newParser } from "./parser.ts";
import { type Parser, State } from "./parser-state.ts";

export interface Connection extends Linked<Connection> {
  readonly socket: Socket;
  readonly parser: Parser;
  /** Null until it is established. */
  port: number | null;
  /** When it was asked for, ms since the load's start. */
  readonly opened: number;
  answers: number;
  idleSince: number;
  /** Idle beyond those that are used in turn. */
  isAside: boolean;
  /** A request is outstanding. What follows belongs to it. */
  busy: boolean;
  client: number;
  phase: number;
  request: number;
  due: number;
  sent: number;
  /** Its answer, when somebody wants to look into it. */
  kept: Kept | null;
}

export interface Events {
  readonly now: () => number;
  readonly established: (it: Connection) => void;
  /** It could not be established. */
  readonly refused: (it: Connection) => void;
  /** The outstanding request has its complete answer, which gives this outcome (as a code). The connection may be used again when `reusable`. */
  readonly answered: (it: Connection, outcome: number, reusable: boolean) => void;
  /** The outstanding request is over without an answer. */
  readonly failed: (it: Connection, outcome: number) => void;
  /** It closed while nothing was outstanding, or brought bytes that nobody asked for. */
  readonly gone: (it: Connection) => void;
  /** What is wrong with the server's TLS, beside `refused` or `failed`. */
  readonly trouble: (reason: string) => void;
  /** This process, not the target, is at its limit (descriptors, local ports): the load can't be believed any more. */
  readonly exhausted: (error: Error) => void;
}

/** Every read goes through this buffer: it is parsed before the next read happens, on whatever connection. */
const shared = Buffer.allocUnsafe(65_536);

/** `tls` null: plain TCP. */
export function openConnection(address: Address, tls: ConnectionOptions | null, events: Events): Connection {
  const options = {
    host: address.host,
    port: address.port,
    noDelay: true,
    onread: {
      buffer: shared,
      callback: (length: number) => {
        received(it, length, events);
        return true;
      },
    },
  };
  const socket = tls === null ? connect(options) : connectTls({ ...options, ...tls });
  const it: Connection = {
    socket,
    parser: newParser(),
    port: null,
    opened: events.now(),
    answers: 0,
    idleSince: 0,
    isAside: false,
    busy: false,
    client: 0,
    phase: 0,
    request: 0,
    due: 0,
    sent: 0,
    kept: null,
    before: null,
    after: null,
  };
  socket.on(tls === null ? "connect" : "secureConnect", () => {
    it.port = socket.localPort ?? null;
    events.established(it);
  });
  socket.on("end", () => ended(it, events));
  socket.on("error", (error: NodeJS.ErrnoException) => {
    if (isOwnLimit(error)) return events.exhausted(error);
    const reason = tls === null ? null : tlsTrouble(error);
    if (reason !== null) events.trouble(reason);
    if (it.port === null) events.refused(it);
    else if (it.busy) events.failed(it, Code.reset);
    else events.gone(it);
  });
  return it;
}

/** Sends a request; what it is has been written to the connection's fields. */
export function write(it: Connection, { bytes, head }: Rendered, keeps: boolean, events: Events): void {
  it.busy = true;
  it.kept = keeps ? nothingKept() : null;
  it.sent = events.now();
  expectAnswer(it.parser, head);
  it.socket.write(bytes);
}

function received(it: Connection, length: number, events: Events): void {
  if (it.socket.destroyed) return;
  if (!it.busy) {
    events.gone(it);
    return;
  }
  const { parser } = it;
  const at = feed(parser, shared, 0, length);
  if (it.kept !== null) keep(it.kept, shared, at);
  if (parser.state === State.bad) events.failed(it, Code.protocol);
  else if (parser.state === State.done) {
    it.answers++;
    events.answered(it, outcomeOf(parser.status), !parser.close && at === length);
  }
}

function ended(it: Connection, events: Events): void {
  // In the midst of a handshake: an error follows.
  if (it.port === null) return;
  if (!it.busy) events.gone(it);
  else if (feedEnd(it.parser)) {
    it.answers++;
    events.answered(it, outcomeOf(it.parser.status), false);
  } else events.failed(it, Code.lost);
}

/** Closes it, whatever it is at, and hears no more of it. */
export function discard({ socket }: Connection): void {
  socket.removeAllListeners();
  socket.on("error", () => undefined);
  socket.destroy();
}
