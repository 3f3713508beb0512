import { createHash, createPrivateKey } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageFile } from "../../runner/shared/package.ts";
import {
  goodScenario,
  messagesOf,
  type Options,
  problemsOf,
  scenarioFolder,
  scenarioOf,
  withChange,
} from "../support/scenario-file.ts";
import { certificateFile, clientCertificate, keyFile } from "../support/tls.ts";

const withLoad = (more: string) => withChange("rate: 300/s\n", `rate: 300/s\n  ${more}\n`);
const foreign = (url: string, more = "") =>
  goodScenario
    .replace(/ {2}shop:\n {4}kind: process[\s\S]*?(?=load:)/, `  shop: { kind: http, url: "${url}" }\n`)
    .replace("rate: 300/s\n", `rate: 300/s\n${more}`)
    .replace(/arms:[\s\S]*?(?=gates:)/, "")
    .replace(/margin: 10%/, "max: 1s")
    .replace("one-dies: { kind: pod-kill, target: shop, count: 1 }", "one-dies: { kind: reset, target: shop }");

/** `certs/ca.pem`, beside the scenario. */
function folderWithCa() {
  const folder = scenarioFolder();
  copyFileSync(certificateFile("ca"), join(folder.dir, "ca.pem"));
  return folder;
}
const first = (text: string, options: Options = {}) => {
  const [arm] = scenarioOf(text, options).arms;
  if (arm === undefined) throw new Error("no arm");
  return arm;
};

test("a service that speaks TLS is trusted by a CA file; readiness follows the load", () => {
  using folder = folderWithCa();
  const arm = first(withLoad("tls: { ca: ca.pem }"), { folder });
  const caHash = createHash("sha256")
    .update(readFileSync(certificateFile("ca")))
    .digest("hex");
  expect(arm.load.tls).toEqual({ ca: join(folder.dir, "ca.pem"), caHash, serverName: "localhost", insecure: false });
  expect(arm.targets.map((it) => [it.name, it.ready.scheme])).toEqual([
    ["db", undefined],
    ["shop", "https"],
  ]);
});

test("the system's authorities, another name, or whatever is shown can be trusted as well", () => {
  expect(first(withLoad("tls: {}")).load.tls).toEqual({ ca: null, serverName: "localhost", insecure: false });
  expect(first(withLoad("tls: { serverName: shop.example, insecure: true }")).load.tls).toEqual({
    ca: null,
    serverName: "shop.example",
    insecure: true,
  });
  expect(first(withLoad('tls: { serverName: "::1" }')).load.tls?.serverName).toBe("::1");
});

test("the load may show a certificate of its own: of its key the record keeps the path alone", () => {
  using folder = folderWithCa();
  copyFileSync(clientCertificate.cert, join(folder.dir, "me.pem"));
  copyFileSync(clientCertificate.key, join(folder.dir, "me.key"));
  const arm = first(withLoad("tls: { ca: ca.pem, cert: me.pem, key: ./me.key }"), { folder });
  const certHash = createHash("sha256").update(readFileSync(clientCertificate.cert)).digest("hex");
  const here = { cert: join(folder.dir, "me.pem"), certHash, key: join(folder.dir, "me.key") };
  expect(arm.load.tls?.client).toEqual(here);
  expect(arm.hash).not.toBe(first(withLoad("tls: { ca: ca.pem }"), { folder }).hash);
  copyFileSync(certificateFile("expired"), join(folder.dir, "me.pem"));
  copyFileSync(keyFile, join(folder.dir, "me.key"));
  expect(first(withLoad("tls: { ca: ca.pem, cert: me.pem, key: me.key }"), { folder }).hash).toBe(arm.hash);
});

test("an https URL speaks TLS by itself, under its own name", () => {
  const arm = first(foreign("https://localhost:8443"));
  expect(arm.load.tls).toEqual({ ca: null, serverName: "localhost", insecure: false });
  expect(arm.targets.find((it) => it.name === "shop")).toMatchObject({
    url: "https://localhost:8443",
    ready: { scheme: "https" },
  });
  expect(first(foreign("https://[::1]:8443")).load.tls?.serverName).toBe("::1");
  expect(first(foreign("http://localhost:8080")).load.tls).toBeUndefined();
});

