/** The response parser beside Node's own (llhttp): what Node takes for a complete answer, we take for the same one, wherever it was cut. */
import { createRequire } from "node:module";
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { expectAnswer, feed, feedEnd, newParser } from "../../runner/engines/native/http1/parser.ts";
import { State } from "../../runner/engines/native/http1/parser-state.ts";

interface NodeParser {
  [event: number]: (...given: readonly unknown[]) => unknown;
  initialize(type: number, resource: object): void;
  execute(bytes: Buffer): number | Error;
  finish(): undefined | Error;
}
interface NodeParserClass {
  new (): NodeParser;
  readonly RESPONSE: number;
  readonly kOnHeadersComplete: number;
  readonly kOnMessageComplete: number;
}
/** Not public, and all there is of Node's parser without a socket. */
const { HTTPParser } = createRequire(import.meta.url)("_http_common") as { HTTPParser: NodeParserClass };

interface Read {
  readonly status: number;
  readonly keeps: boolean;
}

/** The answer that is not an interim one; null when it is not complete, not HTTP, or followed by another. */
function byNode(bytes: Buffer, toHead: boolean): Read | null {
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.RESPONSE, {});
  let read: Read | null = null;
  let complete = 0;
  parser[HTTPParser.kOnHeadersComplete] = (...given) => {
    const [status, keeps] = [Number(given[5]), given[8] === true];
    read = status < 200 && status !== 101 ? null : { status, keeps };
    return toHead ? 1 : 0;
  };
  parser[HTTPParser.kOnMessageComplete] = () => {
    if (read !== null) complete++;
  };
  if (parser.execute(bytes) instanceof Error) return null;
  if (complete === 0 && parser.finish() instanceof Error) return null;
  return complete === 1 ? read : null;
}

function byUs(bytes: Buffer, toHead: boolean, cuts: readonly number[]): (Read & { readonly taken: number }) | null {
  const parser = newParser();
  expectAnswer(parser, toHead);
  const places = [...new Set([0, ...cuts.filter((it) => it < bytes.length), bytes.length])].sort((a, b) => a - b);
  let taken = 0;
  for (const [i, from] of places.slice(0, -1).entries()) {
    const piece = Buffer.from(bytes.subarray(from, places[i + 1]));
    taken = from + feed(parser, piece, 0, piece.length);
    if (parser.state === State.done || parser.state === State.bad) break;
  }
  if (parser.state !== State.bad) feedEnd(parser);
  return parser.state === State.done ? { status: parser.status, keeps: !parser.close, taken } : null;
}

const line = fc.constantFrom(
  "Content-Length: 5",
  "content-length:5",
  "Content-Length: 0",
  "Content-Length: 005",
  "Content-Length : 5",
  "Content-Length: 5,5",
  "Content-Length: +5",
  "Content-Length:\t5 ",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: gzip, Chunked ",
  "Transfer-Encoding: chunked, gzip",
  "Transfer-Encoding: gzip",
  "Transfer-Encoding: xchunked",
  "Transfer-Encoding: gzip chunked",
  "Connection: close",
  "Connection: keep-alive",
  "Connection: Upgrade, close",
  "Connection: Keep-Alive, x",
  "Connection: closed",
  "Connection: x keep-alive",
  "Connection:",
  "Keep-Alive: timeout=5, max=100",
  "Upgrade: websocket",
  "X: : : \u00e9",
  "X:",
  "T: chunked",
  " folded",
  "no colon",
  ": no name",
);
const statusLine = fc.constantFrom(
  "HTTP/1.1 200 OK",
  "HTTP/1.1 200 ",
  "HTTP/1.1 200",
  "HTTP/1.0 200 OK",
  "HTTP/1.1 204 No Content",
  "HTTP/1.1 304 Not Modified",
  "HTTP/1.1 404 Not Found \u00e9",
  "HTTP/1.1 101 Switching Protocols",
  "HTTP/1.1 999 Odd",
  "HTTP/1.1 20 Short",
  "HTTP/1.1 2000 Long",
  "HTTP/2.0 200 OK",
);
const interim = fc.constantFrom(
  "",
  "",
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 103 Early\r\nContent-Length: 3\r\n\r\n",
);
const body = fc.constantFrom(
  "",
  "hello",
  "hell",
  "5\r\nhello\r\n0\r\n\r\n",
  "5;a=b\r\nhello\r\n000\r\nTrailer: x\r\n\r\n",
  "5\r\nhello\r\n",
  "A\r\n0123456789\r\n2\r\nab\r\n0\r\n\r\n",
  "5 \r\nhello\r\n0\r\n\r\n",
  "0\r\n\r\n",
);
const answer = fc
  .tuple(interim, statusLine, fc.array(line, { maxLength: 4 }), body)
  .map(([first, status, lines, rest]) =>
    Buffer.from(`${first}${[status, ...lines].join("\r\n")}\r\n\r\n${rest}`, "latin1"),
  );
const cuts = fc.array(fc.nat({ max: 200 }), { maxLength: 8 });

function agrees(bytes: Buffer, toHead: boolean, at: readonly number[]): void {
  const theirs = byNode(bytes, toHead);
  // Node takes other versions for HTTP/1, and a status below 100 for an interim one.
  if (theirs === null || /HTTP\/(0\.9|2\.0|1\.\d 0)/.test(bytes.toString("latin1"))) return;
  const ours = byUs(bytes, toHead, at);
  expect(ours?.status).toBe(theirs.status);
  // After 101 there is no HTTP any more: we close, whatever follows.
  if (theirs.status === 101) expect(ours?.keeps).toBe(false);
  // Node passes over newlines before the next answer.
  else expect(bytes.toString("latin1", ours?.taken).replaceAll(/[\r\n]/g, "")).toBe("");
  // An answer to HEAD ends with its head; Node asks for a length all the same.
  if (theirs.status === 101 || toHead) return;
  if (ours?.keeps) expect(theirs.keeps).toBe(true);
  // Where closing is said in an odd way, we close.
  if (!/close/i.test(bytes.toString("latin1"))) expect(ours?.keeps).toBe(theirs.keeps);
}

test.prop([answer, fc.boolean(), cuts], { numRuns: 3000 })("answers made of odd parts", agrees);

test.prop([answer, fc.boolean(), cuts, fc.nat(), fc.integer({ min: 0, max: 255 })], { numRuns: 3000 })(
  "answers with one byte changed",
  (bytes, toHead, at, place, value) => {
    const changed = Buffer.from(bytes);
    changed[place % changed.length] = value;
    agrees(changed, toHead, at);
  },
);

test.prop([answer, fc.boolean(), cuts])("where it was cut changes nothing", (bytes, toHead, at) => {
  expect(byUs(bytes, toHead, at)).toEqual(byUs(bytes, toHead, []));
});
