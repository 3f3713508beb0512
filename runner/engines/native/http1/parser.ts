/** An incremental HTTP/1.1 response parser (RFC 9112): bytes may be split anywhere. Bodies are skipped, not kept. */
import { parseHead, statusEnd } from "./head.ts";
import { type Parser, State } from "./parser-state.ts";

const CR = 13;
const LF = 10;

/** Longest head, chunk-size line or trailer section. */
export const maxHeadBytes = 65_536;

export const newParser = (): Parser => ({
  state: State.done,
  status: 0,
  close: false,
  keepAliveMs: null,
  noBody: false,
  left: 0,
  held: null,
  heldBytes: 0,
  spent: 0,
});

/** A request was sent: its answer is awaited. */
export function expectAnswer(parser: Parser, toHead: boolean): void {
  parser.state = State.head;
  parser.noBody = toHead;
  parser.held = null;
}

/**
 * Feeds bytes `from` to `to` (exclusive).
 *
 * @returns the position of the first byte that does not belong to the answer; `to` while it is incomplete. `state` tells which.
 */
export function feed(parser: Parser, bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to) {
    switch (parser.state) {
      case State.head:
        at = feedHead(parser, bytes, at, to);
        break;
      case State.length: {
        const step = Math.min(parser.left, to - at);
        parser.left -= step;
        at += step;
        if (parser.left === 0) parser.state = State.done;
        break;
      }
      case State.untilClose:
        return to;
      case State.done:
      case State.bad:
        return at;
      default:
        at = feedChunked(parser, bytes, at, to);
    }
  }
  return at;
}

/** The connection was closed cleanly. @returns whether that completes the answer */
export function feedEnd(parser: Parser): boolean {
  if (parser.state === State.untilClose) parser.state = State.done;
  return parser.state === State.done;
}

function feedHead(parser: Parser, bytes: Buffer, at: number, to: number): number {
  if (parser.held !== null) return feedHeldHead(parser, bytes, at, to);
  const end = parseHead(parser, bytes, at, to);
  if (end >= 0) return bodyStarts(parser, end);
  if (parser.state === State.bad) return at;
  // Incomplete: kept, and looked at again together with what comes next.
  hold(parser, bytes, at, to);
  return to;
}

/** Parsed again when its empty line is there, not at each piece: a server may send it in single bytes. */
function feedHeldHead(parser: Parser, bytes: Buffer, at: number, to: number): number {
  const before = parser.heldBytes;
  const held = hold(parser, bytes, at, to);
  if (before <= statusEnd || hasEmptyLine(held, before, parser.heldBytes)) {
    const end = parseHead(parser, held, 0, parser.heldBytes);
    if (end >= 0) {
      parser.held = null;
      return bodyStarts(parser, at + end - before);
    }
    if (parser.state === State.bad) return at;
  }
  if (parser.heldBytes > maxHeadBytes) parser.state = State.bad;
  return to;
}

function hold(parser: Parser, bytes: Buffer, at: number, to: number): Buffer {
  const before = parser.held === null ? 0 : parser.heldBytes;
  const length = before + to - at;
  let { held } = parser;
  if (held === null || held.length < length) {
    const longer = Buffer.allocUnsafe(Math.max(1024, 2 * length));
    held?.copy(longer, 0, 0, before);
    held = longer;
  }
  bytes.copy(held, before, at, to);
  parser.held = held;
  parser.heldBytes = length;
  return held;
}

/** Whether an empty line ends between `from` and `to`. */
function hasEmptyLine(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (bytes[at] === LF && (bytes[at - 1] === LF || (bytes[at - 1] === CR && bytes[at - 2] === LF))) return true;
  }
  return false;
}

/** `parseHead` has left in `state` how the body is delimited; settles what needs no body. */
function bodyStarts(parser: Parser, end: number): number {
  const { status } = parser;
  if (status >= 100 && status < 200 && status !== 101) {
    parser.state = State.head;
    return end;
  }
  if (parser.noBody || status === 204 || status === 304 || status === 101) parser.state = State.done;
  if (status === 101) parser.close = true;
  if (parser.state === State.length && parser.left === 0) parser.state = State.done;
  if (parser.state === State.chunkSize) {
    parser.left = 0;
    parser.spent = 0;
  }
  if (parser.state === State.untilClose) parser.close = true;
  return end;
}

function feedChunked(parser: Parser, bytes: Buffer, from: number, to: number): number {
  let at = from;
  if (parser.state === State.chunkData) {
    const step = Math.min(parser.left, to - at);
    parser.left -= step;
    if (parser.left === 0) parser.state = State.chunkEnd;
    return at + step;
  }
  const byte = bytes[at++] as number;
  if (parser.spent++ > maxHeadBytes) parser.state = State.bad;
  else parser.state = afterByte(parser, byte);
  return at;
}

/** The next state between the data of two chunks, and in the trailers. */
function afterByte(parser: Parser, byte: number): number {
  switch (parser.state) {
    case State.chunkSize: {
      const digit = hexDigit(byte);
      if (digit >= 0) {
        parser.left = parser.left * 16 + digit;
        return parser.left > Number.MAX_SAFE_INTEGER ? State.bad : State.chunkSize;
      }
      if (parser.spent === 1) return State.bad;
      if (byte === CR) return State.chunkSizeEnd;
      return byte === 59 || byte === 32 || byte === 9 ? State.chunkExtension : State.bad;
    }
    case State.chunkExtension:
      if (byte === LF) return State.bad;
      return byte === CR ? State.chunkSizeEnd : State.chunkExtension;
    case State.chunkSizeEnd:
      if (byte !== LF) return State.bad;
      parser.spent = 0;
      return parser.left === 0 ? State.trailer : State.chunkData;
    case State.chunkEnd:
      return byte === CR ? State.chunkEndNewline : State.bad;
    case State.chunkEndNewline:
      parser.spent = 0;
      return byte === LF ? State.chunkSize : State.bad;
    // Trailers end with an empty line; their content is nobody's business here.
    case State.trailer:
      if (byte === LF) return State.done;
      return byte === CR ? State.trailer : State.trailerLine;
    default:
      return byte === LF ? State.trailer : State.trailerLine;
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
