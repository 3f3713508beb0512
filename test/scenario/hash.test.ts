import { describe, expect, test } from "vitest";
import { goodScenario, type Options, scenarioFolder, scenarioOf, withChange } from "../support/scenario-file.ts";

const hashes = (text: string, set: string[] = []) => scenarioOf(text, { set }).arms.map((it) => it.hash);
const same = hashes(goodScenario);

test("a clone elsewhere, another Node and another order of fields have the same hash", () => {
  using elsewhere = scenarioFolder();
  expect(scenarioOf(goodScenario, { folder: elsewhere, node: "/usr/bin/node24" }).arms.map((it) => it.hash)).toEqual(
    same,
  );
  expect(
    hashes(
      withChange(
        "instances: 3\n    limits: { memory: 160MiB, cpu: 500m }",
        "limits: { cpu: 0.5, memory: 163840KiB }\n    instances: 3".replace("0.5", '"0.5"'),
      ),
    ),
  ).toEqual(same);
});

test.each([
  ["the name", "name: shop\n", "name: other\n"],
  ["the description", "name: shop\n", "name: shop\ndescription: words\n"],
  ["gates", "margin: 10%", "margin: 20%"],
  ["claims", "max: 0.5%", "max: 0.6%"],
  ["trials", "gates:", "trials: { count: 9, seed: 3 }\ngates:"],
  ["samplers", "gates:", "samplers: { every: 200ms }\ngates:"],
])("%s are no part of it", (_, from, to) => {
  expect(hashes(withChange(from, to))).toEqual(same);
});

test.each([
  ["the load", "rate: 300/s", "rate: 301/s"],
  ["a phase", "for: 20s", "for: 21s"],
  ["a fault", "delay: 200ms", "delay: 201ms"],
  ["a target", "instances: 3", "instances: 4"],
  ["the environment", 'CACHE: "on"', 'CACHE: "yes", MORE: 1'],
  ["a limit", "160MiB", "161MiB"],
  ["abort rules", "max: 50%, for: 5s", "max: 51%, for: 5s"],
  ["hooks", "gates:", "before: [[node, services/db.mjs]]\ngates:"],
  ["a program", "services/shop.mjs", "services/db.mjs"],
])("%s is", (_, from, to) => {
  const changed = hashes(withChange(from, to));
  expect(changed[0]).not.toBe(same[0]);
});

test("what only one arm changes leaves the other's hash alone", () => {
  const [baseline, candidate] = hashes(withChange('CACHE: "off"', 'CACHE: "small"'));
  expect(baseline).toBe(same[0]);
  expect(candidate).not.toBe(same[1]);
});

test("where a condition of a fault stands is no part of it, what it says is", () => {
  const ruled = (max: string) =>
    withChange("count: 1 }", `count: 1, recovered: { metric: errors.ratio, max: ${max} } }`);
  expect(hashes(`# a comment\n\n${ruled("1%")}`)).toEqual(hashes(ruled("1%")));
  expect(hashes(ruled("2%"))).not.toEqual(hashes(ruled("1%")));
});

describe("the setup of an arm, which two sessions must share to be compared,", () => {
  const setups = (text: string, options: Options = {}) => scenarioOf(text, options).arms.map((it) => it.setup);
  const [usual] = setups(goodScenario);

  test.each([
    ["load", "rate: 300/s", "rate: 301/s"],
    ["phases", "for: 20s", "for: 21s"],
    ["faults", "delay: 200ms", "delay: 201ms"],
    ["abort", "max: 50%, for: 5s", "max: 51%, for: 5s"],
    ["hooks", "gates:", "before: [[node, services/db.mjs]]\ngates:"],
  ] as const)("says by name that the %s changed, and nothing else", (part, from, to) => {
    const [changed] = setups(withChange(from, to));
    expect(changed?.[part]).not.toBe(usual?.[part]);
    expect({ ...changed, [part]: null }).toEqual({ ...usual, [part]: null });
  });

  test.each([
    ["the targets", "instances: 3", "instances: 4"],
    ["their environment", 'CACHE: "on"', 'CACHE: "yes", MORE: 1'],
    ["gates", "margin: 10%", "margin: 20%"],
    ["trials", "gates:", "trials: { count: 9, seed: 3 }\ngates:"],
  ])("is the same whatever %s are", (_, from, to) => {
    expect(setups(withChange(from, to))[0]).toEqual(usual);
  });

  test("is the same in a clone elsewhere, and after a token was renewed", () => {
    using elsewhere = scenarioFolder();
    const hooked = goodScenario.replace("gates:", "before: [[node, services/db.mjs]]\ngates:");
    expect(setups(hooked, { folder: elsewhere })).toEqual(setups(hooked));
    const authorized = (token: string) =>
      setups(withChange('get: "/checkout?items=3"', `get: /checkout, headers: { Authorization: Bearer ${token} }`));
    expect(authorized("first-token")).toEqual(authorized("other-token"));
    expect(authorized("first-token")[0]?.load).not.toBe(usual?.load);
  });
});
