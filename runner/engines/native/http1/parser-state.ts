/** What the response parser remembers between two reads. */

export const State = {
  head: 0,
  /** `left` bytes of body. */
  length: 1,
  /** Body ends with the connection. */
  untilClose: 2,
  chunkSize: 3,
  chunkExtension: 4,
  chunkSizeEnd: 5,
  chunkData: 6,
  chunkEnd: 7,
  chunkEndNewline: 8,
  trailer: 9,
  trailerLine: 10,
  done: 11,
  bad: 12,
} as const;

export interface Parser {
  state: number;
  status: number;
  /** The connection can't be used again. */
  close: boolean;
  /** The server's own hint (`Keep-Alive: timeout=5`) in ms, null without one. */
  keepAliveMs: number | null;
  /** The answer is to HEAD: it has no body whatever its head says. */
  noBody: boolean;
  /** Bytes of body or chunk still to come. */
  left: number;
  /** The first `heldBytes` are a head that is not complete yet. */
  held: Buffer | null;
  heldBytes: number;
  /** Digits of a chunk size, or bytes of a chunk's line or trailers: bounded by `maxHeadBytes`. */
  spent: number;
}
