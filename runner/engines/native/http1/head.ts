/** The head of an HTTP/1.1 response: its status, and how its body is delimited (RFC 9112, section 6.3). */
import { type Parser, State } from "./parser-state.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const contentLength = bytesOf("content-length");
const transferEncoding = bytesOf("transfer-encoding");
const connection = bytesOf("connection");
const keepAlive = bytesOf("keep-alive");
const prefix = bytesOf("HTTP/1.");
/** `HTTP/1.1 200` */
export const statusEnd = 12;

const [CR, LF, SPACE, TAB, COLON] = [13, 10, 32, 9, 58] as const;

/**
 * Parses the head that starts at `from`, when it is complete before `to`.
 *
 * @returns the position after the empty line with status, `close` and body delimitation set; -1 when incomplete or malformed
 *          (then `state` is bad)
 */
export function parseHead(parser: Parser, bytes: Buffer, from: number, to: number): number {
  for (let i = 0; i < prefix.length && from + i < to; i++) {
    if (bytes[from + i] !== prefix[i]) return malformed(parser);
  }
  if (to - from < statusEnd) return -1;
  parser.status = statusOf(bytes, from);
  if (parser.status < 100) return malformed(parser);
  parser.close = bytes[from + 7] === 48;
  parser.keepAliveMs = null;
  parser.left = -1;
  let chunked = false;
  let encoded = false;
  let closes = false;

  let at = nextLine(bytes, from + statusEnd, to);
  while (at >= 0 && at < to) {
    const byte = bytes[at] as number;
    if (byte === LF) return complete(parser, chunked, encoded, at + 1);
    if (byte === CR) {
      if (at + 1 === to) return -1;
      if (bytes[at + 1] !== LF) return malformed(parser);
      return complete(parser, chunked, encoded, at + 2);
    }
    const next = nextLine(bytes, at, to);
    if (next < 0) return -1;
    const lower = byte | 32;
    if (lower === 99 || lower === 116 || lower === 107) {
      if (isNamed(bytes, at, contentLength)) {
        const length = lengthOf(bytes, at + contentLength.length + 1, next);
        if (length < 0 || (parser.left >= 0 && parser.left !== length)) return malformed(parser);
        parser.left = length;
      } else if (isNamed(bytes, at, transferEncoding)) {
        encoded = true;
        chunked = endsInChunks(textOf(bytes, at + transferEncoding.length + 1, next));
      } else if (isNamed(bytes, at, connection)) {
        const value = textOf(bytes, at + connection.length + 1, next).toLowerCase();
        closes ||= /(^|[\s,])close($|[\s,])/.test(value);
        if (closes) parser.close = true;
        else if (/(^|,)[ \t]*keep-alive[ \t]*($|,)/.test(value)) parser.close = false;
      } else if (isNamed(bytes, at, keepAlive)) {
        const seconds = /(?:^|[\s,])timeout=(\d{1,9})/i.exec(textOf(bytes, at + keepAlive.length + 1, next))?.[1];
        if (seconds !== undefined) parser.keepAliveMs = Number(seconds) * 1000;
      }
    }
    if (!isHeaderLine(bytes, at, next)) return malformed(parser);
    at = next;
  }
  return -1;
}

/** Whether a transfer coding (its value, or the last line of it, trimmed) delimits the body by itself. */
export const endsInChunks = (value: string): boolean => /(^|,)[ \t]*chunked$/i.test(value);

function complete(parser: Parser, chunked: boolean, encoded: boolean, end: number): number {
  // Both a length and a transfer coding: the coding wins, and the connection is not to be trusted any further.
  if (encoded && parser.left >= 0) parser.close = true;
  if (chunked) parser.state = State.chunkSize;
  else parser.state = encoded || parser.left < 0 ? State.untilClose : State.length;
  return end;
}

function malformed(parser: Parser): number {
  parser.state = State.bad;
  return -1;
}

/** Three digits after `HTTP/1.x `, and then a space or the end of the line, if that is there yet. */
function statusOf(bytes: Buffer, from: number): number {
  const minor = bytes[from + 7] as number;
  if (minor < 48 || minor > 57 || bytes[from + 8] !== SPACE) return -1;
  let status = 0;
  for (let i = from + 9; i < from + statusEnd; i++) {
    const digit = (bytes[i] as number) - 48;
    if (digit < 0 || digit > 9) return -1;
    status = status * 10 + digit;
  }
  return status;
}

/** The position after the next newline, -1 when there is none. */
function nextLine(bytes: Buffer, from: number, to: number): number {
  for (let at = from; at < to; at++) if (bytes[at] === LF) return at + 1;
  return -1;
}

function isNamed(bytes: Buffer, at: number, name: Uint8Array): boolean {
  if (bytes[at + name.length] !== COLON) return false;
  for (let i = 0; i < name.length; i++) if (((bytes[at + i] as number) | 32) !== name[i]) return false;
  return true;
}

/**
 * A field has a colon right after its name: with white space between (`Content-Length : 5`) it is no name that anybody agrees on. A line
 * that starts with white space continues the one before.
 */
function isHeaderLine(bytes: Buffer, at: number, next: number): boolean {
  const first = bytes[at] as number;
  if (isBlank(first)) return true;
  if (first === COLON) return false;
  for (let i = at; i < next; i++) if (bytes[i] === COLON) return !isBlank(bytes[i - 1] as number);
  return false;
}

const textOf = (bytes: Buffer, from: number, next: number): string => bytes.toString("latin1", from, next).trim();

/** The decimal number in a field's value, -1 for anything else. Made without a string: almost every answer has one. */
function lengthOf(bytes: Buffer, from: number, next: number): number {
  let at = from;
  while (isBlank(bytes[at] as number)) at++;
  let value = 0;
  const digits = at;
  for (let digit = (bytes[at] as number) - 48; digit >= 0 && digit <= 9; digit = (bytes[++at] as number) - 48) {
    value = value * 10 + digit;
  }
  if (at === digits || value > Number.MAX_SAFE_INTEGER) return -1;
  while (at < next && (isBlank(bytes[at] as number) || bytes[at] === CR || bytes[at] === LF)) at++;
  return at === next ? value : -1;
}

const isBlank = (byte: number): boolean => byte === SPACE || byte === TAB;
