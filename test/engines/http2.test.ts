/** HTTP/2 by the native engine, with TLS and without, against Node's own server and servers that break off. */
import { constants, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import { describe, expect, test } from "vitest";
import { createHttp2Pool } from "../../runner/engines/native/http2/pool.ts";
import { renderHttp2 } from "../../runner/engines/native/http2/render.ts";
import { Code } from "../../runner/engines/worker/recorder.ts";
import type { Outcome } from "../../runner/record/outcomes.ts";
import type { LoadSpec } from "../../runner/record/scenario.ts";
import { aLoad, allOf, aRequest, onePhase, runLoad, shortLoad } from "../support/load.ts";
import { senderTo } from "../support/pool.ts";
import {
  closedPort,
  type Http2Listener,
  http2Server,
  httpServer,
  httpsServer,
  type Listening,
  streamServer,
  tcpServer,
} from "../support/tcp-server.ts";
import { certified, trusting } from "../support/tls.ts";

const three = { http2: { connections: 3 } } as const;

const outcomesOf = (server: Listening, changes: Partial<LoadSpec> = {}, durationMs = 500) =>
  shortLoad(server, aLoad({ ...three, ...changes }), durationMs);

const ways = [
  ["with TLS", certified("localhost"), { tls: trusting() }],
  ["without", {}, {}],
] as const;

describe.each(ways)("%s", (_, options, spoken) => {
  test.concurrent("an open load is answered on its connections", async () => {
    await using server = await http2Server((__, response) => response.end("x".repeat(200_000)), options);
    const { counts, lines, troubles, totals } = await outcomesOf(server, spoken);
    expect(counts).toEqual({ ok: 50 });
    expect(totals).toMatchObject({ due: 50, sent: 50, ok: 50 });
    expect(troubles).toEqual([]);
    expect(server.accepted()).toBe(3);
    const ports = new Set(lines.flatMap((line) => (line.type === "request" ? [line.port] : [])));
    expect(ports.size).toBeLessThanOrEqual(3);
    expect([...ports].every((port) => typeof port === "number" && port > 0)).toBe(true);
  });

  test.concurrent("a closed load has as many requests outstanding as clients", async () => {
    let now = 0;
    let most = 0;
    await using server = await http2Server((__, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        response.end("ok");
      }, 20);
    }, options);
    const { counts, due } = await outcomesOf(server, { ...spoken, model: { kind: "closed", connections: 7 } });
    expect(counts).toEqual({ ok: due });
    expect(most).toBe(7);
    expect(server.accepted()).toBe(3);
  });
});

test.concurrent("two workers share the connections, and the sum of what they did is exact", async () => {
  await using server = await http2Server((_, response) => response.end("ok"));
  const { counts, totals } = await outcomesOf(server, { workers: 2 });
  expect(counts).toEqual({ ok: 50 });
  expect(totals).toMatchObject({ due: 50, sent: 50, ok: 50 });
  expect(server.accepted()).toBe(3);
});

test.concurrent("methods, headers, bodies and the authority reach the server as they are", async () => {
  const seen: string[] = [];
  await using server = await http2Server((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const { method, url, authority, headers } = request;
      seen.push(JSON.stringify([method, url, authority, headers["x-tag"], headers["content-length"], body]));
      response.end(method === "HEAD" ? "" : "fine");
    });
  });
  const { counts } = await outcomesOf(server, {
    requests: [
      aRequest({ name: "buy", method: "POST", path: "/buy?n=1", headers: { "X-Tag": "é" }, body: "größe" }),
      aRequest({ name: "look", method: "HEAD", path: "/look", headers: { Host: "shop.example" } }),
    ],
  });
  expect(counts).toEqual({ ok: 50 });
  expect(new Set(seen)).toEqual(
    new Set([
      JSON.stringify(["POST", "/buy?n=1", `127.0.0.1:${server.port}`, "é", "7", "größe"]),
      JSON.stringify(["HEAD", "/look", "shop.example", undefined, undefined, ""]),
    ]),
  );
});

const ok = (stream: ServerHttp2Stream) => {
  stream.respond({ ":status": 200 });
  stream.end("ok");
};
/** Once there is an answer's beginning on the wire. */
const begun = (stream: ServerHttp2Stream, then: () => void) => {
  stream.respond({ ":status": 200 });
  stream.write("a", () => setTimeout(then, 20));
};

