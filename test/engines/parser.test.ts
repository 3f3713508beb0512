/** The response parser, on answers cut anywhere and on what is no answer at all. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { expectAnswer, feed, feedEnd, maxHeadBytes, newParser } from "../../runner/engines/native/http1/parser.ts";
import { State } from "../../runner/engines/native/http1/parser-state.ts";

interface Answer {
  readonly bytes: Buffer;
  readonly status: number;
  readonly close: boolean;
}

const body = fc.uint8Array({ maxLength: 300 }).map((it) => Buffer.from(it));
const status = fc.constantFrom(200, 201, 302, 404, 500, 503);
const noise = fc
  .array(
    fc.constantFrom(
      "Server: x",
      "Content-Type: text/plain; a=b",
      "Connectio: close",
      "Set-Cookie: a=b:c",
      "T: 1",
      "X:",
    ),
    {
      maxLength: 4,
    },
  )
  .map((lines) => lines.map((it) => `${it}\r\n`).join(""));
const connection = fc.constantFrom("", "Connection: keep-alive\r\n", "connection: Close\r\n");
const interim = fc.constantFrom("", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");

const chunks = (content: Buffer, sizes: readonly number[]): Buffer => {
  const parts: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    const part = content.subarray(at, at + size);
    if (part.length === 0) break;
    parts.push(Buffer.from(`${part.length.toString(16)};x=y\r\n`), part, Buffer.from("\r\n"));
    at += part.length;
  }
  if (at < content.length) {
    parts.push(Buffer.from(`${(content.length - at).toString(16).toUpperCase()}\r\n`), content.subarray(at));
    parts.push(Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from("0\r\nTrailer: 1\r\n\r\n")]);
};

const withLength = fc
  .tuple(interim, status, noise, connection, body)
  .map(([first, code, lines, keep, content]): Answer => {
    const head = `${first}HTTP/1.1 ${code} Fine\r\n${lines}CONTENT-Length:  ${content.length} \r\n${keep}\r\n`;
    return { bytes: Buffer.concat([Buffer.from(head), content]), status: code, close: keep.includes("Close") };
  });
const chunked = fc
  .tuple(interim, status, noise, connection, body, fc.array(fc.integer({ min: 1, max: 40 })))
  .map(([first, code, lines, keep, content, sizes]): Answer => {
    const head = `${first}HTTP/1.1 ${code}\r\n${keep}Transfer-Encoding: gzip, chunked\r\n${lines}\r\n`;
    return {
      bytes: Buffer.concat([Buffer.from(head), chunks(content, sizes)]),
      status: code,
      close: keep.includes("Close"),
    };
  });
const bodiless = fc.tuple(fc.constantFrom(204, 304), noise, connection).map(
  ([code, lines, keep]): Answer => ({
    bytes: Buffer.from(`HTTP/1.1 ${code} No\r\n${lines}${keep}Content-Length: 7\r\n\r\n`),
    status: code,
    close: keep.includes("Close"),
  }),
);
const answer = fc.oneof(withLength, chunked, bodiless);
const cuts = fc.array(fc.nat({ max: 1200 }), { maxLength: 12 });

/** Feeds `bytes` in pieces cut at the given places; returns how many were taken. */
function feedCut(parser: ReturnType<typeof newParser>, bytes: Buffer, at: readonly number[]): number {
  const places = [...new Set([0, ...at.filter((it) => it < bytes.length), bytes.length])].sort((a, b) => a - b);
  for (const [i, from] of places.slice(0, -1).entries()) {
    const to = places[i + 1] as number;
    // Each piece lies somewhere in a larger buffer that is used again, as in the engine.
    const shared = Buffer.alloc(to - from + 20, "C");
    bytes.copy(shared, 5, from, to);
    const taken = feed(parser, shared, 5, 5 + to - from) - 5;
    shared.fill(0);
    if (taken < to - from) return from + taken;
  }
  return bytes.length;
}

const whole = (text: string, toHead = false) => {
  const parser = newParser();
  expectAnswer(parser, toHead);
  const bytes = Buffer.from(text, "latin1");
  return { parser, taken: feed(parser, bytes, 0, bytes.length), length: bytes.length };
};

describe("an answer that is cut anywhere", () => {
  test.prop([answer, cuts])("ends exactly where it ends", ({ bytes, status: code, close }, at) => {
    const parser = newParser();
    expectAnswer(parser, false);
    expect(feedCut(parser, bytes, at)).toBe(bytes.length);
    expect([parser.state, parser.status, parser.close]).toEqual([State.done, code, close]);
  });
  test.prop([answer, cuts, fc.uint8Array({ minLength: 1, maxLength: 20 })])(
    "leaves alone what comes after it",
    ({ bytes }, at, more) => {
      const parser = newParser();
      expectAnswer(parser, false);
      expect(feedCut(parser, Buffer.concat([bytes, more]), at)).toBe(bytes.length);
      expect(parser.state).toBe(State.done);
    },
  );
  test.prop([answer, fc.nat()])("is not complete before its last byte", ({ bytes }, cut) => {
    const parser = newParser();
    expectAnswer(parser, false);
    feedCut(parser, bytes.subarray(0, cut % bytes.length), []);
    expect(parser.state).not.toBe(State.done);
    expect(feedEnd(parser)).toBe(false);
  });
  test.prop([answer, answer, cuts])("leaves the parser fit for the next one", (one, two, at) => {
    const parser = newParser();
    for (const it of [one, two]) {
      expectAnswer(parser, false);
      feedCut(parser, it.bytes, at);
      expect([parser.state, parser.status, parser.close]).toEqual([State.done, it.status, it.close]);
    }
  });
});

