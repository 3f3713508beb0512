/** An answer that somebody wants to look into: kept as it came, and taken apart once it is complete. Others are never kept. */
import { endsInChunks } from "./head.ts";

export interface Answer {
  readonly status: number;
  /** Value of a field, by its name in lower case; several lines of it joined by ", ". Undefined when it is not there. */
  readonly header: (name: string) => string | undefined;
  /** Every line of a field: Set-Cookie may not be joined. */
  readonly headers: (name: string) => readonly string[];
  /** Without transfer coding (chunks are joined), with whatever content coding the request has asked for. */
  readonly body: Buffer;
  /** It was longer than what is kept: `body` is its beginning. */
  readonly isCut: boolean;
}

/** Longest body that is kept. */
export const maxKeptBytes = 1_048_576;
/** Room for heads and the lines between chunks. */
const maxRawBytes = maxKeptBytes + 262_144;

/** The bytes of an HTTP/1.1 answer so far. */
export interface Kept {
  readonly parts: Buffer[];
  bytes: number;
  isCut: boolean;
}

export const nothingKept = (): Kept => ({ parts: [], bytes: 0, isCut: false });

/** Copies: the buffer that was read into is used again. */
export function keep(kept: Kept, bytes: Buffer, to: number, longest = maxRawBytes): void {
  const length = Math.min(to, longest - kept.bytes);
  if (length < to) kept.isCut = true;
  if (length <= 0) return;
  kept.parts.push(Buffer.from(bytes.subarray(0, length)));
  kept.bytes += length;
}

/** Of bytes that the parser has found to be one complete answer. */
export function answerOf(kept: Kept): Answer {
  const bytes = Buffer.concat(kept.parts);
  let from = 0;
  let head = headAt(bytes, from);
  while (head !== null && head.status < 200 && head.status !== 101) {
    from = head.end;
    head = headAt(bytes, from);
  }
  // Only when interim answers alone have used up the room.
  if (head === null) return answer(0, [], Buffer.alloc(0), true);
  const coding = head.fields.findLast(([name]) => name === "transfer-encoding")?.[1] ?? "";
  const rest = bytes.subarray(head.end);
  return answer(head.status, head.fields, endsInChunks(coding) ? joined(rest) : rest, kept.isCut);
}

export type Field = readonly [name: string, value: string];

/** Names in lower case. */
export function answer(status: number, fields: readonly Field[], body: Buffer, isCut: boolean): Answer {
  const headers = (name: string) => fields.filter(([its]) => its === name).map(([, value]) => value);
  return {
    status,
    header: (name) => {
      const all = headers(name);
      return all.length === 0 ? undefined : all.join(", ");
    },
    headers,
    body: body.subarray(0, maxKeptBytes),
    isCut: isCut || body.length > maxKeptBytes,
  };
}

interface Head {
  readonly status: number;
  readonly fields: readonly Field[];
  readonly end: number;
}

const [LF, CR] = [10, 13] as const;

/** Null when it is not all there. */
function headAt(bytes: Buffer, from: number): Head | null {
  const lines: string[] = [];
  for (let at = from; ; ) {
    const newline = bytes.indexOf(LF, at);
    if (newline < 0) return null;
    const line = bytes.toString("latin1", at, bytes[newline - 1] === CR ? newline - 1 : newline);
    at = newline + 1;
    if (line === "") return { status: Number(lines[0]?.slice(9, 12)), fields: lines.slice(1).map(fieldOf), end: at };
    // White space at its beginning: the line before goes on (obsolete, but allowed).
    if (/^[ \t]/.test(line) && lines.length > 1) lines.push(`${lines.pop()} ${line.trim()}`);
    else lines.push(line);
  }
}

function fieldOf(line: string): Field {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

/** The data of chunks; of what was cut off, as much as is there. */
function joined(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const newline = bytes.indexOf(LF, at);
    const size = newline < 0 ? 0 : Number.parseInt(bytes.toString("latin1", at, newline), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(bytes.subarray(newline + 1, newline + 1 + size));
    at = newline + 1 + size + 2;
  }
}
