/** `baseline` and `compare` on made records: what is refused, what is written, and what is said. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Exit } from "../../runner/shared/errors.ts";
import { type Cli, cliIn } from "../support/cli.ts";
import { type FakeRecord, fakeRecord } from "../support/fake-record.ts";
import { condition, relative } from "../support/fake-scenario.ts";

const gates = [condition({ metric: "cpu.per-request", phase: "steady", margin: relative(0.1) })];

/** A record whose scenario is `shop.yaml` of the working folder; its id is the name of its folder. */
function recorded(cli: Cli, id: string, given: FakeRecord = {}): string {
  const file = join(cli.dir, "shop.yaml");
  if (!existsSync(file)) writeFileSync(file, "name: shop\n");
  const dir = fakeRecord(join(cli.dir, "results"), {
    ...{ id, faults: false, pairs: 4, noise: 0.01, gates },
    ...given,
    scenario: (it) => ({ ...(given.scenario?.(it) ?? it), file }),
  });
  return dir.split("/").at(-1) as string;
}
const stored = (cli: Cli) => join(cli.dir, "shop.baseline.json");
const text = (cli: Cli) => readFileSync(stored(cli), "utf8");

describe("baseline accept", () => {
  test("stores the candidate beside the scenario, and says what to do with it", async () => {
    using cli = cliIn();
    const run = recorded(cli, "20261101T080000Z-aaaa");
    const { exit, out } = await cli.run("baseline", "accept", run);
    expect(exit).toBe(Exit.pass);
    expect(out).toMatch(
      /^shop\.baseline\.json: candidate of run 20261101T080000Z-aaaa, 4 trials, \d+ measurements\nCommit it/,
    );
    expect(JSON.parse(text(cli))).toMatchObject({ schema: 1, arm: "candidate", run, verdict: "pass", forced: false });
    const again = await cli.run("baseline", "accept", run);
    expect(again.out).toMatch(/\n {2}\d+ stayed in the range of the old trials\n/);
  });

  test("says of a new one what it moves, and what is different around it", async () => {
    using cli = cliIn();
    await cli.run("baseline", "accept", recorded(cli, "20261101T080000Z-aaaa"));
    const run = recorded(cli, "20261102T080000Z-bbbb", {
      arms: ["candidate", "reference"],
      effect: { cpu: 1.5 },
      environment: { kernel: "6.19.0" },
    });
    const { exit, out, err } = await cli.run("baseline", "accept", run);
    expect(exit, err).toBe(Exit.pass);
    expect(err).toContain("nothing shows that it is no worse than what it replaces");
    expect(out).toMatch(/\n {2}CPU per request · steady · shop +[12]\.\d+ ms → 3\.\d+ ms\n/);
    expect(out).toContain("\n  kernel was 6.18.0, is 6.19.0\n  reference arm added\n");
  });

  test.each([
    ["regressed", { effect: { cpu: 2 } }, "its verdict is regressed: CPU per request"],
    [
      "failed",
      { gates: [condition({ metric: "latency.p50", phase: "steady", max: 0.001 })] },
      "its verdict is failed: ",
    ],
    ["was cut off", { pairs: 6, cutAfter: 9 }, "it was interrupted after 4 of 6 blocks"],
  ] as const)("refuses a run that %s, unless forced, which is written down", async (_, given, why) => {
    using cli = cliIn();
    const run = recorded(cli, "20261101T080000Z-aaaa", given);
    const { exit, err } = await cli.run("baseline", "accept", run);
    expect(exit).toBe(Exit.usage);
    expect(err).toContain(why);
    expect(err).toContain("--force");
    expect(existsSync(stored(cli))).toBe(false);
    expect((await cli.run("baseline", "accept", run, "--force")).out).toContain("by force");
    expect(JSON.parse(text(cli)).forced).toBe(true);
    expect((await cli.run("baseline", "show", "shop.yaml")).out).toContain("accepted by force");
  });

  test("stores the arm that is named, or the only one", async () => {
    using cli = cliIn();
    const both = recorded(cli, "20261101T080000Z-aaaa");
    await cli.run("baseline", "accept", both, "--arm", "baseline");
    expect(JSON.parse(text(cli)).arm).toBe("baseline");
    const one = recorded(cli, "20261102T080000Z-bbbb", { arms: ["service", "reference"] });
    await cli.run("baseline", "accept", one);
    expect(JSON.parse(text(cli)).arm).toBe("service");
    const { exit, err } = await cli.run("baseline", "accept", both, "--arm", "canary");
    expect(exit).toBe(Exit.usage);
    expect(err).toContain("its arms: baseline, candidate; name one with --arm");
  });

  test("mends a file that can't be read", async () => {
    using cli = cliIn();
    const run = recorded(cli, "20261101T080000Z-aaaa");
    writeFileSync(stored(cli), "{");
    const { exit, err } = await cli.run("baseline", "accept", run);
    expect(exit).toBe(Exit.pass);
    expect(err).toContain("replaced without a comparison");
    expect(JSON.parse(text(cli)).run).toBe(run);
  });

  test("asks for the scenario where it is not where it was", async () => {
    using cli = cliIn();
    const run = recorded(cli, "20261101T080000Z-aaaa", { scenario: (it) => it });
    const elsewhere = fakeRecord(join(cli.dir, "other"), { faults: false, pairs: 2, gates });
    const { exit, err } = await cli.run("baseline", "accept", elsewhere);
    expect(exit).toBe(Exit.usage);
    expect(err).toContain("--scenario FILE");
    expect((await cli.run("baseline", "accept", elsewhere, "--scenario", "shop.yaml")).exit).toBe(Exit.pass);
    expect(JSON.parse(text(cli)).run).not.toBe(run);
  });

  test("a secret of the environment is not in it", async () => {
    using cli = cliIn({ env: { API_TOKEN: "hunter2-hunter2" } });
    await cli.run(
      "baseline",
      "accept",
      recorded(cli, "20261101T080000Z-aaaa", { environment: { image: "x:hunter2-hunter2" } }),
    );
    expect(text(cli)).toContain("x:[redacted]");
    expect(text(cli)).not.toContain("hunter2");
  });
});

