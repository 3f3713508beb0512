import { get } from "node:http";
import { describe, expect, test } from "vitest";
import type { HttpTargetSpec } from "../../runner/record/scenario.ts";
import { aLoad, onePhase, runLoad } from "../support/load.ts";
import { nodeTarget, targetRun } from "../support/target-run.ts";
import { closedPort, type Http2Listener, http2Server, httpServer, httpsServer } from "../support/tcp-server.ts";
import {
  askingForCertificates,
  certificateFile,
  certified,
  clientCertificate,
  keyFile,
  trusting,
} from "../support/tls.ts";

const spec = (url: string, withinMs = 10_000): HttpTargetSpec => ({
  kind: "http",
  name: "theirs",
  url,
  ready: { path: "/healthz", withinMs },
  needs: [],
});

test("somebody else's service is reached through our router, where links can be disturbed", async () => {
  await using theirs = await httpServer((request, response) => response.end(`${request.headers.host} ${request.url}`));
  await using run = targetRun();
  const target = await run.up(spec(`http://localhost:${theirs.port}/`));
  expect(target.address.port).not.toBe(theirs.port);
  expect(target.hostHeader).toBe(`localhost:${theirs.port}`);
  expect(target.capabilities).toEqual(new Set(["link"]));
  expect([target.desired, target.instances()]).toEqual([0, []]);
  const answer = await new Promise((resolve, reject) => {
    const { host, port } = target.address;
    const headers = { host: target.hostHeader ?? "" };
    get({ host, port, path: "/x", headers }, (response) => response.on("data", (text) => resolve(String(text)))).on(
      "error",
      reject,
    );
  });
  expect(answer).toBe(`localhost:${theirs.port} /x`);
  await target.link.add("off", { type: "down" }, 1);
  await expect(fetch(`http://127.0.0.1:${target.address.port}/`)).rejects.toThrow();
});

test("a service that does not answer is an outcome of the arm", async () => {
  await using run = targetRun();
  const url = `http://127.0.0.1:${await closedPort()}`;
  await expect(run.up(spec(url, 300))).rejects.toMatchObject({
    name: "TargetFailed",
    message: `theirs at ${url} was not ready within 0.3 s: GET /healthz: nobody listens at its port`,
  });
});

describe("a service that speaks TLS", () => {
  const secure = (port: number, more: Partial<HttpTargetSpec["ready"]> = {}): HttpTargetSpec => ({
    ...spec(`https://localhost:${port}`, 400),
    ready: { path: "/healthz", withinMs: 400, scheme: "https", ...more },
  });
  const patient = (it: HttpTargetSpec): HttpTargetSpec => ({ ...it, ready: { ...it.ready, withinMs: 15_000 } });

  test.each([{ path: "/healthz" }, { path: null }])(
    "is asked over TLS (%j), and reached through the router",
    async (how) => {
      await using theirs = await httpsServer((request, response) => response.end(String(request.headers.host)));
      await using run = targetRun({ spoken: { tls: trusting(), http2: false } });
      const target = await run.up(patient(secure(theirs.port, how)));
      expect(target.hostHeader).toBe(`localhost:${theirs.port}`);
      const load = aLoad({ tls: trusting() });
      const { totals } = await runLoad({ port: target.address.port, load, phases: [onePhase(load, 500)] });
      expect(totals).toMatchObject({ due: 50, ok: 50 });
    },
  );

  test("over HTTP/2 alone is asked over HTTP/2, with TLS and without", async () => {
    const paths: string[] = [];
    const listener: Http2Listener = (request, response) => {
      paths.push(request.url);
      response.end();
    };
    await using secured = await http2Server(listener, certified("localhost"));
    await using plain = await http2Server(listener);
    await using run = targetRun({ spoken: { tls: trusting(), http2: true } });
    await run.up(patient({ ...secure(secured.port), name: "secured" }));
    await run.up({ ...spec(`http://localhost:${plain.port}`), name: "plain" });
    expect(paths).toEqual(["/healthz", "/healthz"]);
  });

  test.each([
    [
      "an unknown authority",
      { ca: certificateFile("other-ca") },
      "localhost",
      /GET \/healthz: its certificate is not signed/,
    ],
    ["another name", {}, "shop", /its certificate is for another name/],
    ["an old certificate", {}, "expired", /its certificate has expired/],
  ] as const)(
    "and can't be trusted (%s) is a mistake of the setup, not of the arm, and says why",
    async (_, tls, certificate, why) => {
      await using theirs = await httpsServer((__, response) => response.end(), certified(certificate));
      await using run = targetRun({ spoken: { tls: trusting(tls), http2: false } });
      await expect(run.up(secure(theirs.port))).rejects.toMatchObject({
        name: "NotSpokenTo",
        message: expect.stringMatching(why),
      });
    },
  );

  test("is never ready for HTTP/2 when it has HTTP/1.1 alone, and says why", async () => {
    await using theirs = await httpsServer((_, response) => response.end());
    await using run = targetRun({ spoken: { tls: trusting(), http2: true } });
    await expect(run.up(secure(theirs.port))).rejects.toMatchObject({
      name: "NotSpokenTo",
      message: expect.stringMatching(/it (does not speak HTTP\/2|refused the protocol)/),
    });
  });

  test.each([{ path: "/healthz" }, { path: null }])(
    "and asks for a certificate (%j) is shown the load's; without one it is a mistake of the setup",
    async (how) => {
      await using theirs = await httpsServer((_, response) => response.end(), askingForCertificates());
      await using known = targetRun({ spoken: { tls: trusting({ client: clientCertificate }), http2: false } });
      await known.up(patient(secure(theirs.port, how)));
      await using unknown = targetRun({ spoken: { tls: trusting(), http2: false } });
      await expect(unknown.up({ ...secure(theirs.port, how), name: "unknown" })).rejects.toMatchObject({
        name: "NotSpokenTo",
        message: expect.stringContaining(
          "it asks for a client certificate, and there is none; name it in load.tls.cert",
        ),
      });
    },
  );

  test("which the load does not go to may show any certificate, as a kubelet takes it", async () => {
    await using theirs = await httpsServer((_, response) => response.end(), certified("expired"));
    await using run = targetRun();
    await run.up(patient(secure(theirs.port)));
  });
});

test("a program that speaks TLS is ready when it answers over TLS", async () => {
  const code = `require("node:https").createServer({
    key: require("node:fs").readFileSync(${JSON.stringify(keyFile)}),
    cert: require("node:fs").readFileSync(${JSON.stringify(certificateFile("localhost"))}),
  }, (_, response) => response.end()).listen(process.env.PORT, "127.0.0.1")`;
  await using run = targetRun({ spoken: { tls: trusting(), http2: false } });
  const shop = await run.up(nodeTarget(code, { ready: { path: "/", withinMs: 15_000, scheme: "https" } }));
  const load = aLoad({ tls: trusting() });
  const { totals } = await runLoad({ port: shop.address.port, load, phases: [onePhase(load, 500)] });
  expect(totals).toMatchObject({ due: 50, ok: 50 });
});
