import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Harness, harness, service } from "../support/harness.ts";
import { needs } from "../support/needs.ts";
import { smallDisk } from "../support/small-disk.ts";

const scenario = (seconds: number) => `
apiVersion: shakedown/v1
name: short
targets:
  db: { kind: process, command: [node, ${JSON.stringify(service("db"))}], env: { API_TOKEN: "\${env:TEST_TOKEN}" }, ready: { path: /healthz } }
load: { target: db, engine: native, rate: 50/s, timeout: 1s, requests: [{ name: query, get: /query?key=1 }] }
phases: [{ name: steady, for: ${seconds}s }]
samplers: { off: [host] }
arms: { baseline: {}, candidate: { targets: { db: { env: { DELAY_MS: "20" } } } } }
trials: { count: 1, seed: 1 }
gates:
  - { name: fast enough, metric: latency.p50, max: 500ms }
  - { name: as fast as before, metric: latency.p50, margin: 50% }
  - { name: of the candidate alone, metric: throughput, min: 1/s, arm: candidate }
`;

function prepared(seconds: number): Harness {
  process.env.TEST_TOKEN = "hunter2-hunter2";
  const cli = harness();
  cli.write("short.yaml", scenario(seconds));
  return cli;
}

test.concurrent("--only runs one arm and asks only what that arm can answer alone", async () => {
  using cli = prepared(2);
  const { code, err } = await cli.run("run", "short.yaml", "--only", "baseline");
  expect(code, err).toBe(0);
  expect(cli.judgement().gates.map((it) => [it.condition.name, it.verdict])).toEqual([
    ["fast enough", "pass"],
    ["errors.ratio with fast enough", "pass"],
  ]);
  expect(cli.journal().flatMap((it) => (it.type === "trial.start" ? [it.arm] : []))).toEqual(["baseline"]);
  expect((await cli.run("run", "short.yaml", "--only", "candiate")).err).toContain("its arms: baseline, candidate");
});

test.concurrent("list names runs with their verdicts, and prune deletes raw output of old ones, or whole records, only when told to", async () => {
  using cli = prepared(1);
  await cli.run("run", "short.yaml", "--only", "baseline");
  const first = cli.newest();
  await cli.run("run", "short.yaml", "--only", "baseline");
  expect((await cli.run("list")).out.trim().split("\n")).toHaveLength(2);
  const raw = join(first, "trial-01-baseline", "raw");
  expect(existsSync(raw)).toBe(true);
  expect((await cli.run("prune", "--keep", "1", "--dry-run")).out).toContain("would delete");
  expect(existsSync(raw)).toBe(true);
  await cli.run("prune", "--keep", "1");
  expect(existsSync(raw)).toBe(false);
  expect((await cli.run("report", first)).out).toContain("report.html");
  await cli.run("prune", "--keep", "1", "--whole");
  expect(existsSync(first)).toBe(false);
  expect((await cli.run("list")).out.trim().split("\n")).toHaveLength(1);
});

test.concurrent("a secret is in no file of a record, and in no plan", async () => {
  using cli = prepared(1);
  await cli.run("run", "short.yaml", "--only", "baseline");
  for (const file of ["run.json", "journal.ndjson", "judgement.json", "report.html"]) {
    expect(readFileSync(join(cli.newest(), file), "utf8"), file).not.toContain("hunter2");
  }
  for (const argv of [
    ["plan", "short.yaml"],
    ["--json", "plan", "short.yaml"],
  ]) {
    const { out } = await cli.run(...argv);
    expect(out).toContain("API_TOKEN");
    expect(out).not.toContain("hunter2");
  }
});

needs.smallDisk("a full disk ends the run cleanly: it says so, ends with 4, and leaves nothing running", async () => {
  using cli = prepared(60);
  using disk = smallDisk(220 * 1024);
  if (disk === null) throw new Error("no small disk");
  const { code, err } = await cli.run("run", "short.yaml", "--out", disk.dir);
  expect(code, err).toBe(4);
  expect(err).toContain("no space left");
  const dir = join(disk.dir, "short");
  const journal = readFileSync(join(dir, readdirSync(dir)[0] as string, "journal.ndjson"), "utf8");
  expect(journal.trim().split("\n").at(-1)).toContain('"type":"run.end"');
  expect((await cli.run("recover")).out).toBe("nothing to recover\n");
});

test.concurrent("a run that is still going on is not gone on with by another: its journal is left alone", async () => {
  using cli = prepared(30);
  const going = cli.start("run", "short.yaml");
  await cli.reached("target.ready");
  const id = cli.newest().split("/").at(-1) as string;
  const { code, err } = await cli.run("run", "short.yaml", "--resume", id);
  expect(code, err).toBe(2);
  expect(err).toContain("if it is not running any more, undo what it left: shakedown recover");
  going.child.kill("SIGINT");
  await going.done;
  expect(cli.journal().filter((it) => it.type === "run.resume")).toEqual([]);
});