describe("baseline show", () => {
  test("says where it is from, when, in which environment, and what it measured", async () => {
    using cli = cliIn();
    await cli.run("baseline", "accept", recorded(cli, "20261101T080000Z-aaaa", { arms: ["candidate", "reference"] }));
    const { exit, out } = await cli.run("baseline", "show", "shop.yaml");
    expect(exit).toBe(Exit.pass);
    expect(out).toContain("candidate of run 20261101T080000Z-aaaa, measured 2026-11-21 09:12 UTC by shakedown 0.1.0");
    expect(out).toContain("reference arm hash-of-refe: ties runs");
    expect(out).toContain("  kernel: 6.18.0\n");
    expect(out).toMatch(/\nThroughput +steady +\d+\/s +\d+\/s to \d+\/s\n/);
    expect((await cli.run("baseline", "show", "shop.baseline.json")).out).toBe(out);
    const json = JSON.parse((await cli.run("--json", "baseline", "show", "shop.yaml")).out);
    expect(json).toMatchObject({ type: "baseline", arm: "candidate" });
    expect(json.rows[0]).toMatchObject({ place: { metric: "latency.p50" }, center: { n: 4 } });
  });

  test("says how to get one where there is none", async () => {
    using cli = cliIn();
    expect((await cli.run("baseline", "show", "shop.yaml")).err).toContain("there is no file shop.yaml");
    writeFileSync(join(cli.dir, "shop.yaml"), "name: shop\n");
    const { exit, err } = await cli.run("baseline", "show", "shop.yaml");
    expect(exit).toBe(Exit.usage);
    expect(err).toContain("there is no stored baseline at shop.baseline.json");
    expect(err).toContain("baseline accept <run>");
  });
});

/** A scenario file that validates, with its one arm and a margin. */
function scenario(cli: Cli, rate = "50/s"): void {
  writeFileSync(
    join(cli.dir, "shop.yaml"),
    `apiVersion: shakedown/v1
name: shop
targets: { shop: { kind: http, url: "http://127.0.0.1:9" } }
load: { target: shop, rate: ${rate}, requests: [{ name: checkout, get: / }] }
phases: [{ name: steady, for: 2s }]
gates: [{ metric: latency.p50, phase: steady, margin: 10% }]
`,
  );
}

