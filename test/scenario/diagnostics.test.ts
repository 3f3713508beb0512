import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { renderDiagnostics } from "../../runner/scenario/document/diagnostics.ts";
import { goodScenario, problemsOf, withChange } from "../support/scenario-file.ts";

test("a good scenario has no problems", () => {
  expect(problemsOf(goodScenario)).toBe("");
});

test("a reference to nothing shows file, line, column, path, the line with a caret, and what was meant", () => {
  expect(problemsOf(withChange("faults: [one-dies]", "faults: [one-die]"))).toBe(
    `\
~/shop.yaml:21:38  phases[3].faults[0]: no fault is named "one-die"
  21 |   - { name: kill, for: 10s, faults: [one-die] }
     |                                      ^^^^^^^ did you mean "one-dies"?
`,
  );
});

test("all problems are told at once: schema, references, units, programs", () => {
  const text = `apiVersion: shakedown/v1
name: Shop
titel: no such field
targets:
  shop:
    kind: process
    comand: [node, services/shop.mjs]
    instances: none
  db:
    kind: process
    command: [node, services/dbb.mjs]
    restart: { delay: 5 }
load:
  target: shp
  rate: 300
  requests: [{ get: / }]
phases:
  - { name: steady, for: 20sec }
gates:
  - { metric: latency.p98, phase: stedy, max: 250 }
`;
  expect(problemsOf(text)).toBe(
    `\
~/shop.yaml:2:7  name: expected a name (lower-case letters, digits and hyphens, at most 63, not starting with a hyphen), found "Shop"
  2 | name: Shop
    |       ^^^^
~/shop.yaml:3:1  there is no field "titel"
  3 | titel: no such field
    | ^^^^^ known: description, faults, arms, trials, search, claims, abort, safety, samplers, before, after
~/shop.yaml:7:5  targets.shop: there is no field "comand"
  7 |     comand: [node, services/shop.mjs]
    |     ^^^^^^ did you mean "command"?
~/shop.yaml:8:16  targets.shop.instances: expected a whole number from 1 to 200, found "none"
  8 |     instances: none
    |                ^^^^
~/shop.yaml:12:23  targets.db.restart.delay: expected a duration such as "10s", "500ms", "2m" or "1h", found 5
  12 |     restart: { delay: 5 }
     |                       ^
~/shop.yaml:14:11  load.target: no target is named "shp"
  14 |   target: shp
     |           ^^^ did you mean "shop"?
~/shop.yaml:15:9  load.rate: expected a rate such as "300/s" or "18000/m", found 300
  15 |   rate: 300
     |         ^^^
~/shop.yaml:18:26  phases[0].for: expected a duration such as "10s", "500ms", "2m" or "1h", found "20sec"
  18 |   - { name: steady, for: 20sec }
     |                          ^^^^^ did you mean "20s"?
~/shop.yaml:20:15  gates[0].metric: no metric is named "latency.p98"
  20 |   - { metric: latency.p98, phase: stedy, max: 250 }
     |               ^^^^^^^^^^^ did you mean "latency.p90"?
~/shop.yaml:20:35  gates[0].phase: no phase is named "stedy"
  20 |   - { metric: latency.p98, phase: stedy, max: 250 }
     |                                   ^^^^^ did you mean "steady"?
`,
  );
});

test("a value of --set is blamed on --set, not on a line", () => {
  expect(problemsOf(goodScenario, { set: ["load.rate=fast"] })).toBe(
    '--set load.rate=fast  load.rate: expected a rate such as "300/s" or "18000/m", found "fast"\n',
  );
});

test("what is said of several places is said once, and each place is named", () => {
  expect(
    problemsOf(goodScenario.replaceAll("{ name: kill,", "{ title: kill,").replace("{ name: slow,", "{ title: slow,")),
  ).toBe(
    `\
~/shop.yaml:21:5  phases[3]: "name" is missing
  21 |   - { title: kill, for: 10s, faults: [one-dies] }
     |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
~/shop.yaml:22:5  phases[4]: the same
~/shop.yaml:21:7  phases[3]: there is no field "title"
  21 |   - { title: kill, for: 10s, faults: [one-dies] }
     |       ^^^^^ known: name, warmup, load
~/shop.yaml:22:7  phases[4]: the same
`,
  );
});

test("colours are only added, never needed", () => {
  const at = { line: 1, column: 7, length: 4, source: "name: Shop" };
  const one = { file: "a.yaml", at, set: null, path: "name", message: "wrong", hint: "try another" };
  const colored = renderDiagnostics([one], true);
  expect(colored).toContain("\u001b[31m^^^^\u001b[39m");
  expect(stripVTControlCharacters(colored)).toBe(renderDiagnostics([one], false));
});

test("control characters of a hostile file never reach the terminal", () => {
  const said = problemsOf('name: "\\e[2J\u202e\u0007"\n\u001b[31mkey: 1\n');
  expect(said.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test("a very long line is cut around what is marked", () => {
  const long = `name: shop # ${"x".repeat(5_000)}`;
  const said = problemsOf(withChange("name: shop", long.replace("shop", "SHOP")));
  expect(Math.max(...said.split("\n").map((it) => it.length))).toBeLessThan(200);
  expect(said).toContain("^^^^");
});

test("of very many problems the first are shown and the rest is counted", () => {
  const many = Array.from({ length: 400 }, (_, i) => `key-${i}: 1`).join("\n");
  expect(problemsOf(`${goodScenario}${many}\n`)).toMatch(/… and 350 more problems\n$/);
});
