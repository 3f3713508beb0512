import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConditions } from "../../runner/scenario/load.ts";
import { goodScenario, messagesOf, scenarioFolder, scenarioOf, withChange } from "../support/scenario-file.ts";

describe("a misspelt key is told with what was meant, and nothing else because of it", () => {
  const keys = [
    ["apiVersion:", "apiversion:", "apiVersion"],
    ["name: shop", "nam: shop", "name"],
    ["targets:", "target:", "targets"],
    ["load:", "laod:", "load"],
    ["phases:", "phase:", "phases"],
    ["faults:\n", "fault:\n", "faults"],
    ["arms:", "arm:", "arms"],
    ["gates:", "gate:", "gates"],
    ["safety: { maxTargets: 50% }", "safty: { maxTargets: 50% }", "safety"],
    ["command: [node, services/shop.mjs]", "comand: [node, services/shop.mjs]", "command"],
    ["    kind: process", "    knd: process", "kind"],
    ["env: { DB", "evn: { DB", "env"],
    ["memory: 160MiB", "memry: 160MiB", "memory"],
    ["  target: shop\n", "  targt: shop\n", "target"],
    ["rate: 300/s\n", "rat: 300/s\n", "rate"],
    ["  requests:", "  request:", "requests"],
    ["name: checkout, get:", "name: checkout, gett:", "get"],
    ["name: steady", "nmae: steady", "name"],
    ["for: 20s", "fro: 20s", "for"],
    ["{ from: 300/s", "{ fron: 300/s", "from"],
    ["faults: [one-dies]", "fault: [one-dies]", "faults"],
    ["kind: pod-kill", "knd: pod-kill", "kind"],
    ["delay: 200ms", "dealy: 200ms", "delay"],
    ["target: db", "tagret: db", "target"],
    ["candidate: { targets", "candidate: { target", "targets"],
    ["shop: { env: { CACHE", "shop: { evn: { CACHE", "env"],
    ["metric: latency.p99", "metrc: latency.p99", "metric"],
    ["margin: 10%", "magin: 10%", "margin"],
    ["fault: one-dies", "falt: one-dies", "fault"],
    ["max: 5s", "mx: 5s", "max"],
    ["source:", "sorce:", "source"],
  ] as const;

  test.each(keys)("%j as %j", (from, to, meant) => {
    const [message, ...others] = messagesOf(withChange(from, to));
    expect(message).toMatch(new RegExp(`there is no field "[a-zA-Z]+" \\| did you mean "${meant}"\\?$`));
    expect(others).toEqual([]);
  });

  test("in a load's feeds and flows", () => {
    const flow = (steps: string) =>
      withChange(
        "- { name: pay, post: /pay",
        `- { name: buy, ${steps}: [{ name: pay, post: /pay }] }\n    - { post: /pay`,
      );
    expect(messagesOf(flow("steps"))).toEqual([]);
    expect(messagesOf(flow("step"))).toEqual([expect.stringMatching(/"step" \| did you mean "steps"\?$/)]);
    using folder = scenarioFolder();
    writeFileSync(join(folder.dir, "users.csv"), "id\n1\n");
    const fed = (key: string, name: string) =>
      withChange('get: "/checkout?items=3"', `get: "/users/\${feed.${name}.id}"`).replace(
        "rate: 300/s\n",
        `rate: 300/s\n  ${key}: { users: { file: users.csv } }\n`,
      );
    expect(messagesOf(fed("feeds", "users"), { folder })).toEqual([]);
    expect(messagesOf(fed("feed", "users"), { folder })).toEqual([
      'load: there is no field "feed" | did you mean "feeds"?',
    ]);
    expect(messagesOf(fed("feeds", "user"), { folder })).toEqual([
      expect.stringMatching(/no feed is named "user" \| did you mean "users"\?$/),
    ]);
  });

  test("its value is checked as that of the field that was meant", () => {
    expect(messagesOf(withChange("rate: 300/s\n", "rat: 300\n"))).toEqual([
      'load: there is no field "rat" | did you mean "rate"?',
      'load.rate: expected a rate such as "300/s" or "18000/m", found 300',
    ]);
  });

  test("but a list is never read as a field that takes a text", () => {
    expect(messagesOf(withChange("instances: 3", "cmd: [x]"))).toEqual([
      'targets.shop: there is no field "cmd" | did you mean "cwd"?',
    ]);
  });

  test("in --set it replaces what it means, also where the file misspells a key above it", () => {
    const set = ["load.rat=fast"];
    expect(messagesOf(goodScenario, { set })).toEqual([
      'load: there is no field "rat" | did you mean "rate"?',
      'load.rate: expected a rate such as "300/s" or "18000/m", found "fast"',
    ]);
    expect(messagesOf(withChange("targets:", "target:"), { set: ["targets.shop.instances=4"] })).toEqual([
      'there is no field "target" | did you mean "targets"?',
    ]);
  });

  test("in a file of gates", () => {
    using folder = scenarioFolder();
    writeFileSync(folder.file, "gate: [{ metric: latency.p99, phas: steady, max: 1s }]\n");
    const read = loadConditions(folder.file, scenarioOf(goodScenario), false);
    expect(read.ok ? [] : read.diagnostics.map((it) => it.hint)).toEqual([
      'did you mean "gates"?',
      'did you mean "phase"?',
    ]);
  });
});

