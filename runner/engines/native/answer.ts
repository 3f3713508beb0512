/** An answer that somebody wants to look into: kept as it came, and taken apart once it is complete. Others are never kept. */
import { Code } from "../worker/recorder.ts";

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

/** Its bytes so far. */
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

/** Of a complete answer, by its status. */
export function outcomeOf(status: number): number {
  if (status < 400) return Code.ok;
  if (status < 500) return Code["4xx"];
  return status < 600 ? Code["5xx"] : Code.protocol;
}
