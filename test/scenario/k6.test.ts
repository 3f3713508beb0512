/** What a scenario may ask of the k6 engine, and what is refused with a way out. */
import { hash } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { needs } from "../support/needs.ts";
import { messagesOf, type Options, scenarioFolder, scenarioOf, withChange } from "../support/scenario-file.ts";
import { clientCertificate } from "../support/tls.ts";

/** The good scenario with another load, and no conditions that name its requests. */
const withLoad = (load: string, gate = "{ metric: latency.p99, phase: steady, margin: 10% }") =>
  withChange("rate: 300/s\n", `${load}\n`)
    .replace(/ {2}requests:\n.*\n.*\n/, "")
    .replace(", load: { rate: { from: 300/s, to: 600/s } }", "")
    .replace(/- \{ metric: latency.p99.*\n/, `- ${gate}\n`);

/** A folder with scripts, and a k6 that only says which it is, and makes the same archive of all of them. */
function k6Folder(says = "k6 v2.2.0 (go1.26, linux/amd64)", inspected = '{ "vus": 3 }') {
  const folder = scenarioFolder();
  mkdirSync(join(folder.dir, "load"));
  for (const name of ["shop.js", "shop.ts", "shop.tar"]) writeFileSync(join(folder.dir, "load", name), "");
  writeFileSync(join(folder.dir, "metadata.json"), `{ "options": ${inspected}, "filename": "file:///load/shop.js" }`);
  writeFileSync(
    join(folder.dir, "k6"),
    `#!/bin/sh\n[ $1 = version ] && echo '${says}' || tar -c --format=ustar -C ${folder.dir} metadata.json\n`,
  );
  chmodSync(join(folder.dir, "k6"), 0o755);
  const options: Options = { folder, env: { PATH: "/usr/bin:/bin", K6_BIN: join(folder.dir, "k6") } };
  return Object.assign(folder, { options });
}

test("a script with a rate has our arrivals, evenly spaced, and alone its own scenarios", () => {
  using folder = k6Folder();
  const loadOf = (load: string) => scenarioOf(withLoad(load), folder.options).arms[0]?.load;
  expect(loadOf("rate: 300/s\n  engine: k6\n  script: load/shop.js")).toMatchObject({
    engine: "k6",
    model: { kind: "open", rate: 300, spacing: "even" },
    maxInFlight: 1200,
    requests: [],
    script: { file: join(folder.dir, "load/shop.js"), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  expect(loadOf("connections: 3\n  engine: k6\n  script: load/shop.ts\n  exact: true")).toMatchObject({
    model: { kind: "closed", connections: 3 },
    exact: true,
  });
  expect(loadOf("engine: k6\n  script: load/shop.tar")?.model).toEqual({ kind: "script" });
});

test("what would do nothing, or not what it says, is refused", () => {
  using folder = k6Folder();
  const said = (load: string, gate?: string) => messagesOf(withLoad(load, gate), folder.options);
  const cases: readonly [string, string][] = [
    ["rate: 3/s\n  script: load/shop.js", 'load.script: "script" goes with engine: k6'],
    ["rate: 3/s\n  requests: [{ get: / }]\n  exact: true", 'load.exact: "exact" goes with engine: k6'],
    ["rate: 3/s\n  engine: k6", 'load: "requests" is missing'],
    [
      "rate: 3/s\n  engine: k6\n  script: load/shop.js\n  requests: [{ get: / }]",
      'load.requests: a script sends its own requests: "requests" would do nothing | remove one of them',
    ],
    [
      "rate: 3/s\n  engine: k6\n  script: load/shopp.js",
      'load.script: there is no file "load/shopp.js" | did you mean "shop.js"?',
    ],
    [
      "rate: 3/s\n  engine: k6\n  script: load/shop.tar",
      "load.script: an archive keeps the scenarios that it was made with | name the script itself, or leave out rate and connections",
    ],
    [
      "rate: 3/s\n  engine: k6\n  script: load/shop.py",
      "load.script: expected a k6 script (.js, .ts) or archive (.tar)",
    ],
    [
      "engine: k6\n  script: load/shop.js\n  maxInFlight: 5",
      'load.maxInFlight: "maxInFlight" goes with "rate", found it with a script alone',
    ],
    [
      "rate: 3/s\n  engine: k6\n  script: load/shop.js\n  spacing: poisson",
      "load.engine: k6 spaces its arrivals evenly; leave out spacing, or use engine: native",
    ],
  ];
  for (const [load, message] of cases) expect(said(load), load).toContain(message);
  const short = withLoad("rate: 3/s\n  engine: k6\n  script: load/shop.js").replace("for: 2s", "for: 500ms");
  expect(messagesOf(short, folder.options)).toContain(
    'phases[0].for: the k6 engine sends for at least 1000 ms, found "500ms"',
  );
  const ruled = withLoad("engine: k6\n  script: load/shop.js").replace(
    "name: steady, for: 20s",
    "name: steady, for: 20s, load: { rate: 3/s }",
  );
  expect(messagesOf(ruled, folder.options)[0]).toMatch(
    /a phase can't change a load that the script's own scenarios make/,
  );
});

test("requests of a script are named by it: conditions may name any", () => {
  using folder = k6Folder();
  const gate = "{ metric: latency.p99, request: whatever, max: 1s }";
  expect(messagesOf(withLoad("engine: k6\n  script: load/shop.js", gate), folder.options)).toEqual([]);
});

test("a margin finer than the histograms of the load is refused, unless every request is told", () => {
  using folder = k6Folder();
  const said = (more: string, gate: string) =>
    messagesOf(withLoad(`engine: k6\n  script: load/shop.js${more}`, gate), folder.options);
  const fine = "{ metric: service.p99, phase: steady, margin: 9% }";
  expect(said("", fine)).toEqual([
    'gates[0].margin: the load tells latencies in steps of 9.05\u202f%: a margin of "9%" can\'t be decided | add exact: true to the load, or allow more',
  ]);
  expect(said("\n  exact: true", fine)).toEqual([]);
  expect(said("", fine.replace("9%", "10%"))).toEqual([]);
  expect(said("", fine.replace("9%", "1%, advisory: true"))).toEqual([]);
  expect(said("", "{ metric: k6.cart.p95, margin: 5% }")).toEqual([
    'gates[0].margin: the load tells trends of the script in steps of 9.05\u202f%: a margin of "5%" can\'t be decided | add exact: true to the load, or allow more',
  ]);
  expect(said("\n  exact: true", "{ metric: k6.cart.p95, margin: 5% }")).toEqual([]);
  expect(said("", "{ metric: k6.cart.avg, margin: 5% }")).toEqual([]);
  expect(said("", "{ metric: throughput, phase: steady, margin: 1% }")).toEqual([]);
});

test("a k6 that is not there, too old, or something else is told before anything starts", () => {
  const load = withLoad("engine: k6\n  script: load/shop.js");
  const said = (says: string) => {
    using folder = k6Folder(says);
    return messagesOf(load, folder.options);
  };
  expect(said("k6 v0.49.0 (go1.21, linux/amd64)")[0]).toMatch(
    /load.engine: k6 0.49.0 \(~\/k6\) is older than the oldest that works, 1.0; set K6_BIN to a newer one, or run "make k6"/,
  );
  expect(said("Python 3.11")[0]).toMatch(/~\/k6 does not say which k6 it is: Python 3.11/);
  using folder = k6Folder();
  const nowhere = { ...folder.options, env: { PATH: "/nowhere", K6_BIN: "/nowhere/k6" } };
  expect(messagesOf(load, nowhere)[0]).toMatch(/K6_BIN names no program: \/nowhere\/k6; set it to a k6, or unset it/);
});

test("what the script measures can be gated, and says itself which way is good", () => {
  using folder = k6Folder();
  const said = (gate: string, load = "engine: k6\n  script: load/shop.js") =>
    messagesOf(withLoad(load, gate), folder.options);
  const better = (gate: string) =>
    scenarioOf(withLoad("engine: k6\n  script: load/shop.js", gate), folder.options).gates[0]?.better;
  expect(said("{ metric: k6.cart.p95, phase: steady, margin: 10% }")).toEqual([]);
  expect(said("{ metric: k6.checks.rate, margin: 1pp }", "rate: 3/s\n  engine: k6\n  script: load/shop.js")).toEqual(
    [],
  );
  expect(better("{ metric: k6.items.per-second, margin: 10%, better: higher }")).toBe("higher");
  expect(better("{ metric: k6.items.count, min: 5 }")).toBe("higher");
  expect(better("{ metric: k6.gifts.count, max: 30 }")).toBe("lower");
  expect(said("{ metric: k6.cart.p95, max: 400ms }")).toEqual([
    'gates[0].max: expected a number such as "3", found "400ms" | what a script measures has no unit here: a trend of times is in ms',
  ]);
  expect(said("{ metric: k6.items.count, margin: 10% }")).toEqual([
    "gates[0]: nobody knows whether more of k6.items.count is good | add better: lower, or better: higher",
  ]);
  expect(said("{ metric: latency.p99, margin: 10%, better: lower }")).toEqual([
    "gates[0].better: it is known of latency.p99 which way is good: lower is",
  ]);
  expect(said("{ metric: k6.cart.p95, request: buy, max: 3 }")).toEqual([
    "gates[0]: k6.cart.p95 takes no request: it is not measured on requests",
  ]);
  expect(said("{ metric: k6.http_req_failed.rate, max: 1% }")).toEqual([
    "gates[0].metric: http_req_failed is k6's own, and k6.http_req_failed.rate is for what a script measures | use errors.ratio",
  ]);
  expect(said("{ metric: k6.http_req_waiting.p95, max: 300 }")[0]).toMatch(/is k6's own.*\| it is not told here$/);
  expect(said("{ metric: k6.http_req_login.p95, max: 300 }")).toEqual([]);
  expect(said("{ metric: k6.cart.p42, max: 3 }")[0]).toMatch(/no metric is named "k6.cart.p42"/);
  expect(said("{ metric: k6.cart.max, max: 3 }")[0]).toMatch(/too unsteady to decide/);
  expect(said("{ metric: k6.cart.p95, max: 3 }", "rate: 3/s\n  requests: [{ get: / }]")).toContain(
    "gates[0].metric: k6.cart.p95 is measured by a k6 script, and no arm has engine: k6",
  );
});

test("a rate that k6 tells over all phases at once can be gated when every request is told", () => {
  using folder = k6Folder();
  const gate = "{ metric: k6.checks.rate, min: 99% }";
  const said = (load: string, change = (it: string) => it) => messagesOf(change(withLoad(load, gate)), folder.options);
  const own = "engine: k6\n  script: load/shop.js";
  expect(said(own)).toEqual([
    "gates[0].metric: of a script with its own scenarios k6 tells rates over all phases at once: of the phases that are judged nothing is known | add exact: true to the load",
  ]);
  expect(said(`${own}\n  exact: true`)).toEqual([]);
  expect(said(`${own}\n  rate: 3/s`)).toEqual([]);
  expect(said(own, (it) => it.replace("min: 99%", "min: 99%, advisory: true"))).toEqual([]);
});

test("a script that k6 can't load, or that asks for no load, is told before anything starts", () => {
  const load = withLoad("engine: k6\n  script: load/shop.js");
  const said = (inspected: string) => {
    using folder = k6Folder(undefined, inspected);
    return messagesOf(load, folder.options);
  };
  expect(said('{ "vus": null }')[0]).toMatch(
    /the script says not how often it runs: give the load a rate or connections/,
  );
  expect(said("no JSON")[0]).toMatch(/k6 can't load ~\/load\/shop.js/);
});

const plain = "engine: k6\n  rate: 300/s\n  requests: [{ get: / }]";

test("TLS and HTTP/2 are as the scenario says, with a connection for each virtual user", () => {
  using folder = k6Folder();
  const scenario = scenarioOf(withLoad(`${plain}\n  tls: {}\n  protocol: http2`), folder.options);
  expect(scenario.arms[0]?.load).toMatchObject({ tls: { serverName: "localhost" }, http2: { connections: null } });
  expect(scenario.arms[0]?.targets.at(-1)?.ready.scheme).toBe("https");
});

test("what k6 can't do of TLS and HTTP/2 is refused, with what can", () => {
  using folder = k6Folder();
  const said = (more: string) => messagesOf(withLoad(`${plain}\n  ${more}`), folder.options);
  expect(said("protocol: http2")).toEqual([
    "load.engine: k6 speaks HTTP/2 over TLS alone, not with prior knowledge (h2c); add tls, or use engine: native",
  ]);
  expect(said("tls: {}\n  protocol: http2\n  http2: { connections: 3 }")).toEqual([
    "load.http2: k6 has a connection for each virtual user: their number can't be set | leave it out",
  ]);
  expect(said('tls: { serverName: "::1" }')).toEqual([
    "load.engine: k6 can't be led to the service under the name ::1; set tls.serverName, or use engine: native",
  ]);
});

test("a script that says otherwise whom it shows itself as, or where the service is, is refused", () => {
  using folder = k6Folder(undefined, '{ "vus": 3, "tlsAuth": [{}], "hosts": { "db.example": "10.0.0.1" } }');
  copyFileSync(clientCertificate.cert, join(folder.dir, "me.pem"));
  copyFileSync(clientCertificate.key, join(folder.dir, "me.key"));
  const said = (tls: string) =>
    messagesOf(withLoad(`engine: k6\n  script: load/shop.js\n  tls: ${tls}`), folder.options);
  expect(said("{ insecure: true }")).toEqual([]);
  expect(said("{ cert: me.pem, key: me.key, serverName: shop.example }")).toEqual([
    "load.engine: the script shows certificates of its own (tlsAuth); leave out cert and key of tls, or its tlsAuth",
    "load.engine: the script's own hosts would hide where shop.example is; leave them out",
  ]);
});

/** A script that k6 itself loads, and what it needs beside it. */
function scriptFolder() {
  const folder = scenarioFolder();
  const paths = `./${"deep".repeat(40)}/paths.ts`;
  mkdirSync(dirname(join(folder.dir, "load", paths)), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder.dir, "load", name), text);
  write(
    "shop.ts",
    `import { path } from "${paths}";
     if (__ENV.SHOP === undefined) throw new Error("no SHOP");
     const users: string = open("../load/users.csv") + path;
     export const options = { vus: 1, duration: "1s", thresholds: { later: ["count>1"] } };
     export default function (): void { console.log(users); }`,
  );
  write(paths, 'export const path: string = "/";');
  write("users.csv", "a,b");
  const load = withLoad("engine: k6\n  rate: 30/s\n  script: load/shop.ts");
  const armOf = () => scenarioOf(load, { folder, env: { ...process.env, SHOP: "here" } }).arms[0];
  return Object.assign(folder, { write, armOf, paths });
}

needs.k6("what a script imports and opens is part of what an arm measures, and told in the record", () => {
  using folder = scriptFolder();
  const before = folder.armOf();
  expect(before?.load.script?.needs).toEqual(
    [relative(".", folder.paths), "users.csv"].map((file) => ({
      file,
      sha256: hash("sha256", readFileSync(join(folder.dir, "load", file))),
    })),
  );
  expect(folder.armOf()?.hash).toBe(before?.hash);
  folder.write("users.csv", "a,c");
  const opened = folder.armOf();
  expect(opened?.hash).not.toBe(before?.hash);
  expect(opened?.setup?.load).not.toBe(before?.setup?.load);
  folder.write(folder.paths, 'export const path: string = "/elsewhere";');
  expect(folder.armOf()?.hash).not.toBe(opened?.hash);
});

needs.k6("a script is the same in every folder", () => {
  using one = scriptFolder();
  using other = scriptFolder();
  expect(one.armOf()?.hash).toBe(other.armOf()?.hash);
});