describe("a field at the wrong place is told with where it belongs, and nothing else because of it", () => {
  test("indented too little", () => {
    expect(messagesOf(withChange("  requests:\n    - {", "requests:\n    - {"))).toEqual([
      'there is no field "requests" at the top | load has one: indent it below load',
    ]);
    expect(messagesOf(withChange("safety: { maxTargets: 50% }", "safety: {}\nmaxTargets: 50%"))).toEqual([
      'there is no field "maxTargets" at the top | safety has one: indent it below safety',
    ]);
  });

  test("indented too far", () => {
    const phases = goodScenario.match(/^phases:\n(?: .*\n)+/m)?.[0] ?? "";
    expect(messagesOf(withChange(phases, phases.replace(/^/gm, "  ").trimEnd().concat("\n")))).toEqual([
      'load: there is no field "phases" | it stands at the top: indent it less',
    ]);
  });

  test("its value is checked where it belongs", () => {
    expect(messagesOf(withChange("  requests:\n    - {", "requests:\n    - { weight: -1,"))).toHaveLength(2);
  });

  test("but nothing is guessed where it would have two homes, or one that is taken", () => {
    expect(messagesOf(`${goodScenario}rate: 5/s\n`)).toEqual([
      expect.stringMatching(/^there is no field "rate" \| known: /),
    ]);
  });
});

test("what lacks nearly everything is no scenario, which is all that is said", () => {
  expect(messagesOf("a: 1\nb: 2\n")).toEqual([
    '"apiVersion", "name", "targets", "load" and "phases" are missing | this is no scenario yet: write a first one with "shakedown init"',
  ]);
  expect(messagesOf(goodScenario.replace("name: shop\n", "").replace(/^apiVersion.*\n/, ""))).toEqual([
    '"apiVersion" and "name" are missing',
  ]);
});

test("a colon without its space is told as that", () => {
  expect(messagesOf(withChange("{ name: checkout, get", "{ name:checkout, get"))).toEqual([
    'load.requests[0]: there is no field "name:checkout" | a space goes after the colon: "name: checkout"',
  ]);
});

test("a part of a dotted name is told with the names that have it", () => {
  expect(messagesOf(withChange("metric: latency.p99, request", "metric: p99, request"))).toEqual([
    'gates[0].metric: no metric is named "p99" | did you mean "latency.p99" or "service.p99"?',
  ]);
});

describe("a slip in one name is told where it is, not where it is missed", () => {
  test("a fault that a phase nearly names is no fault without a phase", () => {
    expect(messagesOf(withChange("faults: [slow-db]", "faults: [slow-bd]"))).toEqual([
      'phases[4].faults[0]: no fault is named "slow-bd" | did you mean "slow-db"?',
    ]);
    expect(messagesOf(withChange("faults: [slow-db]", "faults: slow-db"))).toEqual([
      'phases[4].faults: expected a list, found "slow-db"',
    ]);
  });

  test("names that can't be read may be any", () => {
    const without = (section: string) => goodScenario.replace(new RegExp(`^${section}:\n(?: .*\n)+`, "m"), "");
    expect(messagesOf(without("phases"))).toEqual(['"phases" is missing']);
    expect(messagesOf(without("targets"))).toEqual(['"targets" is missing']);
    expect(messagesOf(withChange("{ name: steady, for", "{ for"))).toEqual(['phases[1]: "name" is missing']);
    expect(
      messagesOf(withChange("faults:\n", "faults: [a]\nbefore:\n").replace(/ {2}(one-dies|slow-db): .*\n/g, "")),
    ).toEqual(["faults: expected a map from names to their fields, found a list of 1"]);
  });

  test("an arm that is nearly named baseline is the one that was meant", () => {
    expect(messagesOf(withChange("  baseline: {}", "  basline: {}"))).toEqual([
      'gates[0]: a margin needs an arm to compare with, and there is none named baseline | call "basline" so, or name it with versus',
    ]);
  });
});
