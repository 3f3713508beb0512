import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { harness } from "../support/harness.ts";
import { httpServer } from "../support/tcp-server.ts";

const scenario = (port: number): string => `
apiVersion: shakedown/v1
name: theirs
targets: { theirs: { kind: http, url: "http://127.0.0.1:${port}", ready: { path: / } } }
load: { target: theirs, engine: native, connections: 1, requests: [{ name: root, get: / }] }
phases: [{ name: steady, for: 60s }]
trials: { count: 1 }
gates: [{ metric: errors.ratio, max: 50% }]
`;

test("two runs never have the same service at the same time, and none has it when it is over or dead", async () => {
  await using theirs = await httpServer((_, response) => response.end("fine"));
  using cli = harness();
  cli.write("theirs.yaml", scenario(theirs.port));
  const locks = join(cli.dir, "state", "shakedown", "locks");
  const first = cli.start("run", "theirs.yaml");
  await cli.reached("phase");
  const id = basename(cli.newest());

  const second = await cli.run("run", "theirs.yaml");
  expect(second.code, second.err).toBe(2);
  expect(second.err).toContain(`http://127.0.0.1:${theirs.port} is under test already, by run ${id}`);
  expect(second.err).toMatch(/hint: .*kill -INT \d+/);
  // What may not begin leaves no record.
  expect(readdirSync(join(cli.dir, "results", "theirs"))).toEqual([id]);

  first.child.kill("SIGKILL");
  await first.done;
  expect(readdirSync(locks)).toHaveLength(1);
  const third = await cli.run("run", "theirs.yaml", "--set", "phases.steady.for=1s");
  expect([0, 3], third.err).toContain(third.code);
  expect(readdirSync(locks)).toEqual([]);

  const before = cli.newest();
  const fourth = cli.start("run", "theirs.yaml");
  await eventually(() => expect(cli.newest()).not.toBe(before), 30_000);
  await cli.reached("phase");
  fourth.child.kill("SIGINT");
  expect((await fourth.done).code).toBe(130);
  expect(readdirSync(locks)).toEqual([]);
});

test("a run that can't make its record gives the service back", async () => {
  await using theirs = await httpServer((_, response) => response.end("fine"));
  using cli = harness();
  cli.write("theirs.yaml", scenario(theirs.port));
  cli.write("results", "in the way");
  expect((await cli.run("run", "theirs.yaml")).code).toBe(2);
  const locks = join(cli.dir, "state", "shakedown", "locks");
  expect(existsSync(locks)).toBe(true);
  expect(readdirSync(locks)).toEqual([]);
});
