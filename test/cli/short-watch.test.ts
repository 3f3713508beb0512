/** What is told before a run of faults after which no recovery can be seen. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cliIn } from "../support/cli.ts";

const told = async (fault: string): Promise<string> => {
  using cli = cliIn();
  writeFileSync(join(cli.dir, "shop.mjs"), "");
  writeFileSync(
    join(cli.dir, "shop.yaml"),
    `
apiVersion: shakedown/v1
name: shop
targets: { shop: { kind: process, command: [node, shop.mjs], ready: { path: / }, instances: 2 } }
load: { target: shop, rate: 40/s, requests: [{ get: / }] }
phases: [{ name: steady, for: 3s }, { name: bad, for: 3s, faults: [first] }, { name: rest, for: 2s, faults: [last] }]
faults: { first: { target: shop, ${fault} }, last: { kind: pod-kill, target: shop } }
gates: [{ metric: recovery.time, fault: first, max: 5s }]
`,
  );
  const { exit, err } = await cli.run("validate", "shop.yaml");
  expect(exit, err).toBe(0);
  return err;
};

test("a lasting fault is watched from its end to the next fault, a kill from its beginning", async () => {
  const said = "! recovery.time first: 500 ms are left after first until the next fault or the end of load";
  expect(await told("kind: pause, count: 1, for: 2500ms")).toContain(said);
  expect(await told("kind: pod-kill, at: 2500ms")).toContain(said);
  expect(await told("kind: pause, count: 1, for: 1s")).toBe("");
  expect(await told("kind: pod-kill, at: 1s")).toBe("");
});
