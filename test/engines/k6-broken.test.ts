/** When k6 or its script goes wrong: the load is broken and says why, or goes on and says what was odd. Never a hang, never a process left. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { findK6, type K6 } from "../../runner/engines/k6/find.ts";
import type { LoadSpec } from "../../runner/record/scenario.ts";
import { processesWith } from "../../runner/substrate/procfs/process.ts";
import { eventually } from "../support/eventually.ts";
import { scriptOf } from "../support/k6-script.ts";
import { aLoad, aRequest, histogramLines, onePhase, runLoad } from "../support/load.ts";
import { needs } from "../support/needs.ts";
import { httpServer } from "../support/tcp-server.ts";

/** A script in a folder of its own, whose name would mean something else in a URL. */
function written(source: string, name = "script.js") {
  const dir = mkdtempSync(join(tmpdir(), "k6 #1%20?-"));
  const file = join(dir, name);
  writeFileSync(file, source);
  return { file, dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true }) };
}
const open = { kind: "open", rate: 50, spacing: "even" } as const;

async function loaded(source: string, changes: Partial<LoadSpec> = {}, ms = 1000) {
  await using server = await httpServer((_, response) => response.end("x"));
  using script = written(source);
  const load = aLoad({
    engine: "k6",
    requests: [],
    script: scriptOf(script.file),
    model: open,
    maxInFlight: 50,
    timeoutMs: 2000,
    ...changes,
  });
  return await runLoad({ port: server.port, load, phases: [onePhase(load, ms)] });
}
const get = "http.get(__ENV.SHAKEDOWN_URL, { tags: { name: 'home' } });";
const whole = (body: string, more = "") => `import http from "k6/http"; import exec from "k6/execution"; ${more}
export default function () { ${body} }`;

needs.k6("a script with a syntax error does not start, and says where it is", async () => {
  await expect(loaded("export default function ( {")).rejects.toThrow(
    /did not start: .*k6 can't load .*script.js: Line 1:28 Unexpected end of input/s,
  );
});

needs.k6("a script that changed since the scenario was read does not start", async () => {
  const x = "./x.js";
  using script = written(whole(get, `import { x } from "${x}"; x();`));
  const beside = join(script.dir, x);
  writeFileSync(beside, "export const x = () => 1;");
  const known = scriptOf(script.file);
  writeFileSync(beside, "export const x = () => 2;");
  await expect(loaded("", { script: known })).rejects.toThrow(
    /did not start: .*: x\.js changed since the scenario was read/s,
  );
  writeFileSync(beside, "export const x = () => 1;");
  writeFileSync(script.file, whole(get));
  await expect(loaded("", { script: known })).rejects.toThrow(/script\.js changed since the scenario was read/);
});

