/** k6 over TLS and HTTP/2, the real one against real servers: whom it trusts, by which name, as whom, and what it says when it can't. */
import { createServer } from "node:https";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { LoadSpec, TlsSpec } from "../../runner/record/scenario.ts";
import { scriptOf } from "../support/k6-script.ts";
import { aLoad, aRequest, onePhase, runLoad } from "../support/load.ts";
import { needs } from "../support/needs.ts";
import { type Http2Listener, http2Server, httpsServer, type Listening, listening } from "../support/tcp-server.ts";
import { askingForCertificates, certificateFile, certified, clientCertificate, trusting } from "../support/tls.ts";

interface Seen {
  readonly protocol: string;
  readonly host: string | undefined;
  readonly name: string | undefined;
  readonly path: string | undefined;
}

/** Speaks HTTP/2 and HTTP/1.1, as the client wants it. */
async function server(options: Parameters<typeof http2Server>[1] = certified("localhost")) {
  const seen: Seen[] = [];
  const listener: Http2Listener = (request, response) => {
    const { host = request.headers[":authority"] } = request.headers;
    const { servername } = request.socket as { servername?: string };
    seen.push({ protocol: request.httpVersion, host: String(host), name: servername, path: request.url });
    response.end("ok");
  };
  return Object.assign(await http2Server(listener, { allowHTTP1: true, ...options }), { seen });
}

const http2 = { connections: null };
const loaded = (
  to: Listening,
  changes: Partial<LoadSpec>,
  env: Readonly<Record<string, string>> = {},
  durationMs = 1000,
) => {
  const load = aLoad({ engine: "k6", maxInFlight: 100, timeoutMs: 20_000, tls: trusting(), ...changes });
  return runLoad({ port: to.port, load, phases: [onePhase(load, durationMs)], env });
};

for (const [protocol, changes] of [
  ["1.1", {}],
  ["2.0", { http2 }],
] as const)
  needs.k6(`it speaks HTTP/${protocol} over TLS with a server that could do both, and counts exactly`, async () => {
    await using shop = await server();
    const it = await loaded(shop, { ...changes, workers: 2 }, { GODEBUG: protocol === "2.0" ? "http2client=0" : "" });
    expect(it.lost).toEqual([]);
    expect(it.totals.ok).toBe(shop.seen.length);
    // A busy machine may have had no virtual user free.
    expect(it.totals.due).toBe(it.totals.ok + it.totals.dropped);
    expect(it.totals.ok).toBeGreaterThan(20);
    const host = `127.0.0.1:${shop.port}`;
    expect(new Set(shop.seen.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ protocol, host, name: "localhost", path: "/" })]),
    );
    expect(it.troubles).toEqual([]);
    expect(it.remarks.filter((one) => !one.includes("VUs"))).toEqual([]);
  });

needs.k6(
  "a name that resolves nowhere is asked for where the service is, past a proxy, under its own host",
  async () => {
    await using shop = await server(certified("shop"));
    const tls = trusting({ serverName: "shop.example" });
    const requests = [aRequest({ headers: { Host: "shop.example" } })];
    const it = await loaded(shop, { tls, requests, exact: true }, { HTTPS_PROXY: "http://127.0.0.1:9" });
    expect(it.lost).toEqual([]);
    expect(it.totals.ok).toBeGreaterThan(20);
    expect(shop.seen[0]).toMatchObject({ host: "shop.example", name: "shop.example" });
  },
);

needs.k6("insecure accepts whatever is shown", async () => {
  await using shop = await server(certified("expired"));
  const { totals } = await loaded(shop, { tls: trusting({ ca: null, insecure: true }) });
  expect(totals.sent).toBe(totals.ok);
  expect(totals.ok).toBeGreaterThan(20);
});

const unknown: readonly [string, Partial<TlsSpec>, RegExp][] = [
  [
    "another authority, though the system's folder has the right one",
    { ca: certificateFile("other-ca") },
    /never came to speak to shop: its certificate is not signed by an authority/,
  ],
  ["another name", { serverName: "127.0.0.2" }, /never came to speak to shop: its certificate is for another name/],
];
for (const [what, tls, why] of unknown)
  needs.k6(`a service that it can't trust (${what}) breaks the trial: nothing is known of it`, async () => {
    await using shop = await server();
    const folder = fileURLToPath(new URL("../fixtures/tls", import.meta.url));
    const it = await loaded(shop, { tls: trusting(tls) }, { SSL_CERT_DIR: folder });
    expect(it.lost).toMatchObject([{ worker: 0, reason: expect.stringMatching(why) }]);
    expect(shop.seen).toEqual([]);
  });

needs.k6("a certificate that expires in the midst of a load is told as that, with how often", async () => {
  const https = createServer(certified("localhost"), (_, response) => response.setHeader("connection", "close").end());
  await using shop = await listening(https);
  let expires: NodeJS.Timeout | undefined;
  https.once("request", () => {
    expires = setTimeout(() => https.setSecureContext(certified("expired")), 300);
  });
  const it = await loaded(shop, {}, {}, 3000);
  clearTimeout(expires);
  expect(it.lost).toEqual([]);
  expect(it.totals.ok).toBeGreaterThan(0);
  expect(it.totals.lost).toBeGreaterThan(0);
  expect(it.troubles).toEqual([
    { reason: "its certificate has expired, or the one that signed it", count: it.totals.lost },
  ]);
  expect(it.remarks.join()).not.toContain("x509");
});

needs.k6("a service that has no HTTP/2 breaks the trial when it should have", async () => {
  await using shop = await httpsServer((_, response) => response.end("ok"));
  const it = await loaded(shop, { http2 });
  expect(it.lost[0]?.reason).toMatch(/does not speak HTTP\/2 \(it chose HTTP\/1\.1 by ALPN\)/);
});

needs.k6("it shows a certificate of its own to a service that asks for one, also with HTTP/2", async () => {
  await using shop = await server(askingForCertificates());
  for (const changes of [{}, { http2 }]) {
    const it = await loaded(shop, { tls: trusting({ client: clientCertificate }), ...changes });
    expect(it.lost).toEqual([]);
    expect(it.totals).toMatchObject({ sent: it.totals.ok });
    expect(it.totals.ok).toBeGreaterThan(20);
  }
  const none = await loaded(shop, {});
  expect(none.totals.ok).toBe(0);
});

const file = fileURLToPath(new URL("../fixtures/k6/shop.js", import.meta.url));
for (const [how, model] of [
  ["with our arrivals", { kind: "open", rate: 30, spacing: "even" }],
  ["as it is", { kind: "script" }],
] as const)
  needs.k6(`a script ${how} speaks TLS, HTTP/2 and by certificate like a load without one`, async () => {
    await using shop = await server({ ...askingForCertificates(), ...certified("shop") });
    const tls = trusting({ serverName: "shop.example", client: clientCertificate });
    const script = { script: scriptOf(file), requests: [], model };
    const it = await loaded(shop, { ...script, tls, http2 }, { GODEBUG: "http2client=0" });
    expect(it.lost).toEqual([]);
    expect(it.totals).toMatchObject({ sent: it.totals.ok });
    expect(it.totals.ok).toBeGreaterThan(20);
    expect(shop.seen.map((one) => one.path)).toContain("/setup");
    expect(new Set(shop.seen.map((one) => one.protocol))).toEqual(new Set(["2.0"]));
    expect(shop.seen[0]).toMatchObject({ name: "shop.example", host: `shop.example:${shop.port}` });
  });
