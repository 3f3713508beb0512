/** A whole run over TLS and HTTP/2: through the router, with a fault, and what a user hears when a certificate is no good. */
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { LatencyLine } from "../../runner/record/load-lines.ts";
import type { RunFile } from "../../runner/record/run-file.ts";
import { type Harness, harness, noNoiseCheck } from "../support/harness.ts";
import { certificateFile, keyFile } from "../support/tls.ts";

/** Answers over HTTP/2 and TLS alone. */
const server = `
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
const options = { key: readFileSync("server.key"), cert: readFileSync("server.pem") };
createSecureServer(options, (_, response) => response.end("ok")).listen(Number(process.env.PORT), "127.0.0.1");
`;

const scenario = (more: string) => `
apiVersion: shakedown/v1
name: secure
targets:
  shop: { kind: process, command: [node, server.mjs], instances: 3, ready: { path: /, within: 8s } }
load:
  target: shop
  rate: 60/s
  timeout: 20s
  protocol: http2
  tls: { ca: ca.pem }
  requests: [{ name: home, get: / }]
phases:
  - { name: steady, for: 2s }
${more}
${noNoiseCheck}
safety: { maxTargets: 50% }
trials: { count: 1, seed: 1 }
gates: [{ metric: errors.ratio, phase: steady, max: 1% }]
`;

function prepared(certificate: "localhost" | "expired"): Harness {
  const cli = harness();
  copyFileSync(keyFile, join(cli.dir, "server.key"));
  copyFileSync(certificateFile(certificate), join(cli.dir, "server.pem"));
  copyFileSync(certificateFile("ca"), join(cli.dir, "ca.pem"));
  cli.write("server.mjs", server);
  return cli;
}

test("a service that speaks HTTP/2 over TLS is loaded on all its instances, and survives one that is killed", async () => {
  using cli = prepared("localhost");
  const kill =
    "  - { name: kill, for: 3s, faults: [one-dies] }\nfaults: { one-dies: { kind: pod-kill, target: shop } }";
  cli.write("secure.yaml", scenario(kill));
  const { code, err } = await cli.run("run", "secure.yaml");
  expect(code, err).toBe(0);
  const journal = cli.journal();
  expect(journal.filter((it) => it.type === "warning")).toEqual([]);
  expect(journal.some((it) => it.type === "fault.acknowledged")).toBe(true);

  const dir = cli.newest();
  const trial = readdirSync(dir).find((it) => it.startsWith("trial-")) as string;
  const lines = readFileSync(join(dir, trial, "latency.ndjson"), "utf8")
    .trim()
    .split("\n")
    .map((it): LatencyLine => JSON.parse(it));
  const instanceOf = new Map(
    journal.flatMap((it) => (it.type === "connections" ? it.list.map((c) => [c.client, c.instance] as const) : [])),
  );
  const served = lines.flatMap((it) =>
    it.type === "request" && it.outcome === "ok" ? [instanceOf.get(it.port ?? 0)] : [],
  );
  expect(new Set(served)).toEqual(new Set(["shop-0", "shop-1", "shop-2"]));

  const text = readFileSync(join(dir, "run.json"), "utf8");
  const run: RunFile = JSON.parse(text);
  expect(run.scenario.arms[0]?.load.tls).toMatchObject({
    serverName: "localhost",
    caHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(text).not.toContain("PRIVATE KEY");
  expect(text).not.toContain("BEGIN CERTIFICATE");
});

const unknown =
  "its certificate is not signed by an authority that is trusted here; name the file with its CA in load.tls.ca";
const over = "its certificate has expired, or the one that signed it";
const search = "search: { over: load.rate, from: 10/s, width: 50%, while: [{ metric: errors.ratio, max: 1% }] }";
const ofSearch = (text: string) => text.replace(/(trials:|gates:| {2}rate:).*\n/g, "") + search;
const ofArms = (text: string) => text.replace("trials: {", "arms: { baseline: {}, candidate: {} }\n$&");

test.for([
  ["an old one", "expired", "ca", ofArms, over],
  ["that of another authority", "localhost", "other-ca", ofArms, unknown],
  ["that of another authority, in a search", "localhost", "other-ca", ofSearch, unknown],
] as const)(
  "a certificate that can't be trusted (%s) ends the run before any load as invalid, and is told once",
  async ([_, certificate, ca, kind, why]) => {
    using cli = prepared(certificate);
    copyFileSync(certificateFile(ca), join(cli.dir, "ca.pem"));
    cli.write("secure.yaml", kind(scenario("").replace("within: 8s", "within: 2s").replace("count: 1", "count: 3")));
    const { code, out, err } = await cli.run("run", "secure.yaml");
    const told = `shop can't be spoken to as the scenario says: GET /: ${why}`;
    expect(code, err).toBe(4);
    expect([out, err].map((it) => it.split(told).length - 1)).toEqual([1, 1]);
    expect(cli.judgement()).toMatchObject({ verdict: "invalid", run: { status: "failed" } });
    const ends = cli.journal().filter((it) => it.type === "trial.end");
    expect(ends).toMatchObject([{ outcome: "broken", reason: told }]);
  },
);

test("a certificate that is replaced by an old one under load fails the arm, and has a row of its own in the report", async () => {
  using cli = prepared("localhost");
  copyFileSync(certificateFile("expired"), join(cli.dir, "expired.pem"));
  cli.write(
    "server.mjs",
    `
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
const key = readFileSync("server.key");
let served = 0;
const server = createServer({ key, cert: readFileSync("server.pem") }, (request, response) => {
  if (request.headers["user-agent"] !== "shakedown" && ++served === 30) server.setSecureContext({ key, cert: readFileSync("expired.pem") });
  response.end("ok");
}).listen(Number(process.env.PORT), "127.0.0.1");
`,
  );
  const text = scenario("").replace("  protocol: http2\n", "  keepAlive: { maxRequests: 1 }\n");
  cli.write(
    "secure.yaml",
    text.replace("instances: 3", "instances: 1").replace("get: /", "get: /, headers: { user-agent: load }"),
  );
  const { err } = await cli.run("run", "secure.yaml");
  // A busy machine may make the run invalid besides.
  expect(cli.judgement().gates[0]?.verdict, err).toBe("failed");
  const why = "its certificate has expired, or the one that signed it";
  expect(cli.journal().filter((it) => it.type === "load.trouble")).toMatchObject([{ target: "shop", reason: why }]);
  expect(err).toContain(`! trial 1: connections to shop fail: ${why}`);
  const row = cli.judgement().trust.find((it) => it.title === "Connections");
  expect(row?.text).toMatch(
    /^some failed for how the service speaks: its certificate has expired, or the one that signed it \(\d+ times? in 1 of 1 trial\)$/,
  );
  expect(cli.judgement().trust.some((it) => it.title === "Warnings")).toBe(false);
  expect(readFileSync(join(cli.newest(), "report.html"), "utf8")).toContain("some failed for how the service speaks");
});

test("the plan says how the service is spoken to", async () => {
  using cli = prepared("localhost");
  cli.write("secure.yaml", scenario(""));
  const { out } = await cli.run("plan", "secure.yaml");
  expect(out).toContain(`HTTP/2 on 12 connections, TLS trusting localhost by ${join(cli.dir, "ca.pem")}: GET /`);
});
