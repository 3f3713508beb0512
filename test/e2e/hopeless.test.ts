import { expect, test } from "vitest";
import { type Harness, harness, service } from "../support/harness.ts";

const dies = `[node, -e, "console.error('no database at ' + Date.now()); process.exit(3)"]`;
const works = `[node, ${JSON.stringify(service("db"))}]`;

const scenario = (command: string, arms: string, trials: number): string => `
apiVersion: shakedown/v1
name: short
targets: { db: { kind: process, command: ${command}, ready: { path: /healthz }, restart: { delay: 10ms, maxInARow: 1 } } }
load: { target: db, engine: native, rate: 50/s, requests: [{ name: query, get: /query?key=1 }] }
phases: [{ name: steady, for: 500ms }]
${arms}
trials: { count: ${trials}, seed: 1 }
gates: [{ metric: errors.ratio, max: 50% }]
`;

const twoArms = "arms: { baseline: {}, candidate: {} }";
const trialsOf = (cli: Harness): number => cli.journal().filter((it) => it.type === "trial.end").length;

test.concurrent("a run of two arms, neither of which ever gets ready, ends after two blocks as invalid and says why", async () => {
  using cli = harness();
  cli.write("short.yaml", scenario(dies, twoArms, 5));
  const { code, out, err } = await cli.run("run", "short.yaml");
  expect(code, err).toBe(4);
  expect(trialsOf(cli)).toBe(4);
  const reason =
    /^nothing got ready in 4 trials of 4: db db-0: crash loop: .*exit code 3\); the remaining 3 blocks would fail alike$/;
  expect(cli.journal().at(-1)).toMatchObject({ status: "failed", reason: expect.stringMatching(reason) });
  expect(err).toContain("! the run failed: nothing got ready in 4 trials of 4");
  expect(cli.judgement().run).toMatchObject({ status: "failed", blocks: { planned: 5, done: 2 } });
  expect(out).toMatch(/^next .*run short\.yaml .*once what it failed for is mended/m);
});

test.concurrent("a run of one arm that never gets ready ends after two blocks as failed", async () => {
  using cli = harness();
  cli.write("short.yaml", scenario(dies, "", 4));
  const { code, err } = await cli.run("run", "short.yaml");
  expect(code, err).toBe(1);
  expect(trialsOf(cli)).toBe(2);
  expect(cli.judgement()).toMatchObject({ verdict: "failed", run: { status: "failed" } });
});

test.concurrent("an arm that never gets ready does not end a run whose other arm works", async () => {
  using cli = harness();
  const candidate = `arms: { baseline: {}, candidate: { targets: { db: { command: ${dies} } } } }`;
  cli.write("short.yaml", scenario(works, candidate, 3));
  const { err } = await cli.run("run", "short.yaml");
  expect(trialsOf(cli), err).toBe(6);
  expect(cli.journal().at(-1)).toMatchObject({ status: "completed" });
});