const behaviours: readonly [
  string,
  Partial<Record<Outcome, number>>,
  (stream: ServerHttp2Stream, reset: () => void) => void,
][] = [
  ["says 404", { "4xx": 50 }, (stream) => stream.respond({ ":status": 404 }, { endStream: true })],
  ["says 503", { "5xx": 50 }, (stream) => stream.respond({ ":status": 503 }, { endStream: true })],
  ["says 301 without a body", { ok: 50 }, (stream) => stream.respond({ ":status": 301 }, { endStream: true })],
  [
    "sends hints first and trailers last",
    { ok: 50 },
    (stream) => {
      stream.additionalHeaders({ ":status": 103, link: "</a>" });
      stream.respond({ ":status": 200 }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "1" }));
      stream.end("ok");
    },
  ],
  ["resets streams", { reset: 50 }, (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR)],
  ["refuses streams", { reset: 50 }, (stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM)],
  ["cancels streams", { reset: 50 }, (stream) => stream.close(constants.NGHTTP2_CANCEL)],
  ["ends streams without an answer", { reset: 50 }, (stream) => stream.close(constants.NGHTTP2_NO_ERROR)],
  ["never answers", { timeout: 50 }, () => undefined],
  ["never ends its answer", { timeout: 50 }, (stream) => begun(stream, () => undefined)],
  ["closes instead of answering", { lost: 50 }, (stream) => stream.session?.destroy()],
  [
    "says goodbye with an error",
    { reset: 50 },
    (stream) => stream.session?.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM, stream.id),
  ],
];

describe("a server that", () => {
  test.concurrent.each(behaviours)("%s gives %j", async (_, expected, answer) => {
    await using server = await streamServer(answer);
    const { counts, totals } = await outcomesOf(server, "timeout" in expected ? { timeoutMs: 300 } : {});
    expect(counts).toEqual(expected);
    expect(totals.sent).toBe(50);
  });

  // Node's server ends its streams before its connection, as if they were complete but for the last frame.
  test.concurrent("closes within answers gives none that is ok", async () => {
    await using server = await streamServer((stream) => begun(stream, () => stream.session?.destroy()));
    const { counts } = await outcomesOf(server);
    expect((counts.lost ?? 0) + (counts.reset ?? 0)).toBe(50);
  });

  // Of a connection that was reset while we write Node tells only that it ended.
  test.concurrent("breaks off before or within answers gives none that is ok, and reset where it is known", async () => {
    let served = 0;
    await using server = await streamServer((stream, reset) => {
      const close = () => stream.session?.destroy();
      const ways = [reset, close, () => begun(stream, reset), () => begun(stream, close)];
      ways[served++ % ways.length]?.();
    });
    const { counts, totals } = await outcomesOf(server);
    expect((counts.lost ?? 0) + (counts.reset ?? 0)).toBe(50);
    expect(counts.reset).toBeGreaterThan(0);
    expect(totals.sent).toBe(50);
  });

  test.concurrent("speaks HTTP/1.1 alone is told as what it is, and no request was sent", async () => {
    await using plain = await httpServer((_, response) => response.end("ok"));
    await using chosen = await httpsServer((_, response) => response.end("ok"), {
      ...certified("localhost"),
      ALPNProtocols: [],
    });
    await using refused = await httpsServer((_, response) => response.end("ok"));
    for (const [server, more] of [
      [plain, {}],
      [chosen, { tls: trusting() }],
      [refused, { tls: trusting() }],
    ] as const) {
      const { counts, totals, troubles } = await outcomesOf(server, more);
      expect(counts).toEqual({ connect: 50 });
      expect(totals.sent).toBe(0);
      expect(troubles[0]?.reason).toMatch(/^it (does not speak HTTP\/2|refused the protocol)/);
    }
  });

  test.concurrent("accepts and says nothing lets requests time out, and the load end", async () => {
    await using server = await tcpServer(() => undefined);
    const { counts, totals } = await outcomesOf(server, { timeoutMs: 300 });
    expect(counts).toEqual({ timeout: 50 });
    expect(totals.sent).toBe(0);
  });

  test.concurrent("is not there: an outcome of each request, and nothing was sent", async () => {
    const load = aLoad(three);
    const it = await runLoad({ port: await closedPort(), load, phases: [onePhase(load, 500)] });
    expect(it.totals).toMatchObject({ due: 50, sent: 0, connect: 50 });
    expect(allOf(it.lines, "service", "connect").totalCount).toBe(0);
  });
});

test.concurrent("a refused port is tried with growing pauses in the closed model", async () => {
  const load = aLoad({ ...three, model: { kind: "closed", connections: 4 } });
  const it = await runLoad({ port: await closedPort(), load, phases: [onePhase(load, 2000)] });
  expect(it.totals.connect).toBeGreaterThanOrEqual(8);
  expect(it.totals.connect).toBeLessThan(70);
  expect(it.totals).toMatchObject({ due: it.totals.connect, sent: 0, ok: 0 });
});

test.concurrent("a server that leaves in good order loses no request that it had taken, and is followed", async () => {
  const sessions = new Map<ServerHttp2Session, number>();
  await using server = await streamServer((stream) => {
    const session = stream.session as ServerHttp2Session;
    const served = (sessions.get(session) ?? 0) + 1;
    sessions.set(session, served);
    setTimeout(() => !stream.destroyed && ok(stream), 10);
    if (served === 5) session.close();
  });
  // So long that a stall in it leaves time for others to be followed to.
  const { counts } = await outcomesOf(server, {}, 3000);
  expect(Object.keys(counts).filter((it) => !["ok", "lost"].includes(it))).toEqual([]);
  const taken = [...sessions.values()].reduce((all, it) => all + it, 0);
  expect(counts.ok).toBe(taken);
  expect(sessions.size).toBeGreaterThan(3);
});