describe("bytes that are no answer", () => {
  test.prop([fc.uint8Array({ maxLength: 400 }), cuts])("never make it throw or read on past them", (bytes, at) => {
    const parser = newParser();
    expectAnswer(parser, false);
    expect(feedCut(parser, Buffer.from(bytes), at)).toBeLessThanOrEqual(bytes.length);
  });
  test.prop([answer, fc.nat(), fc.integer({ min: 0, max: 255 }), cuts])(
    "one changed byte never makes it throw",
    ({ bytes }, place, value, at) => {
      const changed = Buffer.from(bytes);
      changed[place % changed.length] = value;
      const parser = newParser();
      expectAnswer(parser, false);
      feedCut(parser, changed, at);
    },
  );
  test.each([
    "SSH-2.0-OpenSSH_9\r\n",
    "HTTP/2 200\r\n\r\n",
    "HTTP/1.1 20x OK\r\n\r\n",
    "HTTP/1.1 099 Low\r\n\r\n",
    "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
    "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n;\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nab\r\n0\r\n\r\n",
  ])("%j is bad", (text) => expect(whole(text).parser.state).toBe(State.bad));
  test("a head beyond the limit is bad, in one piece or many", () => {
    const parser = newParser();
    expectAnswer(parser, false);
    const line = Buffer.from(`A: ${"x".repeat(1000)}\r\n`);
    feed(parser, Buffer.from("HTTP/1.1 200 OK\r\n"), 0, 17);
    for (let i = 0; i * line.length < maxHeadBytes + 2000; i++) feed(parser, line, 0, line.length);
    expect(parser.state).toBe(State.bad);
  });
  test("trailers without end are bad", () => {
    const { parser } = whole("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
    const line = Buffer.from(`A: ${"x".repeat(1000)}\r\n`);
    for (let i = 0; i < 70; i++) feed(parser, line, 0, line.length);
    expect(parser.state).toBe(State.bad);
  });
});

describe("where the body ends", () => {
  test("after the longest head in single bytes as well", () => {
    const parser = newParser();
    expectAnswer(parser, false);
    const lines = "A: b\r\n".repeat(10_900);
    const bytes = Buffer.from(`HTTP/1.1 200 OK\r\n${lines}Content-Length: 2\r\n\r\nok`);
    for (let at = 0; at < bytes.length; at++) feed(parser, bytes, at, at + 1);
    expect([parser.state, parser.status]).toEqual([State.done, 200]);
    expect(bytes.length).toBeGreaterThan(maxHeadBytes - 200);
  });
  test.prop([body, cuts, fc.boolean()])(
    "with the connection, cut anywhere, unless HEAD asked",
    (content, at, toHead) => {
      const parser = newParser();
      expectAnswer(parser, toHead);
      const head = Buffer.from("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n");
      const taken = feedCut(parser, Buffer.concat([head, content]), at);
      expect(taken).toBe(toHead ? head.length : head.length + content.length);
      expect(feedEnd(parser)).toBe(true);
      expect(parser.close).toBe(!toHead);
    },
  );
  test("with the connection, when nothing else is said", () => {
    const { parser } = whole("HTTP/1.1 200 OK\r\n\r\nhello");
    expect(parser.state).toBe(State.untilClose);
    expect(feedEnd(parser)).toBe(true);
    expect(parser.close).toBe(true);
  });
  test("at once after HEAD", () => {
    const { parser, taken } = whole("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", true);
    expect([parser.state, taken]).toEqual([State.done, 38]);
  });
  test("a length beside chunks is not believed, nor the connection trusted", () => {
    const { parser } = whole(
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    );
    expect([parser.state, parser.close]).toEqual([State.done, true]);
  });
  test("closing is said once for all, however often the opposite is", () => {
    for (const lines of [
      "Connection: close\r\nConnection: keep-alive",
      "Connection: keep-alive\r\nConnection: x, Close",
    ])
      expect(whole(`HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${lines}\r\n\r\n`).parser.close).toBe(true);
  });
  test("HTTP/1.0 closes unless it says otherwise", () => {
    expect(whole("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").parser.close).toBe(true);
    expect(whole("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n").parser.close).toBe(false);
  });
  test("the server's keep-alive hint is read", () => {
    expect(whole("HTTP/1.1 204 No\r\nKeep-Alive: timeout=5, max=9\r\n\r\n").parser.keepAliveMs).toBe(5000);
  });
  test("bare newlines end lines of a head, too", () => {
    expect(whole("HTTP/1.1 200 OK\nContent-Length: 2\n\nok").parser.state).toBe(State.done);
  });
});
