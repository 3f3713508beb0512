import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Exit } from "../../runner/shared/errors.ts";
import { openLeases } from "../../runner/undo/store.ts";
import { type Cli, cliIn, leaseOfAnotherBoot } from "../support/cli.ts";
import { fakeRecord } from "../support/fake-record.ts";

/** With --json, stdout is NDJSON and nothing else. */
const said = async (cli: Cli, ...argv: string[]) => {
  const { exit, out, err } = await cli.run("--json", ...argv);
  const lines = out
    .split("\n")
    .slice(0, -1)
    .map((it) => JSON.parse(it) as Record<string, unknown>);
  expect(out).toBe(lines.map((it) => `${JSON.stringify(it)}\n`).join(""));
  return { exit, err, lines };
};

test("init tells the file that it wrote", async () => {
  using cli = cliIn();
  const { exit, lines } = await said(cli, "init", "http://127.0.0.1:9", "--file", "a.yaml");
  expect(exit).toBe(Exit.pass);
  expect(lines).toEqual([{ type: "written", file: "a.yaml", next: "npx shakedown run a.yaml" }]);
});

test("validate tells each scenario, and of a bad one each problem with its place", async () => {
  using cli = cliIn();
  await cli.run("init", "http://127.0.0.1:9", "--file", "good.yaml");
  const bad =
    "apiVersion: shakedown/v1\nname: bad\ntargets: { it: { kind: http, url: http://127.0.0.1:9 } }\nphases: [{ name: a, forr: 1s }]\n";
  writeFileSync(join(cli.dir, "bad.yaml"), bad);
  const { exit, err, lines } = await said(cli, "validate", "bad.yaml", "good.yaml", "missing.yaml");
  expect(exit).toBe(Exit.usage);
  expect(err).toBe("");
  expect(lines[0]).toEqual({
    type: "scenario",
    file: join(cli.dir, "good.yaml"),
    name: "good",
    arms: ["candidate"],
    trials: 3,
    seconds: 10,
    faults: 0,
    gates: 2,
  });
  const problems = lines.slice(1);
  expect(problems.map((it) => Object.keys(it))).toEqual(
    problems.map(() => ["type", "file", "line", "column", "set", "path", "message", "hint"]),
  );
  expect(problems).toContainEqual(
    expect.objectContaining({
      type: "diagnostic",
      line: 4,
      path: "phases[0]",
      hint: 'did you mean "for"?',
    }),
  );
  expect(problems.at(-1)).toMatchObject({ file: expect.stringContaining("missing.yaml"), line: null, column: null });
});

test("list tells each run, and prune each folder that it deleted or would delete", async () => {
  using cli = cliIn();
  const results = join(cli.dir, "results");
  const dir = fakeRecord(results, { pairs: 0, id: "20261121T0912Z-k3f" });
  cpSync(dir, join(dir, "..", "20261122T0912Z-abc"), { recursive: true });
  const raw = join(dir, "trial-01-baseline", "raw");
  mkdirSync(raw, { recursive: true });
  writeFileSync(join(raw, "out.json"), "12345");

  const runs = await said(cli, "list");
  expect(runs.lines).toMatchObject([
    { type: "run", id: "20261122T0912Z-abc", verdict: "not judged" },
    { type: "run", id: "20261121T0912Z-k3f", scenario: "shop-survives" },
  ]);
  const folder = { type: "folder", dir: "results/shop-survives/20261121T0912Z-k3f/trial-01-baseline/raw", bytes: 5 };
  expect((await said(cli, "prune", "--keep", "1", "--dry-run")).lines).toEqual([{ ...folder, deleted: false }]);
  expect(existsSync(raw)).toBe(true);
  expect((await said(cli, "prune", "--keep", "1")).lines).toEqual([{ ...folder, deleted: true }]);
  expect(existsSync(raw)).toBe(false);
  expect((await said(cli, "prune", "--keep", "1")).lines).toEqual([]);
});

test("a run that is going on is listed as such, and nothing of it is pruned", async () => {
  using cli = cliIn();
  const dir = fakeRecord(join(cli.dir, "results"), { pairs: 0, id: "20261121T0912Z-k3f" });
  const leases = openLeases(cli.host, "20261121T0912Z-k3f");
  expect((await said(cli, "list")).lines).toMatchObject([{ verdict: "running" }]);
  expect((await said(cli, "prune", "--keep", "0", "--whole")).lines).toEqual([]);
  expect(existsSync(dir)).toBe(true);
  leases.close();
  expect((await said(cli, "list")).lines).toMatchObject([{ verdict: "not judged" }]);
  expect((await said(cli, "prune", "--keep", "0", "--whole")).lines).toHaveLength(1);
});

test("plan tells the resolved scenario with the hash that --plan takes", async () => {
  using cli = cliIn();
  await cli.run("init", "http://127.0.0.1:9", "--file", "a.yaml");
  const { out } = await cli.run("plan", "a.yaml");
  const { lines } = await said(cli, "plan", "a.yaml");
  expect(lines).toEqual([
    { type: "plan", hash: /plan (\w+)\n$/.exec(out)?.[1], scenario: expect.objectContaining({ name: "a" }) },
  ]);
});

test("recover tells each run that left something", async () => {
  using cli = cliIn();
  expect((await said(cli, "recover")).lines).toEqual([]);
  leaseOfAnotherBoot(cli);
  expect((await said(cli, "recover")).lines).toMatchObject([
    { type: "recovered", run: "other-boot", state: "elsewhere", undone: 0, unreverted: [{ label: "x" }] },
  ]);
});

test("doctor tells each check", async () => {
  using cli = cliIn();
  const { lines } = await said(cli, "doctor");
  expect(lines.map((it) => it.what)).toEqual(["node", "cgroup", "leases", "k6", "chromium", "cluster", "git"]);
  for (const it of lines) expect(it).toMatchObject({ type: "check", text: expect.any(String) });
});