test.concurrent("no more requests are outstanding than the server allows; more connections carry the rest", async () => {
  const now = new Map<unknown, number>();
  let most = 0;
  const listener: Http2Listener = (request, response) => {
    const { session } = request.stream;
    now.set(session, (now.get(session) ?? 0) + 1);
    most = Math.max(most, now.get(session) ?? 0);
    setTimeout(() => {
      now.set(session, (now.get(session) ?? 0) - 1);
      response.end("ok");
    }, 300);
  };
  await using server = await http2Server(listener, { settings: { maxConcurrentStreams: 2 } });
  const { counts } = await outcomesOf(server, { model: { kind: "open", rate: 100, spacing: "even" } });
  expect(counts).toEqual({ ok: 50 });
  expect(most).toBe(2);
  // 30 are outstanding at a time.
  expect(server.accepted()).toBeGreaterThanOrEqual(10);
});

test.concurrent("a connection is given up after its maximum of requests, and after its age, without losing any", async () => {
  const seen = new Map<unknown, number>();
  await using server = await http2Server((request, response) => {
    seen.set(request.stream.session, (seen.get(request.stream.session) ?? 0) + 1);
    setTimeout(() => response.end("ok"), 5);
  });
  const few = await outcomesOf(server, { keepAlive: { maxRequests: 5, maxAgeMs: null } });
  expect(few.counts).toEqual({ ok: 50 });
  expect(Math.max(...seen.values())).toBe(5);
  const before = server.accepted();
  const young = await outcomesOf(server, { keepAlive: { maxRequests: null, maxAgeMs: 100 } }, 3000);
  expect(young.counts).toEqual({ ok: 300 });
  expect(server.accepted() - before).toBeGreaterThanOrEqual(9);
});

test.concurrent("a connection that has fallen silent is left for another, one that still answers is kept", async () => {
  const silent = new Set<unknown>();
  await using server = await streamServer((stream) => {
    // The first connection never answers.
    if (silent.size === 0) silent.add(stream.session);
    if (!silent.has(stream.session)) ok(stream);
  });
  // A busy machine may let one that answers be silent for a second or two.
  const model = { kind: "open", rate: 50, spacing: "even" } as const;
  const load = aLoad({ http2: { connections: 1 }, timeoutMs: 3000, model });
  const it = await runLoad({ port: server.port, load, phases: [onePhase(load, 6000)] });
  expect(server.accepted()).toBe(2);
  expect(it.totals.timeout).toBeGreaterThan(20);
  expect(it.totals.ok).toBeGreaterThan(20);
  expect(it.totals.ok + it.totals.timeout).toBe(300);
  let requests = 0;
  await using forgetful = await streamServer((stream) => {
    if (++requests % 5 !== 0) ok(stream);
  });
  const one = await runLoad({ port: forgetful.port, load, phases: [onePhase(load, 4000)] });
  expect(one.totals).toMatchObject({ due: 200, ok: 160, timeout: 40 });
  expect(forgetful.accepted()).toBe(1);
});

test.concurrent("connections take turns", async () => {
  const served: unknown[] = [];
  await using server = await http2Server((request, response) => {
    served.push(request.stream.session);
    response.end("ok");
  });
  using sender = senderTo(server.port, undefined, (options) => createHttp2Pool(options, 3));
  const message = renderHttp2(aRequest(), { host: "127.0.0.1", port: server.port }, "http");
  while (new Set(served).size < 3) expect(await sender.send(message)).toBe("ok");
  for (let i = 0; i < 12; i++) await sender.send(message);
  const turns = served.slice(-12);
  expect(turns.every((it, i) => it === turns[i % 3])).toBe(true);
  expect([new Set(turns).size, server.accepted()]).toEqual([3, 3]);
});

test.concurrent("answers can be looked into", async () => {
  await using server = await http2Server((request, response) => {
    response.setHeader("x-path", request.url);
    response.setHeader("set-cookie", ["a=1", "b=2"]);
    response.write("hel");
    setImmediate(() => response.end("lo"));
  });
  const seen: string[] = [];
  let wanted = true;
  using sender = senderTo(
    server.port,
    {
      wants: () => wanted,
      judge: (answer, outcome) => {
        seen.push(
          `${answer.status} ${answer.header("x-path")} ${answer.headers("set-cookie")} ${answer.body} ${outcome === Code.ok}`,
        );
        return Code.protocol;
      },
    },
    (options) => createHttp2Pool(options, 1),
  );
  const message = renderHttp2(aRequest({ path: "/a" }), { host: "127.0.0.1", port: server.port }, "http");
  expect(await sender.send(message)).toBe("protocol");
  wanted = false;
  expect(await sender.send(message)).toBe("ok");
  expect(seen).toEqual(["200 /a a=1,b=2 hello true"]);
  expect(server.accepted()).toBe(1);
});
