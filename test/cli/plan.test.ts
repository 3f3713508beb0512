/** What a plan tells of faults: how they are undone where there are any, and nothing where there are none. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cliIn } from "../support/cli.ts";

async function planned(faults: string): Promise<string> {
  using cli = cliIn();
  writeFileSync(join(cli.dir, "server.mjs"), "");
  writeFileSync(
    join(cli.dir, "a.yaml"),
    `apiVersion: shakedown/v1
name: a
targets: { shop: { kind: process, command: [node, server.mjs], instances: 2 } }
load: { target: shop, rate: 10/s, requests: [{ get: / }] }
phases: [{ name: steady, for: 2s${faults === "" ? "" : ", faults: [one-dies]"} }]
${faults}
`,
  );
  return (await cli.run("plan", "a.yaml")).out;
}

test("a plan with faults says how many instances are hit and how each fault is undone", async () => {
  const out = await planned("faults: { one-dies: { kind: pod-kill, target: shop, count: 1 } }");
  expect(out).toMatch(/one-dies: pod-kill on shop, 1 of 2 instances/);
  expect(out).toMatch(/^undo: every fault is leased/m);
});

test("a plan without faults says so, and tells of no undo", async () => {
  const out = await planned("");
  expect(out).toMatch(/^no faults$/m);
  expect(out).not.toMatch(/undo|are hit/);
});
