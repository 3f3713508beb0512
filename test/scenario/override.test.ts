import { expect, test } from "vitest";
import { goodScenario, messagesOf, problemsOf, scenarioOf, withChange } from "../support/scenario-file.ts";

const set = (...set: string[]) => scenarioOf(goodScenario, { set });
const refused = (...set: string[]) => messagesOf(goodScenario, { set });

test("--set overrides any field, by dotted path, item number, item name or JSON Pointer", () => {
  expect(set("load.rate=600/s").arms[0]?.load.model).toMatchObject({ rate: 600 });
  expect(set("phases[1].for=1m").phases[1]?.durationMs).toBe(60_000);
  expect(set("phases.1.for=1m").phases[1]?.durationMs).toBe(60_000);
  expect(set("phases.steady.for=1m").phases[1]?.durationMs).toBe(60_000);
  expect(set("/targets/shop/env/MY.NAME=x").arms[0]?.targets[1]).toMatchObject({ env: { "MY.NAME": "x" } });
  expect(set("/targets/shop/env/A~1B=x=y").arms[0]?.targets[1]).toMatchObject({ env: { "A/B": "x=y" } });
  expect(set("trials.count=3", "trials.seed=9").trials).toEqual({ count: 3, seed: 9 });
  expect(set("trials={ count: 3 }").trials).toEqual({ count: 3, seed: 1 });
  expect(set("arms.candidate.targets.shop.instances=5").arms.map((it) => it.targets[1])).toMatchObject([
    { instances: 3 },
    { instances: 5 },
  ]);
  expect(set("load.keepAlive.maxAge=5s").arms[0]?.load.keepAlive.maxAgeMs).toBe(5_000);
});

test("the last of several wins, and null removes", () => {
  expect(set("load.rate=1/s", "load.rate=2/s").arms[0]?.load.model).toMatchObject({ rate: 2 });
  expect(set("load.rate=null", "load.connections=4", "phases.peak.load=").arms[0]?.load.model).toEqual({
    kind: "closed",
    connections: 4,
  });
  expect(set("gates.1=null").gates).toHaveLength(1);
});

test("values of --set take part in everything else: interpolation, units, references", () => {
  const env = { PATH: process.env.PATH, RATE: "7/s", N: "2" };
  expect(scenarioOf(goodScenario, { set: [`load.rate=\${env:RATE}`], env }).arms[0]?.load.model).toMatchObject({
    rate: 7,
  });
  expect(
    scenarioOf(goodScenario, { set: [`targets.shop.instances=\${env:N}`], env }).arms[0]?.targets[1],
  ).toMatchObject({ instances: 2 });
  expect(messagesOf(goodScenario, { set: ["load.target=nobody"] })).toEqual([
    'load.target: no target is named "nobody" | known: db, shop',
  ]);
});

test("a path to nowhere names the argument and what there is", () => {
  expect(refused("load.rat=5/s")).toEqual(['load: there is no field "rat" | did you mean "rate"?']);
  expect(refused("load.size=5")[0]).toMatch(/^load: there is no field "size" \| known: engine, connections, spacing,/);
  expect(refused("targets.shp.instances=5")).toEqual(['no target is named "shp" | did you mean "shop"?']);
  expect(refused("phases.stedy.for=5s")).toEqual(['phases has no item named "stedy" | did you mean "steady"?']);
  expect(refused("phases.9.for=5s")[0]).toMatch(/^phases has 5 items, numbered from 0/);
  expect(refused("name.x=5")).toEqual(["name has no fields"]);
  expect(refused("load.timeout=null")[0]).toMatch(/^there is no load.timeout to remove/);
});

