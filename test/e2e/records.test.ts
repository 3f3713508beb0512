import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { cliIn } from "../support/cli.ts";
import { type Harness, harness, noNoiseCheck, service } from "../support/harness.ts";
import { needs } from "../support/needs.ts";
import { smallDisk } from "../support/small-disk.ts";

const scenario = (seconds: number) => `
apiVersion: shakedown/v1
name: short
targets:
  db: { kind: process, command: [node, ${JSON.stringify(service("db"))}], env: { API_TOKEN: "\${env:TEST_TOKEN}" }, ready: { path: /healthz } }
load: { target: db, engine: native, rate: 50/s, timeout: 20s, requests: [{ name: query, get: /query?key=1 }] }
phases: [{ name: steady, for: ${seconds}s }]
${noNoiseCheck}
arms: { baseline: {}, candidate: { targets: { db: { env: { DELAY_MS: "20" } } } } }
trials: { count: 1, seed: 1 }
gates:
  - { name: fast enough, metric: latency.p50, max: 500ms }
  - { name: as fast as before, metric: latency.p50, margin: 50% }
  - { name: of the candidate alone, metric: throughput, min: 1/s, arm: candidate }
`;

const token = "hunter2-hunter2";
const password = "swordfish-9";

function prepared(seconds: number): Harness {
  const cli = harness({ TEST_TOKEN: token });
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
  await Promise.all([1, 2].map(() => cli.start("run", "short.yaml", "--only", "baseline").done));
  const results = join(cli.dir, "results", "short");
  const first = join(results, readdirSync(results).sort()[0] as string);
  using here = cliIn({ dir: cli.dir });
  expect((await here.run("list")).out.trim().split("\n")).toHaveLength(2);
  const raw = join(first, "trial-01-baseline", "raw");
  expect(existsSync(raw)).toBe(true);
  expect((await here.run("prune", "--keep", "1", "--dry-run")).out).toContain("would delete");
  expect(existsSync(raw)).toBe(true);
  await here.run("prune", "--keep", "1");
  expect(existsSync(raw)).toBe(false);
  expect((await here.run("report", first)).out).toContain("report.html");
  await here.run("prune", "--keep", "1", "--whole");
  expect(existsSync(first)).toBe(false);
  expect((await here.run("list")).out.trim().split("\n")).toHaveLength(1);
});

test.concurrent("a secret is in no file of a record, whatever a service and a hook print, and in no plan", async () => {
  using cli = harness({ TEST_TOKEN: token });
  const talks = `console.log("up with", process.env.API_TOKEN, process.argv.at(-1));`;
  cli.write("talks.mjs", `${talks}\nawait import(${JSON.stringify(service("db"))});\n`);
  cli.write(
    "short.yaml",
    scenario(1)
      .replace(JSON.stringify(service("db")), `talks.mjs, --password, ${password}`)
      .concat(`after: [[node, -e, "console.log(process.env.TEST_TOKEN); process.exit(1)"]]\n`),
  );
  const { err } = await cli.run("run", "short.yaml", "--only", "baseline");
  expect(err).toContain("an after hook failed");
  const files = readdirSync(cli.newest(), { recursive: true, encoding: "utf8" })
    .map((it) => join(cli.newest(), it))
    .filter((it) => statSync(it).isFile());
  expect(files.map((it) => basename(it))).toEqual(
    expect.arrayContaining([
      "run.json",
      "journal.ndjson",
      "judgement.json",
      "report.html",
      "report.md",
      "junit.xml",
      "db-0.log",
    ]),
  );
  const log = files.find((it) => basename(it) === "db-0.log") as string;
  expect(readFileSync(log, "utf8")).toContain("up with [redacted] [redacted]");
  for (const file of files)
    for (const secret of [token, password]) expect(readFileSync(file, "utf8"), file).not.toContain(secret);
  expect(err).not.toContain(token);
  using here = cliIn({ dir: cli.dir, env: { TEST_TOKEN: token } });
  for (const argv of [
    ["plan", "short.yaml"],
    ["--json", "plan", "short.yaml"],
  ]) {
    const { out } = await here.run(...argv);
    expect(out).toContain("API_TOKEN");
    for (const secret of [token, password]) expect(out).not.toContain(secret);
  }
});

describe.concurrent("a full disk", () => {
  needs.smallDisk("ends the run cleanly: it says so, ends with 4, and leaves nothing running", async () => {
    using cli = prepared(60);
    // What begins fits, and is full after some seconds of load.
    using disk = smallDisk(128 * 1024);
    if (disk === null) throw new Error("no small disk");
    const { code, err } = await cli.run("run", "short.yaml", "--out", disk.dir);
    expect(code, err).toBe(4);
    expect(err).toMatch(/^error: no space left .*\nhint: .*--out, and resume the run$/m);
    const dir = join(disk.dir, "short");
    const journal = readFileSync(join(dir, readdirSync(dir)[0] as string, "journal.ndjson"), "utf8");
    expect(journal.trim().split("\n").at(-1)).toContain('"type":"run.end"');
    expect((await cli.run("recover")).out).toBe("nothing to recover\n");
  });
});
