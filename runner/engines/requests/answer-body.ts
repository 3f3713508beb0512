/** The body of an answer as its reader wants it: as text and as JSON, each made once, when it is asked for. */
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";

/** What is looked at of an answer. */
export interface Seen {
  readonly status: number;
  /** Several lines of a field joined by ", "; undefined when it is not there. */
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
  /** The body was longer than what is kept: `body` is its beginning. */
  readonly isCut: boolean;
}

export interface Body {
  /** Null when it can't be read: it is longer than what is kept, or its content coding can't be undone. */
  readonly text: () => string | null;
  /** Undefined when it is no JSON. */
  readonly json: () => unknown;
}

export function bodyOf(answer: Seen): Body {
  const text = once(() => textOf(answer));
  return { text, json: once(() => parsed(text())) };
}

/** Longest text that a coding may blow up to, bytes. */
const longest = 8 * 2 ** 20;

const codings: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  identity: (body) => body,
  gzip: (body) => gunzipSync(body, { maxOutputLength: longest }),
  deflate: (body) => inflateSync(body, { maxOutputLength: longest }),
  br: (body) => brotliDecompressSync(body, { maxOutputLength: longest }),
};

function textOf({ body, isCut, header }: Seen): string | null {
  if (isCut) return null;
  const undo = codings[header("content-encoding")?.trim().toLowerCase() ?? "identity"];
  try {
    return undo?.(body).toString() ?? null;
  } catch {
    return null;
  }
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