/** A baseline of it: values of a made record under the setup that the scenario has. */
async function fitting(cli: Cli): Promise<void> {
  scenario(cli);
  const { out } = await cli.run("--json", "plan", "shop.yaml");
  // Only a stored baseline lets the margin through; any will do to be told the setup.
  expect(out).toBe("");
  await cli.run("baseline", "accept", recorded(cli, "20261101T080000Z-aaaa"));
  const planned = JSON.parse((await cli.run("--json", "plan", "shop.yaml")).out);
  writeFileSync(stored(cli), JSON.stringify({ ...JSON.parse(text(cli)), setup: planned.scenario.arms[0].setup }));
}

describe("a scenario with a margin and no baseline arm", () => {
  test("is wrong without a stored baseline, and told both ways to get one", async () => {
    using cli = cliIn();
    scenario(cli);
    const { exit, err } = await cli.run("validate", "shop.yaml");
    expect(exit).toBe(Exit.usage);
    expect(err).toContain("add arms: { baseline: {}");
    expect(err).toContain("--against FILE");
    expect(err).toContain("shakedown baseline accept <run>");
  });

  test("is fine with one beside it, and runs against any that is named", async () => {
    using cli = cliIn();
    await fitting(cli);
    expect((await cli.run("validate", "shop.yaml")).exit).toBe(Exit.pass);
    const missing = await cli.run("run", "shop.yaml", "--against", "other.json");
    expect(missing.exit).toBe(Exit.usage);
    expect(missing.err).toContain("the stored baseline other.json can't be read");
  });

  test.each([
    ["cut off", (it: string) => it.slice(0, 500), "it is no JSON"],
    ["of something else", () => "{}", "it has no schema version"],
    ["of a newer version", (it: string) => it.replace('"schema":1', '"schema":9'), "has schema 9"],
  ])(
    "with one that is %s is an error that names the command to mend it, before anything runs",
    async (_, change, why) => {
      using cli = cliIn();
      await fitting(cli);
      writeFileSync(stored(cli), change(text(cli)));
      for (const argv of [
        ["validate", "shop.yaml"],
        ["run", "shop.yaml"],
      ]) {
        const { exit, err } = await cli.run(...argv);
        expect(exit).toBe(Exit.usage);
        expect(err).toContain(why);
        expect(err).toContain("shakedown baseline accept <run>");
      }
      expect(existsSync(join(cli.dir, "results", "shop"))).toBe(false);
    },
  );

  test("with one of another load is an error that says what changed", async () => {
    using cli = cliIn();
    await fitting(cli);
    scenario(cli, "60/s");
    const { exit, err } = await cli.run("run", "shop.yaml");
    expect(exit).toBe(Exit.usage);
    expect(err).toContain("was not measured under what candidate is: load changed since run 20261101T080000Z-aaaa");
    expect(err).toContain("shakedown run shop.yaml --against none, then npx shakedown baseline accept <run>");
  });

  test("--against has no place where a baseline arm runs, or where a run goes on", async () => {
    using cli = cliIn();
    await fitting(cli);
    const file = join(cli.dir, "shop.yaml");
    writeFileSync(file, `${readFileSync(file, "utf8")}arms: { baseline: {}, candidate: {} }\n`);
    const both = await cli.run("run", "shop.yaml", "--against", "shop.baseline.json");
    expect(both.exit).toBe(Exit.usage);
    expect(both.err).toContain("--against is for runs without an arm named baseline");
    const resumed = await cli.run("run", "shop.yaml", "--resume", "2026", "--against", "shop.baseline.json");
    expect(resumed.exit).toBe(Exit.usage);
    expect(resumed.err).toContain("compared with what it was compared with when it began");
  });
});