for (const exact of [false, true])
  needs.k6(
    `requests that a script tags with a scenario of its own are not lost sight of, exact: ${exact}`,
    async () => {
      const tagged = "http.get(__ENV.SHAKEDOWN_URL, { tags: { name: 'pay', scenario: 'checkout' } });";
      // Its own scenario ends by itself, long before that.
      for (const [model, ms] of [
        [open, 1000],
        [{ kind: "script" }, 20_000],
      ] as const) {
        const own =
          'export const options = { scenarios: { own: { executor: "per-vu-iterations", vus: 5, iterations: 9 } } };';
        const it = await loaded(whole(get + tagged, own), { exact, model }, ms);
        expect(it.lost).toEqual([]);
        const counted = (name: string) =>
          histogramLines(it.lines).reduce((sum, line) => sum + (line.request === name ? line.count : 0), 0);
        expect(counted("home")).toBeGreaterThan(0);
        expect(counted("pay")).toBe(counted("home"));
        if (model === open)
          expect(it.remarks.join()).toMatch(/a tag "scenario" of its own \(checkout\), which is k6's/);
      }
    },
  );

needs.k6(
  "a share of what a script tags with a scenario of its own weighs nobody knows how much: it is not told",
  async () => {
    const checks = "check(1, { good: () => true }); check(1, { bad: () => false }, { scenario: 'checkout' });";
    const source = whole(get + checks, 'import { check } from "k6";');
    expect((await loaded(source)).lacks).toMatchObject({
      "k6.checks": expect.stringMatching(/k6 told only shares, which can't be added up: add exact: true/),
    });
    expect(Object.keys((await loaded(source, { exact: true })).lacks)).not.toContain("k6.checks");
  },
);

needs.k6("a script without a default function does not start where its rate is ours", async () => {
  const exported = (
    exec: string,
  ) => `export const options = { scenarios: { own: { executor: "shared-iterations", exec: "${exec}" } } };
export function buy() {}`;
  await expect(loaded(exported("buy"))).rejects.toThrow(
    /did not start: .*the script exports no default function, which a rate or connections of the load would call/s,
  );
  await expect(loaded(exported("sell"))).rejects.toThrow(
    /k6 can't load .*script.js: There were problems .*: - executor own: function 'sell' not found in exports/,
  );
});

needs.k6("setup that fails does not start", async () => {
  const failing = whole(get, "export function setup() { throw new Error('no shop') }");
  await expect(loaded(failing)).rejects.toThrow(/did not start: .*: setup\(\) of the script failed: Error: no shop/s);
  const endless = whole(
    get,
    'import { sleep } from "k6"; export const options = { setupTimeout: "1s" }; export function setup() { sleep(5) }',
  );
  await expect(loaded(endless)).rejects.toThrow(
    /setup\(\) of the script failed: setup\(\) execution timed out after 1 seconds$/,
  );
});

needs.k6("options that somebody keeps in a k6 configuration of his own change no load", async () => {
  using home = written("");
  mkdirSync(join(home.dir, "k6"));
  writeFileSync(join(home.dir, "k6", "config.json"), '{ "noConnectionReuse": true, "userAgent": "somebody" }');
  const agents = new Set<string | undefined>();
  await using server = await httpServer((request, response) => {
    agents.add(request.headers["user-agent"]);
    response.end("x");
  });
  const load = aLoad({ engine: "k6", model: { kind: "closed", connections: 2 }, requests: [aRequest()] });
  const phases = [onePhase(load, 1000)];
  const { totals } = await runLoad({ port: server.port, load, phases, env: { XDG_CONFIG_HOME: home.dir } });
  expect(totals.ok).toBeGreaterThan(10);
  expect(server.accepted()).toBe(2);
  expect([...agents]).toEqual([expect.stringMatching(/k6/)]);
});

needs.k6("a script whose own scenarios drop iterations has no latency, with advice for the script", async () => {
  const own =
    '{ executor: "constant-arrival-rate", rate: 100, duration: "2s", preAllocatedVUs: 1, maxVUs: 1, gracefulStop: "0s" }';
  const source = whole(
    `sleep(0.2); ${get}`,
    `import { sleep } from "k6"; export const options = { scenarios: { own: ${own} } };`,
  );
  const { lost, lacks, totals, remarks } = await loaded(source, { model: { kind: "script" } }, 1500);
  expect(lost).toEqual([]);
  expect(totals.dropped).toBeGreaterThan(10);
  expect(lacks.latency).toMatch(
    /^dropped iterations: the virtual users of the script were all busy; raise preAllocatedVUs/,
  );
  expect(remarks.join()).not.toContain("REST API");
});

needs.k6("exceptions in iterations are told with their number, and what was sent counts", async () => {
  const { remarks, totals, lost } = await loaded(
    whole(`${get} if (exec.scenario.iterationInTest % 2) throw new Error("odd");`),
  );
  expect(lost).toEqual([]);
  expect(totals.ok).toBe(totals.due);
  expect(remarks.join()).toMatch(/Error: odd.*\(\d+ times\)/s);
});

needs.k6("a script that aborts its test breaks the load, with its reason", async () => {
  const { lost } = await loaded(whole(`${get} exec.test.abort("sold out");`));
  expect(lost[0]?.reason).toMatch(/k6 ended with exit code 108: the script called test.abort\(\).*sold out/s);
});

needs.k6("a script that fails its test is told, and does not decide", async () => {
  const { lost, remarks } = await loaded(whole(`${get} exec.test.fail("not good");`));
  expect(lost).toEqual([]);
  expect(remarks.join()).toMatch(/the script called test.fail\(\)/);
});

needs.k6("iterations that are cut off at the end are counted as lost", async () => {
  const { lost, totals } = await loaded(
    whole(
      `${get} while (exec.scenario.iterationInTest === 10) http.get(__ENV.SHAKEDOWN_URL, { tags: { name: "again" } });`,
    ),
    { timeoutMs: 500 },
  );
  expect(lost).toEqual([]);
  expect(totals.lost).toBe(1);
});

needs.k6("a k6 without descriptors ends the load, and says that it is to blame", async () => {
  const { path } = findK6(process.env) as K6;
  // Enough for itself and its first push, not for 100 connections.
  using few = written(`#!/bin/sh\n[ "$1" != run ] || ulimit -n 90\nexec ${path} "$@"\n`, "k6");
  chmodSync(few.file, 0o755);
  await using server = await httpServer((_, response) => setTimeout(() => response.end("x"), 1500));
  const model = { kind: "open", rate: 100, spacing: "even" } as const;
  const load = aLoad({ engine: "k6", model, maxInFlight: 200, timeoutMs: 2000 });
  const phases = [onePhase(load, 20_000)];
  const it = await runLoad({ port: server.port, load, phases, env: { K6_BIN: few.file } });
  expect(it.lost).toMatchObject([
    { reason: expect.stringMatching(/: out of descriptors, local ports or memory: .*: too many open files$/) },
  ]);
});

needs.k6("what a script itself says of descriptors is a remark", async () => {
  const { lost, remarks } = await loaded(whole(`${get} console.error("dial tcp: too many open files");`));
  expect(lost).toEqual([]);
  expect(remarks.join()).toMatch(/k6 said: dial tcp: too many open files/);
});

needs.k6("a worker that gets none of a script's virtual users is idle, and breaks nothing", async () => {
  const own = whole(get, 'export const options = { vus: 1, duration: "30s" };');
  for (const exact of [false, true]) {
    const { lost, totals } = await loaded(own, { model: { kind: "script" }, workers: 2, exact });
    expect(lost).toEqual([]);
    expect(totals.ok).toBeGreaterThan(10);
  }
});

for (const whom of ["k6", "its worker"])
  needs.k6(`a load in which ${whom} is killed names what is lost, and leaves no process behind`, async () => {
    const mark = `${process.pid}-${whom}`;
    await using server = await httpServer((_, response) => response.end("x"));
    const load = aLoad({ engine: "k6", model: open, requests: [aRequest()], maxInFlight: 50, timeoutMs: 2000 });
    const it = await runLoad({
      port: server.port,
      load,
      phases: [onePhase(load, 20_000)],
      env: { MARK_OF_TEST: mark },
      during: async () => {
        const all = () => processesWith("MARK_OF_TEST", mark).map(({ pid }) => pid);
        const isK6 = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--paused");
        await eventually(() => expect(all().filter(isK6)).toHaveLength(1));
        await new Promise((resolve) => setTimeout(resolve, 1500));
        const [victim] = all().filter((pid) => isK6(pid) === (whom === "k6"));
        process.kill(victim as number, "SIGKILL");
      },
    });
    expect(it.lost).toHaveLength(1);
    expect(it.lost[0]?.reason).toMatch(whom === "k6" ? /k6 was killed by SIGKILL$/ : /it was killed by SIGKILL/);
    await eventually(() => expect(processesWith("MARK_OF_TEST", mark)).toEqual([]));
  });

needs.k6("an archive runs with its own scenarios, and a TypeScript that imports another with ours", async () => {
  const source = whole(
    get,
    'export const options = { scenarios: { own: { executor: "constant-vus", vus: 2, duration: "30s" } } };',
  );
  using script = written(source);
  const archive = join(script.dir, "shop.tar");
  execFileSync((findK6(process.env) as K6).path, ["archive", "-O", archive, script.file], {
    stdio: "ignore",
  });
  const tar = await loaded("", { script: scriptOf(archive), model: { kind: "script" } });
  expect(tar.lost).toEqual([]);
  expect(tar.totals.ok).toBeGreaterThan(10);

  const other = "./visit.ts";
  using typed = written(
    `import { visit } from "${other}"; const n: number = JSON.parse(open("./n.json"));
     export default function (): void { for (let i: number = 0; i < n; i++) visit(); }`,
    "shop.ts",
  );
  writeFileSync(join(typed.dir, other), `import http from "k6/http"; export const visit = (): void => { ${get} };`);
  writeFileSync(join(typed.dir, "n.json"), "2");
  const ts = await loaded("", { script: scriptOf(typed.file) });
  expect(ts.lost).toEqual([]);
  expect(ts.totals.ok).toBeGreaterThan(60);
});