test("HTTP/2 has a dozen connections, never more than requests in flight, never fewer than workers", () => {
  expect(first(goodScenario).load.http2).toBeUndefined();
  expect(first(withLoad("protocol: http1")).load).toEqual(first(goodScenario).load);
  expect(first(withLoad("protocol: http2")).load.http2).toEqual({ connections: 12 });
  expect(first(withLoad("protocol: http2\n  maxInFlight: 5")).load.http2).toEqual({ connections: 5 });
  expect(first(withLoad("protocol: http2\n  workers: 20")).load.http2).toEqual({ connections: 20 });
  expect(first(withLoad("protocol: http2\n  http2: { connections: 3 }")).load.http2).toEqual({ connections: 3 });
});

describe("what the hash of an arm covers", () => {
  test("how the service is spoken to, and nothing for a scenario without it", () => {
    using folder = folderWithCa();
    const hash = (text: string) => first(text, { folder }).hash;
    const hashes = ["tls: {}", "tls: { ca: ca.pem }", "tls: { insecure: true }", "protocol: http2"].map((it) =>
      hash(withLoad(it)),
    );
    expect(new Set([...hashes, hash(goodScenario)]).size).toBe(5);
    expect(hash(withLoad("protocol: http1"))).toBe(hash(goodScenario));
  });

  test("not what the CA file holds: an authority that was renewed measures the same, but the record tells", () => {
    using folder = folderWithCa();
    const before = first(withLoad("tls: { ca: ca.pem }"), { folder });
    copyFileSync(certificateFile("other-ca"), join(folder.dir, "ca.pem"));
    const after = first(withLoad("tls: { ca: ca.pem }"), { folder });
    expect(after.hash).toBe(before.hash);
    expect(after.setup).toEqual(before.setup);
    expect(after.load.tls?.caHash).not.toBe(before.load.tls?.caHash);
  });

  test("not where the clone lies", () => {
    using here = folderWithCa();
    using there = folderWithCa();
    const hashes = [here, there].map((folder) => first(withLoad("tls: { ca: ./ca.pem }"), { folder }).hash);
    expect(hashes[0]).toBe(hashes[1]);
  });
});

test("what the documentation shows is a good scenario", () => {
  using folder = folderWithCa();
  mkdirSync(join(folder.dir, "certs"));
  copyFileSync(certificateFile("ca"), join(folder.dir, "certs", "ca.pem"));
  const [, section] = readFileSync(packageFile("docs", "load.md"), "utf8").split("## TLS and HTTP/2\n");
  const [, fields] = /```yaml\nload:\n {2}([\s\S]*?)\n```/.exec(section ?? "") ?? [];
  const arm = first(withLoad(fields ?? ""), { folder });
  expect(arm.load.http2).toEqual({ connections: 12 });
  expect(arm.load.tls?.ca).toBe(join(folder.dir, "certs", "ca.pem"));
});