test("what is no path=value is refused with an example", () => {
  for (const argument of ["", "load.rate", "=5", "load..rate=5/s"])
    expect(refused(argument)[0]).toMatch(/^expected path=value/);
  expect(refused("load.rate=[1")).toEqual([
    "the value is no YAML | put it in quotes, twice: once for the shell and once for YAML",
  ]);
  expect(refused("load.rate=*x")).toHaveLength(1);
  for (const path of [
    "__proto__.polluted",
    "targets.shop.env.__proto__",
    "/arms/candidate/targets/shop/env/constructor",
  ])
    expect(refused(`${path}=1`)).toEqual([
      expect.stringMatching(/^"\w+" can't be a key \| it has a meaning in JavaScript/),
    ]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test("the environment is filled in; a missing variable is told where it is named", () => {
  const text = withChange('CACHE: "on"', `CACHE: "a-\${env:CACHE}-b"`);
  expect(scenarioOf(text, { env: { PATH: process.env.PATH, CACHE: "x" } }).arms[0]?.targets[1]).toMatchObject({
    env: { CACHE: "a-x-b" },
  });
  expect(messagesOf(text, { env: { PATH: process.env.PATH, CACH: "x" } })).toEqual([
    'targets.shop.env.CACHE: the environment variable CACHE is not set | did you mean "CACH"?',
  ]);
  // Nothing more is said about a value that could not be filled in.
  expect(messagesOf(withChange("rate: 300/s", `rate: "\${env:NO_SUCH_RATE}"`))).toEqual([
    "load.rate: the environment variable NO_SUCH_RATE is not set",
  ]);
});

test("a value of the environment that is secret by its name is in no message, whatever is wrong with it", () => {
  const env = { API_TOKEN: "hunter2-hunter2", RATE: "fast" };
  const said = (rate: string, set: readonly string[] = []) =>
    problemsOf(withChange("rate: 300/s", `rate: "${rate}"`), { env: { PATH: process.env.PATH, ...env }, set });
  expect(said(`\${env:API_TOKEN}`)).toMatch(/load\.rate: expected a rate .*, found "\[redacted\]"/);
  expect(said("300/s", ["load.rate=hunter2-hunter2"])).not.toContain("hunter2");
  expect(said(`\${env:RATE}`)).toContain('found "fast"');
});

test("addresses of targets stay in place, and only where they can be filled in later", () => {
  expect(scenarioOf(goodScenario).arms[0]?.targets[1]).toMatchObject({
    env: { DB: `\${targets.db.address}` },
    needs: ["db"],
  });
  expect(messagesOf(withChange(`\${targets.db.address}`, `\${targets.bd.address}`))).toContain(
    'targets.shop.env.DB: no target is named "bd" | did you mean "db"?',
  );
  expect(messagesOf(withChange(`\${targets.db.address}`, `\${targets.db.adress}`))).toEqual([
    `targets.shop.env.DB: expected \${targets.NAME.address}, .host or .port, found \${targets.db.adress} | did you mean "address"?`,
  ]);
  expect(messagesOf(withChange('get: "/checkout?items=3"', `get: "/\${targets.db.address}"`))[0]).toMatch(
    /only the env of a process target/,
  );
});

test(`anything else in \${} is refused; a doubled dollar keeps it as text`, () => {
  expect(messagesOf(withChange('CACHE: "on"', `CACHE: "\${HOME}"`))).toEqual([
    `targets.shop.env.CACHE: expected \${env:NAME} or \${targets.NAME.address}, found \${HOME} | did you mean \${env:HOME}? write "$\${" for a plain "\${"`,
  ]);
  expect(messagesOf(withChange('CACHE: "on"', `CACHE: "\${env:HOME"`))[0]).toMatch(/expected a } after/);
  expect(messagesOf(withChange('CACHE: "on"', `CACHE: "$\${targets.db.address}"`))).toHaveLength(1);
  expect(scenarioOf(withChange('CACHE: "on"', `CACHE: "$\${HOME} $5 $\${env:X}"`)).arms[0]?.targets[1]).toMatchObject({
    env: { CACHE: `\${HOME} $5 \${env:X}` },
  });
});
