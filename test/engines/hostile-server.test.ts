/** What becomes of requests to servers that answer badly, slowly, twice, or not at all. Open model, real sockets. */
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { renderHttp1 } from "../../runner/engines/native/http1/render.ts";
import type { Outcome } from "../../runner/record/outcomes.ts";
import type { LoadSpec } from "../../runner/record/scenario.ts";
import { seeded } from "../../runner/shared/random.ts";
import { aLoad, allOf, aRequest, onePhase, runLoad, shortLoad } from "../support/load.ts";
import { senderTo } from "../support/pool.ts";
import { closedPort, httpServer, type Listening, rawServer, tcpServer } from "../support/tcp-server.ts";

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

async function outcomesOf(server: Listening, changes: Partial<LoadSpec> = {}) {
  const it = await shortLoad(server, aLoad(changes));
  expect(it.due).toBe(50);
  return it;
}

const behaviours: readonly [string, Partial<Record<Outcome, number>>, (socket: Socket, served: number) => void][] = [
  ["answers in single bytes", { ok: 50 }, (socket) => void dribble(socket, ok)],
  ["says 404", { "4xx": 50 }, (socket) => void socket.write(ok.replace("200", "404"))],
  ["says 503", { "5xx": 50 }, (socket) => void socket.write(ok.replace("200", "503"))],
  ["says 301", { ok: 50 }, (socket) => void socket.write(ok.replace("200", "301"))],
  ["closes after each answer", { ok: 50 }, (socket) => void socket.end(ok.replace("OK", "OK\r\nConnection: close"))],
  ["ends bodies by closing", { ok: 50 }, (socket) => void socket.end("HTTP/1.1 200 OK\r\n\r\nanything")],
  ["sends 100 and 103 first", { ok: 50 }, (socket) => void socket.write(`HTTP/1.1 100 Continue\r\n\r\n${ok}`)],
  ["sends everything twice", { ok: 50 }, (socket) => void socket.write(ok + ok)],
  ["speaks something else", { protocol: 50 }, (socket) => void socket.write("SSH-2.0-x\r\n")],
  ["closes instead of answering", { lost: 50 }, (socket) => void socket.end()],
  ["closes within an answer", { lost: 50 }, (socket) => void socket.end(ok.slice(0, -1))],
  ["resets instead of answering", { reset: 50 }, (socket) => void socket.resetAndDestroy()],
  ["never answers", { timeout: 50 }, () => undefined],
  ["sends interim answers for ever", { timeout: 50 }, (socket) => forever(socket, "HTTP/1.1 100 Continue\r\n\r\n")],
  [
    "sends a head for ever",
    { protocol: 50 },
    (socket) => forever(socket, `HTTP/1.1 200 OK\r\n${"A: b\r\n".repeat(2000)}`),
  ],
  ["never ends its head", { timeout: 50 }, (socket) => void socket.write("HTTP/1.1 200 OK\r\nA: ")],
];

describe("a server that", () => {
  test.concurrent.each(behaviours)("%s gives %j", async (_, expected, answer) => {
    await using server = await rawServer(answer);
    const { counts } = await outcomesOf(server, "timeout" in expected ? { timeoutMs: 300 } : {});
    expect(counts).toEqual(expected);
  });
});

test.concurrent("a refused port is an outcome of each request, and nothing was sent", async () => {
  const load = aLoad();
  const it = await runLoad({ port: await closedPort(), load, phases: [onePhase(load, 500)] });
  expect(it.totals).toMatchObject({ due: 50, sent: 0, connect: 50 });
  expect(allOf(it.lines, "service", "connect").totalCount).toBe(0);
});

test.concurrent("what times out is recorded at no less than the timeout, and the load ends in time", async () => {
  await using server = await tcpServer(() => undefined);
  const it = await outcomesOf(server, { timeoutMs: 300 });
  const times = allOf(it.lines, "response", "timeout");
  expect(times.totalCount).toBe(50);
  expect(times.minNonZeroValue).toBeGreaterThanOrEqual(299_000);
});

test.concurrent("an answer that nobody asked for closes the connection, and harms no request", async () => {
  await using server = await rawServer((socket) => {
    socket.write(ok);
    setTimeout(() => socket.write(ok), 5);
  });
  const { counts } = await outcomesOf(server, { model: { kind: "open", rate: 100, spacing: "even" } });
  // The stray answer may arrive when the connection is idle (it is closed) or already in use again (it counts as the answer).
  expect(counts.ok).toBe(50);
  expect(server.accepted()).toBeGreaterThan(1);
});

test.concurrent("beyond the limit in flight, requests are dropped and counted, and no more connections are opened", async () => {
  await using server = await tcpServer(() => undefined);
  const { counts, lines } = await outcomesOf(server, { maxInFlight: 7, timeoutMs: 5000 });
  expect(counts).toEqual({ dropped: 43, timeout: 7 });
  expect(server.accepted()).toBe(7);
  expect(lines.find((it) => it.type === "histogram" && it.outcome === "dropped")).toMatchObject({
    count: 43,
    response: null,
    service: null,
  });
});

