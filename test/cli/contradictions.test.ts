/** Options of `run` that say opposite things, and what is typed for a field of the scenario. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cliIn } from "../support/cli.ts";

const scenario = (trials = "{ count: 2 }"): string => `apiVersion: shakedown/v1
name: two
targets: { shop: { kind: process, command: [node, -e, "0"] } }
load: { target: shop, rate: 50/s, requests: [{ get: / }] }
phases: [{ name: steady, for: 1s }]
arms: { baseline: {}, candidate: {} }
trials: ${trials}
gates: [{ metric: latency.p50, margin: 10% }]
`;

async function said(argv: readonly string[], text = scenario()): Promise<string> {
  using cli = cliIn();
  writeFileSync(join(cli.dir, "two.yaml"), text);
  const { exit, out, err } = await cli.run("run", "two.yaml", ...argv);
  expect(exit).toBe(2);
  expect(out).toBe("");
  return err.trimEnd();
}

describe("options of run that say opposite things are refused by their names", () => {
  test.each([
    ["--aa --only candidate", "--aa runs the baseline as both arms, --only candidate one arm"],
    ["--aa --confirm", "--aa runs two arms that are the same: --confirm has no regression to confirm"],
    ["--aa --baseline-ref v1", "--aa runs one and the same baseline as both arms, --baseline-ref v1 another one"],
    ["--aa --against x.json", "--aa compares the baseline with itself, --against with a stored one"],
    [
      "--baseline-ref v1 --only candidate",
      "--baseline-ref v1 is about the baseline arm, which --only candidate leaves out",
    ],
    [
      "--baseline-ref v1 --against x.json",
      "--baseline-ref runs a baseline arm to compare with, --against stands in for one that does not run",
    ],
    ["--resume x --against x.json", "a run that goes on is compared with what it was compared with when it began"],
  ])("%s", async (argv, message) => {
    expect(await said(argv.split(" "))).toMatch(new RegExp(`^error: ${message}\nhint:  leave out `));
  });
});

test("what --trials and --seed say wrongly is told as they were typed, not as a --set", async () => {
  expect(await said(["--trials", "0"])).toBe(
    "--trials 0  trials.count: expected a whole number from 1 to 1000, found 0",
  );
  expect(await said(["--trials", "5"], scenario("{ looks: [2, 4] }"))).toBe(
    "--trials 5  trials.count: expected count or looks, found both; --trials gives a count, --set trials.looks=null takes the looks away",
  );
  expect(await said(["--seed", "999999999999999"])).toMatch(/^--seed 999999999999999 {2}trials.seed: expected /);
});

test("a stored baseline that is not there is told so, with how to make one", async () => {
  expect(await said(["--against", "x.json", "--only", "candidate"])).toMatch(
    /^error: the stored baseline x.json can't be read: there is no such file\nhint: {2}make it anew: npx shakedown run two.yaml --against none/,
  );
});

test("after a wrong option the help that is offered can be typed here", async () => {
  expect(await said(["--trial", "2"])).toContain("(npx shakedown run --help lists what it takes)");
});

test("a help lists the options that every command takes", async () => {
  using cli = cliIn();
  expect((await cli.run("run", "--help")).out).toMatch(/Global Options:[\s\S]*--json/);
});

test("gates that --only leaves out are told before anything runs", async () => {
  const foreign = scenario().replace(
    'kind: process, command: [node, -e, "0"]',
    'kind: http, url: "http://127.0.0.1:9"',
  );
  expect(await said(["--only", "candidate", "--plan", "another"], foreign)).toMatch(
    /^! --only candidate leaves out what another arm is needed for: latency\.p50\n/m,
  );
});