describe("compare", () => {
  const tied: FakeRecord = { arms: ["candidate", "reference"] };

  test("a report that can't be written is told, and costs neither the others nor the verdict", async () => {
    using cli = cliIn();
    const a = recorded(cli, "20261101T080000Z-aaaa", tied);
    const b = recorded(cli, "20261102T080000Z-bbbb", { ...tied, seed: 2, effect: { cpu: 1.6 } });
    const folder = join(cli.dir, "results", "shop-survives", b);
    mkdirSync(join(folder, `compared-with-${a}.report.html`));
    const { exit, err } = await cli.run("compare", a, b, "--format", "html,md");
    expect(exit, err).toBe(Exit.regressed);
    expect(err).toContain(`compared-with-${a}.report.html could not be written: EISDIR`);
    expect(existsSync(join(folder, `compared-with-${a}.report.md`))).toBe(true);
  });

  test("two runs tied by a reference arm: its verdict is the exit code, and reports can be written beside the second", async () => {
    using cli = cliIn();
    const a = recorded(cli, "20261101T080000Z-aaaa", tied);
    const b = recorded(cli, "20261102T080000Z-bbbb", { ...tied, seed: 2, drift: 1.4 });
    const worse = recorded(cli, "20261103T080000Z-cccc", { ...tied, seed: 3, effect: { cpu: 1.6 } });
    const same = await cli.run("compare", a, b);
    expect(same.exit, same.out + same.err).toBe(Exit.pass);
    expect(same.out).toContain(
      `Compared with candidate of run ${a}, measured on 2026-11-21, tied to this one by the reference arm.`,
    );
    const { exit, out } = await cli.run("compare", a, worse, "--format", "html,md");
    expect(exit).toBe(Exit.regressed);
    expect(out).toContain("✗ regressed");
    const html = join(cli.dir, "results", "shop-survives", worse, `compared-with-${a}.report.html`);
    expect(out).toContain(`report  results/shop-survives/${worse}/compared-with-${a}.report.html`);
    expect(readFileSync(html, "utf8")).toContain("bridged by the reference arm");
    expect(JSON.parse((await cli.run("--json", "compare", a, worse)).out)).toMatchObject({
      type: "verdict",
      verdict: "regressed",
    });
  });

  test("is at most inconclusive where nothing ties them, and shows in what they differ", async () => {
    using cli = cliIn();
    const a = recorded(cli, "20261101T080000Z-aaaa");
    const b = recorded(cli, "20261102T080000Z-bbbb", {
      seed: 2,
      effect: { cpu: 3 },
      environment: { kernel: "6.19.0" },
    });
    const { exit, out } = await cli.run("compare", a, b);
    expect(exit).toBe(Exit.inconclusive);
    expect(out).toContain("drift between them is not controlled; kernel was 6.18.0, is 6.19.0");
    expect((await cli.run("compare", a, b, "--arm-a", "baseline", "--arm-b", "baseline")).exit).toBe(Exit.inconclusive);
  });

  test("refuses runs under another load, unless forced: marked, and at most inconclusive", async () => {
    using cli = cliIn();
    const a = recorded(cli, "20261101T080000Z-aaaa", tied);
    const other: FakeRecord["scenario"] = (it) => ({
      ...it,
      arms: it.arms.map((arm) => ({ ...arm, ...(arm.setup && { setup: { ...arm.setup, load: "load-2" } }) })),
    });
    const b = recorded(cli, "20261102T080000Z-bbbb", { ...tied, seed: 2, scenario: other });
    const refused = await cli.run("compare", a, b);
    expect(refused.exit).toBe(Exit.usage);
    expect(refused.err).toContain("was not measured under what candidate of run 20261101T080000Z-aaaa was: other load");
    const { exit, out } = await cli.run("compare", a, b, "--force");
    expect(exit).toBe(Exit.inconclusive);
    expect(out).toContain("The comparison was forced across other load");
  });

  test("does not believe a first run that is invalid itself", async () => {
    using cli = cliIn();
    const outcomes = { 1: { outcome: "broken", reason: "no space left" } } as const;
    const a = recorded(cli, "20261101T080000Z-aaaa", { ...tied, outcomes });
    const b = recorded(cli, "20261102T080000Z-bbbb", { ...tied, seed: 2 });
    const { exit, out } = await cli.run("compare", a, b);
    expect(exit).toBe(Exit.invalid);
    expect(out).toContain(`run ${a} is invalid itself`);
  });

  test("says what to do with a run and itself, and with arms that are not there", async () => {
    using cli = cliIn();
    const a = recorded(cli, "20261101T080000Z-aaaa", { arms: ["x", "y"] });
    const b = recorded(cli, "20261102T080000Z-bbbb");
    expect((await cli.run("compare", b, b)).err).toContain("a run is not compared with itself");
    expect((await cli.run("compare", a, b)).err).toContain("its arms: x, y; name one with --arm-a");
    expect((await cli.run("compare", b, a, "--arm-b", "z")).err).toContain("has no arm named z");
  });
});
