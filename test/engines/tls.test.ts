/** HTTP/1.1 over TLS, by the native engine against real servers; and what a user hears when it can't be. */
import { connect } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import type { LoadSpec, TlsSpec } from "../../runner/record/scenario.ts";
import { aLoad, allOf, aRequest, countsOf, onePhase, runLoad } from "../support/load.ts";
import { http2Server, httpServer, httpsServer, type Listening, listening, tcpServer } from "../support/tcp-server.ts";
import { askingForCertificates, certificateFile, certified, clientCertificate, trusting } from "../support/tls.ts";

async function loaded(server: Listening, tls: TlsSpec, changes: Partial<LoadSpec> = {}) {
  const load = aLoad({ tls, ...changes });
  const it = await runLoad({ port: server.port, load, phases: [onePhase(load, 500)] });
  expect(it.lost).toEqual([]);
  return it;
}

test.concurrent("every request of an open load is answered over TLS, on connections that are kept", async () => {
  const names = new Set<string>();
  await using server = await httpsServer((request, response) => {
    names.add(String((request.socket as { servername?: string }).servername));
    response.end("x".repeat(100_000));
  });
  const it = await loaded(server, trusting());
  expect(it.totals).toMatchObject({ due: 50, sent: 50, ok: 50 });
  expect(countsOf(it.lines)).toMatchObject({ due: 50, ok: 50 });
  expect(it.troubles).toEqual([]);
  expect(names).toEqual(new Set(["localhost"]));
  expect(server.accepted()).toBeLessThan(50);
  // Who served a request is found by the port that the worker told.
  const ports = it.lines.flatMap((line) => (line.type === "request" ? [line.port] : []));
  expect(ports.every((port) => typeof port === "number" && port > 0)).toBe(true);
});

test.concurrent("a closed load, a name beside the address, and an address as the name work as well", async () => {
  await using shop = await httpsServer((_, response) => response.end("ok"), certified("shop"));
  const closed = { model: { kind: "closed", connections: 3 } } as const;
  const named = await loaded(shop, trusting({ serverName: "shop.example" }), closed);
  expect(named.totals.ok).toBe(named.totals.due);
  expect(named.totals.ok).toBeGreaterThan(0);
  expect(shop.accepted()).toBe(3);
  await using server = await httpsServer((_, response) => response.end("ok"));
  const addressed = await loaded(server, trusting({ serverName: "127.0.0.1" }));
  expect(addressed.totals).toMatchObject({ due: 50, ok: 50 });
});

describe("a connection that TLS keeps from being made is an outcome of its request, with the reason in words:", () => {
  const cases: readonly [string, Partial<TlsSpec>, Parameters<typeof certified>[0], RegExp][] = [
    ["an authority that nobody knows", { ca: null }, "localhost", /not signed by an authority that is trusted here/],
    ["another authority", { ca: certificateFile("other-ca") }, "localhost", /not signed by an authority/],
    ["another name", {}, "shop", /is for another name; set load\.tls\.serverName \(.*localhost.*DNS:shop\.example\)/],
    ["a name where an address is expected", { serverName: "127.0.0.1" }, "shop", /is for another name/],
    ["a date that is over", {}, "expired", /its certificate has expired/],
  ];
  test.concurrent.each(cases)("%s", async (_, tls, certificate, reason) => {
    await using server = await httpsServer((__, response) => response.end("ok"), certified(certificate));
    const it = await loaded(server, trusting(tls));
    expect(it.totals).toMatchObject({ due: 50, sent: 0, connect: 50 });
    expect(allOf(it.lines, "service", "connect").totalCount).toBe(0);
    expect(it.troubles).toEqual([{ reason: expect.stringMatching(reason), count: expect.any(Number) }]);
    expect(it.troubles[0]?.count).toBeGreaterThanOrEqual(50);
  });

  test.concurrent("and insecure accepts them all", async () => {
    for (const certificate of ["localhost", "shop", "expired"] as const) {
      await using server = await httpsServer((_, response) => response.end("ok"), certified(certificate));
      const it = await loaded(server, trusting({ ca: null, insecure: true }));
      expect(it.totals).toMatchObject({ due: 50, ok: 50 });
      expect(it.troubles).toEqual([]);
    }
  });

  test.concurrent("a service without TLS", async () => {
    await using server = await httpServer((_, response) => response.end("ok"));
    const it = await loaded(server, trusting());
    expect(it.totals).toMatchObject({ due: 50, sent: 0, connect: 50 });
    expect(it.troubles[0]?.reason).toMatch(/^it does not speak TLS/);
  });

  test.concurrent("a service that only speaks another protocol", async () => {
    await using server = await listening(createTlsServer({ ...certified("localhost"), ALPNProtocols: ["h2"] }));
    const it = await loaded(server, trusting());
    expect(it.totals).toMatchObject({ due: 50, sent: 0, connect: 50 });
    expect(it.troubles[0]?.reason).toMatch(/^it refused the protocol that was offered by ALPN/);
  });
});

