/** Hooks of a trial, around a real service. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { harness, noNoiseCheck, service } from "../support/harness.ts";

const scenario = (hooks: string): string => `
apiVersion: shakedown/v1
name: hooked
targets: { db: { kind: process, command: [node, ${JSON.stringify(service("db"))}], ready: { path: /healthz } } }
load: { target: db, connections: 2, timeout: 20s, requests: [{ name: query, get: /query?key=1 }] }
phases: [{ name: steady, for: 500ms }]
trials: { count: 2, seed: 1 }
gates: [{ metric: errors.ratio, max: 50% }]
${hooks}
${noNoiseCheck}
`;

test("an after hook that fails is told in terminal, report and record, keeps no other from running, and changes no verdict", async () => {
  using cli = harness();
  cli.write("clean.mjs", "console.error('no such table'); process.exit(3);");
  cli.write("hooked.yaml", scenario("after: [[node, clean.mjs], [node, -e, '0']]"));
  const { out, err } = await cli.run("run", "hooked.yaml");
  const told = "an after hook failed, what was measured stands: node clean.mjs ended with 3: no such table";
  expect(err).toContain(`! ${told}`);
  expect(out).toContain(`! warnings: ${told} (2 times)`);
  expect(readFileSync(join(cli.newest(), "report.html"), "utf8")).toContain("an after hook failed");
  const journal = cli.journal();
  expect(journal.filter((it) => it.type === "hook").map((it) => it.exit)).toEqual([3, 0, 3, 0]);
  expect(journal.filter((it) => it.type === "warning").map((it) => it.text)).toEqual([told, told]);
  expect(journal.filter((it) => it.type === "trial.end").map((it) => it.outcome)).toEqual(["ok", "ok"]);
  expect(cli.judgement().gates.map((it) => it.verdict)).toEqual(["pass"]);
});

test("a before hook that fails ends the run as invalid, for good", async () => {
  using cli = harness();
  cli.write("seed.mjs", "console.error('no seeds'); process.exit(3);");
  cli.write("hooked.yaml", scenario("before: [[node, seed.mjs]]"));
  const { code, out, err } = await cli.run("run", "hooked.yaml");
  expect(code, err).toBe(4);
  expect(out).toContain("a before hook failed: node seed.mjs ended with 3: no seeds");
  expect(out).toContain("this run failed: trial 1 lacks what a before hook prepares");
  expect(cli.journal().filter((it) => it.type === "trial.start" || it.type === "phase")).toHaveLength(1);

  const resumed = await cli.run("run", "hooked.yaml", "--resume", cli.newest());
  expect(resumed.code).toBe(2);
  expect(resumed.err).toMatch(
    /stays invalid: its trial 1 broke down, .*no seeds\nhint: {2}mend that, then start a new run/,
  );
});
