/** Answers that somebody looks into: what the server said arrives as it was said, however it was cut. */
import { fc, test } from "@fast-check/vitest";
import { expect, test as plain } from "vitest";
import { type Answer, keep, maxKeptBytes, nothingKept } from "../../runner/engines/native/answer.ts";
import { answerOf } from "../../runner/engines/native/http1/message.ts";
import { expectAnswer, feed, newParser } from "../../runner/engines/native/http1/parser.ts";
import { State } from "../../runner/engines/native/http1/parser-state.ts";
import { renderHttp1 } from "../../runner/engines/native/http1/render.ts";
import { Code } from "../../runner/engines/worker/recorder.ts";
import { aRequest } from "../support/load.ts";
import { senderTo } from "../support/pool.ts";
import { httpServer } from "../support/tcp-server.ts";

/** As a connection does it: each read is fed to the parser, and kept up to where the answer ends. */
function read(bytes: Buffer, cuts: readonly number[]): Answer {
  const parser = newParser();
  const kept = nothingKept();
  expectAnswer(parser, false);
  const places = [...new Set([0, ...cuts.filter((it) => it < bytes.length), bytes.length])].sort((a, b) => a - b);
  for (const [i, from] of places.slice(0, -1).entries()) {
    const piece = Buffer.from(bytes.subarray(from, places[i + 1]));
    keep(kept, piece, feed(parser, piece, 0, piece.length));
    piece.fill("C");
    if (parser.state === State.done) break;
  }
  expect(parser.state).toBe(State.done);
  return answerOf(kept);
}

const body = fc.uint8Array({ maxLength: 400 }).map((it) => Buffer.from(it));
const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 8 });
const interim = fc.constantFrom("", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nX-A: no\r\n\r\n");
const cuts = fc.array(fc.nat({ max: 900 }), { maxLength: 12 });

function asChunks(content: Buffer, lengths: readonly number[]): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const size of [...lengths, content.length]) {
    const part = content.subarray(at, at + size);
    if (part.length > 0) parts.push(Buffer.from(`${part.length.toString(16)};a=b\r\n`), part, Buffer.from("\r\n"));
    at += part.length;
  }
  return Buffer.concat([...parts, Buffer.from("0\r\nTrailer: 1\r\n\r\n")]);
}

const fields = "X-A: one\r\nx-a:two\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nX-Folded: long\r\n  tail\r\n";

test.prop([interim, body, sizes, fc.boolean(), cuts, body])(
  "status, fields and body are those that were sent, whatever the cuts and what follows",
  (first, content, lengths, chunked, at, garbage) => {
    const head = `${first}HTTP/1.1 201 Made\r\n${fields}${chunked ? "Transfer-Encoding: chunked" : `Content-Length: ${content.length}`}\r\n\r\n`;
    const sent = Buffer.concat([Buffer.from(head), chunked ? asChunks(content, lengths) : content, garbage]);
    const answer = read(sent, at);
    expect(answer.status).toBe(201);
    expect(answer.body.equals(content)).toBe(true);
    expect(answer.header("x-a")).toBe("one, two");
    expect(answer.header("x-folded")).toBe("long tail");
    expect(answer.headers("set-cookie")).toEqual(["a=1; Path=/", "b=2"]);
    expect([answer.header("x-b"), answer.isCut]).toEqual([undefined, false]);
  },
);

plain("a body beyond what is kept is cut, and says so", () => {
  const content = Buffer.alloc(maxKeptBytes + 1_000_000, "x");
  const head = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${content.length}\r\n\r\n`);
  const answer = read(Buffer.concat([head, content]), [100_000, 200_000]);
  expect([answer.body.length, answer.isCut]).toEqual([maxKeptBytes, true]);
});

plain("only answers that are wanted are looked into, and what is found there is what is recorded", async () => {
  await using server = await httpServer((request, response) => {
    response.setHeader("x-path", request.url ?? "");
    response.write("hel");
    setImmediate(() => response.end("lo"));
  });
  const seen: string[] = [];
  let wanted = true;
  using sender = senderTo(server.port, {
    wants: () => wanted,
    judge: (answer, outcome) => {
      seen.push(`${answer.status} ${answer.header("x-path")} ${answer.body} ${outcome === Code.ok}`);
      return Code.protocol;
    },
  });
  const message = renderHttp1(aRequest({ path: "/a" }), { host: "127.0.0.1", port: server.port });
  expect(await sender.send(message)).toBe("protocol");
  wanted = false;
  expect(await sender.send(message)).toBe("ok");
  expect(seen).toEqual(["200 /a hello true"]);
  expect(sender.totals()).toMatchObject({ due: 2, sent: 2, ok: 1, protocol: 1 });
  expect(server.accepted()).toBe(1);
});