test.concurrent("a connection is given up after its maximum of requests, and after its age", async () => {
  const seen = new Map<Socket, number>();
  await using server = await rawServer((socket) => {
    seen.set(socket, (seen.get(socket) ?? 0) + 1);
    setTimeout(() => socket.write(ok), 5);
  });
  // One user: a stall of this process opens no second connection.
  const load = aLoad({
    model: { kind: "closed", connections: 1 },
    keepAlive: { maxRequests: 5, maxAgeMs: null },
  });
  await runLoad({ port: server.port, load, phases: [onePhase(load, 2000)] });
  const served = [...seen.values()];
  expect(served.length).toBeGreaterThan(2);
  expect(new Set(served.slice(0, -1))).toEqual(new Set([5]));
  const before = server.accepted();
  await outcomesOf(server, { keepAlive: { maxRequests: null, maxAgeMs: 100 } });
  expect(server.accepted() - before).toBeGreaterThanOrEqual(4);
});

test.concurrent("a connection is not used again shortly before the server said that it closes it", async () => {
  await using server = await rawServer((socket) => {
    socket.write(ok.replace("OK", "OK\r\nKeep-Alive: timeout=1"));
  });
  let now = 0;
  using sender = senderTo(server.port, undefined, undefined, { now: () => now });
  const get = renderHttp1(aRequest(), { host: "127.0.0.1", port: server.port });
  // Given up after half of that second.
  for (const [afterMs, connections] of [
    [0, 1],
    [499, 1],
    [501, 2],
  ] as const) {
    now += afterMs;
    expect(await sender.send(get)).toBe("ok");
    expect(server.accepted()).toBe(connections);
  }
});

test.concurrent("methods, headers, bodies and weights reach the server as they are", async () => {
  const seen: { method: string; url: string; host: string; body: string; tag: string }[] = [];
  await using server = await httpServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      seen.push({ method, url, host: headers.host ?? "", body, tag: String(headers["x-tag"] ?? "") });
      response.end(method === "HEAD" ? undefined : "fine");
    });
  });
  const { totals } = await outcomesOf(server, {
    requests: [
      aRequest({ name: "buy", method: "POST", path: "/buy?n=1", headers: { "X-Tag": "é" }, body: "größe", weight: 3 }),
      aRequest({ name: "look", method: "HEAD", path: "/look", headers: { Host: "shop.example" } }),
      aRequest({ name: "never", path: "/never", weight: 0 }),
    ],
  });
  expect(totals.ok).toBe(50);
  const buys = seen.filter((it) => it.method === "POST");
  const looks = seen.filter((it) => it.method === "HEAD");
  expect(buys.length + looks.length).toBe(50);
  expect(buys.length).toBeGreaterThan(looks.length);
  expect(new Set(buys.map((it) => JSON.stringify([it.url, it.host, it.body, it.tag])))).toEqual(
    new Set([JSON.stringify(["/buy?n=1", `127.0.0.1:${server.port}`, "größe", "é"])]),
  );
  expect(looks.every((it) => it.host === "shop.example")).toBe(true);
});

test.concurrent("Node's own server, in every shape of answer it knows, keeps its connections", async () => {
  const random = seeded(5, "shapes");
  await using server = await httpServer((request, response) => {
    const body = "x".repeat(Math.floor(random() ** 4 * 300_000));
    const pieces = Math.floor(random() * 4);
    if (random() < 0.2) response.writeEarlyHints({ link: "</a>; rel=preload" });
    response.statusCode = random() < 0.2 ? 204 : 200;
    for (let i = 0; i < pieces; i++) response.write(body);
    if (random() < 0.3) response.addTrailers({ "x-sum": "1" });
    if (request.method === "HEAD" || random() < 0.5) response.end();
    else response.end(body);
  });
  const requests = [aRequest(), aRequest({ name: "head", method: "HEAD" }), aRequest({ name: "put", method: "PUT" })];
  const load = aLoad({ requests, model: { kind: "closed", connections: 4 } });
  const { totals } = await runLoad({ port: server.port, load, phases: [onePhase(load, 2000)] });
  expect(totals.ok).toBeGreaterThan(50);
  expect(totals.ok).toBe(totals.due);
  expect(server.accepted()).toBe(4);
});

async function dribble(socket: Socket, text: string): Promise<void> {
  for (const character of text) {
    socket.write(character);
    await new Promise(setImmediate);
  }
}

function forever(socket: Socket, text: string): void {
  const timer = setInterval(() => socket.write(text), 5);
  socket.on("close", () => clearInterval(timer));
}