test.concurrent("a service that asks for a client certificate gets it, over HTTP/1.1 and HTTP/2", async () => {
  const names: string[] = [];
  const listener = (socket: object) => {
    names.push((socket as TLSSocket).getPeerCertificate().subject.CN as string);
  };
  await using one = await httpsServer((request, response) => {
    listener(request.socket);
    response.end("ok");
  }, askingForCertificates());
  await using two = await http2Server((request, response) => {
    listener(request.socket);
    response.end("ok");
  }, askingForCertificates());
  const shown = trusting({ client: clientCertificate });
  for (const it of [await loaded(one, shown), await loaded(two, shown, { http2: { connections: 2 } })])
    expect(it.totals).toMatchObject({ due: 50, ok: 50 });
  expect(new Set(names)).toEqual(new Set(["client"]));
});

test.concurrent.each([
  ["TLSv1.3", "it asks for a client certificate, and there is none; name it in load.tls.cert, its key in load.tls.key"],
  ["TLSv1.2", /^it refused the handshake: it may ask for a client certificate/],
] as const)("a client certificate that is missing is told as what it is, with %s", async (maxVersion, why) => {
  const options = { ...askingForCertificates(), maxVersion };
  await using server = await httpsServer((_, response) => response.end("ok"), options);
  const it = await loaded(server, trusting());
  expect(it.totals.due).toBe(50);
  expect(it.totals.ok).toBe(0);
  expect(it.troubles[0]?.reason).toMatch(why);
});

const gone: readonly [string, (end: () => void, reset: () => void) => void][] = [
  ["closes", (end) => end()],
  ["resets", (_, reset) => reset()],
];
test.concurrent.each(gone)(
  "a server that %s in the midst of the handshake is an outcome, and no trouble of TLS",
  async (_, leave) => {
    await using server = await tcpServer((socket) => {
      socket.once("data", () =>
        leave(
          () => socket.end(),
          () => socket.resetAndDestroy(),
        ),
      );
    });
    const it = await loaded(server, trusting());
    expect(it.totals).toMatchObject({ due: 50, sent: 0, connect: 50 });
    expect(it.troubles).toEqual([]);
  },
);

test.concurrent.each([
  ["HTTP/1.1", {}],
  ["HTTP/2", { http2: { connections: 2 } }],
] as const)("a handshake that takes a second is no delay of the generator, over %s", async (protocol, spoken) => {
  const answer = (_: unknown, response: { end(text: string): unknown }) => void response.end("ok");
  await using server = await (protocol === "HTTP/2"
    ? http2Server(answer, certified("localhost"))
    : httpsServer(answer));
  await using front = await tcpServer((socket) => {
    setTimeout(
      () =>
        socket
          .pipe(connect(server.port, "127.0.0.1"))
          .on("error", () => undefined)
          .pipe(socket),
      1000,
    );
  });
  const load = aLoad({ ...spoken, tls: trusting() });
  const { lines, totals } = await runLoad({ port: front.port, load, phases: [onePhase(load, 500)] });
  expect(totals).toMatchObject({ due: 50, ok: 50 });
  // All came within half a second, and nothing was answered in the first.
  expect(allOf(lines, "response").minNonZeroValue / 1000).toBeGreaterThan(499);
  const lags = lines.flatMap((it) => (it.type === "self" ? (it.lagP50 ?? []) : []));
  expect(Math.min(...lags)).toBeLessThan(499);
});

test.concurrent("a server that never finishes the handshake lets requests time out, and the load end", async () => {
  await using server = await tcpServer(() => undefined);
  const it = await loaded(server, trusting(), { timeoutMs: 300 });
  expect(it.totals).toMatchObject({ due: 50, sent: 0, timeout: 50 });
});

test.concurrent("bodies that end with the connection, and requests with bodies, work over TLS", async () => {
  const bodies: string[] = [];
  await using server = await httpsServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      bodies.push(body);
      response.shouldKeepAlive = false;
      response.useChunkedEncodingByDefault = false;
      response.write("some");
      response.end("thing");
    });
  });
  const it = await loaded(server, trusting(), { requests: [aRequest({ method: "POST", body: "größe" })] });
  expect(it.totals).toMatchObject({ due: 50, ok: 50 });
  expect(new Set(bodies)).toEqual(new Set(["größe"]));
});