describe("problems are told at their place:", () => {
  test("a CA file that is not there, with the line", () => {
    using folder = folderWithCa();
    expect(problemsOf(withLoad("tls: { ca: caa.pem }"), { folder })).toContain(
      '~/shop.yaml:14:14  load.tls.ca: there is no file "caa.pem"\n  14 |   tls: { ca: caa.pem }\n     |              ^^^^^^^ did you mean "ca.pem"?',
    );
  });

  test("a file that holds no certificate, or a damaged one", () => {
    using folder = folderWithCa();
    writeFileSync(join(folder.dir, "der.pem"), Buffer.from([0x30, 0x82, 1, 2]));
    copyFileSync(keyFile, join(folder.dir, "key.pem"));
    const damaged = readFileSync(certificateFile("ca"), "utf8").replace(/\nM/, "\nAAAA");
    writeFileSync(join(folder.dir, "damaged.pem"), damaged);
    const says = (file: string) => messagesOf(withLoad(`tls: { ca: ${file} }`), { folder });
    expect(says("der.pem")).toEqual([
      'load.tls.ca: "der.pem" holds no certificate in PEM form (-----BEGIN CERTIFICATE-----) | one in DER form becomes PEM by: openssl x509 -inform der -in FILE -out FILE.pem',
    ]);
    expect(says("key.pem")[0]).toContain("holds no certificate");
    expect(says("damaged.pem")[0]).toMatch(/^load.tls.ca: "damaged.pem" can't be read: /);
    expect(says(".")).toHaveLength(1);
  });

  test("a client certificate without its key, with another's, or with one that can't be used", () => {
    using folder = folderWithCa();
    copyFileSync(clientCertificate.cert, join(folder.dir, "me.pem"));
    copyFileSync(clientCertificate.key, join(folder.dir, "me.key"));
    copyFileSync(keyFile, join(folder.dir, "other.key"));
    const key = createPrivateKey(readFileSync(clientCertificate.key));
    const locked = key.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" });
    writeFileSync(join(folder.dir, "locked.key"), locked);
    const says = (fields: string) => messagesOf(withLoad(`tls: { ${fields} }`), { folder });
    expect(says("cert: me.pem, key: me.key")).toEqual([]);
    expect(says("cert: me.pem")).toEqual(['load.tls.cert: "cert" goes with "key": key is missing']);
    expect(says("key: me.key")).toEqual(['load.tls.key: "key" goes with "cert": cert is missing']);
    expect(says("cert: me.pem, key: other.key")).toEqual([
      'load.tls.key: "other.key" is not the key of the certificate in "me.pem"',
    ]);
    expect(says("cert: me.key, key: me.pem")).toEqual([
      expect.stringContaining('load.tls.cert: "me.key" holds no certificate'),
      expect.stringContaining('load.tls.key: "me.pem" holds no private key in PEM form'),
    ]);
    expect(says("cert: me.pem, key: locked.key")).toEqual([
      expect.stringMatching(
        /^load\.tls\.key: "locked\.key" needs a passphrase \| .*openssl pkey -in FILE -out FILE\.pem$/,
      ),
    ]);
    expect(says("cert: mee.pem, key: me.key")).toEqual([
      'load.tls.cert: there is no file "mee.pem" | did you mean "me.pem"?',
    ]);
  });

  test("what contradicts itself", () => {
    using folder = folderWithCa();
    const says = (text: string) => messagesOf(text, { folder });
    expect(says(withLoad("tls: { ca: ca.pem, insecure: true }"))).toEqual([
      'load.tls.ca: expected either "ca" or "insecure", found both',
    ]);
    expect(says(foreign("http://localhost:8080", "  tls: {}\n"))).toEqual([
      "load.tls: the target's URL is not https: http://localhost:8080 | write https:// there, or leave out tls",
    ]);
    expect(says(withLoad("http2: { connections: 3 }"))).toEqual([
      'load.http2: "http2" goes with protocol: http2 | add protocol: http2, or leave this out',
    ]);
    expect(says(withLoad("protocol: http2\n  workers: 4\n  http2: { connections: 3 }"))).toEqual([
      "load.http2.connections: expected at least one connection for each of 4 workers, found 3",
    ]);
    const ready = (scheme: string) => `instances: 3\n    ready: { scheme: ${scheme} }`;
    expect(says(withChange("instances: 3", ready("https")))).toEqual([
      'targets.shop.ready.scheme: expected http, as a load without tls says, found "https" | leave it out: it follows from that',
    ]);
    expect(says(withLoad("tls: {}").replace("instances: 3", ready("http")))).toEqual([
      'targets.shop.ready.scheme: expected https, as load.tls says, found "http" | leave it out: it follows from that',
    ]);
    expect(says(withChange("ready: { path: /healthz }", "ready: { path: /healthz, scheme: https }"))).toEqual([]);
  });

  test("names that are none, protocols that nobody knows", () => {
    expect(messagesOf(withLoad('tls: { serverName: "shop example" }'))[0]).toMatch(
      /^load.tls.serverName: expected a host name or an address, found "shop example"/,
    );
    expect(messagesOf(withLoad("protocol: h2"))[0]).toMatch(/^load.protocol: expected "http1" or "http2", found "h2"/);
  });

  test("header fields that HTTP/2 has not", () => {
    const headers = "headers: { Keep-Alive: timeout=5, TE: trailers }";
    const text = withLoad("protocol: http2").replace("name: checkout,", `name: checkout, ${headers},`);
    expect(messagesOf(text)).toEqual([
      'load.rate: request "checkout": there is no header "Keep-Alive" in HTTP/2; leave it out',
    ]);
  });

  test.each(["tls: {}", "protocol: http2"])("autocannon, which does not do it: %s", (more) => {
    const closed = withChange("rate: 300/s\n", `connections: 5\n  engine: autocannon\n  ${more}\n`)
      .replace("load: { rate: { from: 300/s, to: 600/s } }", "load: { connections: 40 }")
      .replace(", weight: 2", "");
    expect(messagesOf(closed)).toEqual([
      "load.engine: autocannon is guarded over plain HTTP/1.1 only: neither TLS nor HTTP/2; use engine: native",
    ]);
  });
});
