/** What `report` leaves for GitHub: a job summary, annotations on stderr, links; and what an inconclusive verdict is to the exit code. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Exit } from "../../runner/shared/errors.ts";
import { type Cli, cliIn } from "../support/cli.ts";
import { type FakeRecord, fakeRecord } from "../support/fake-record.ts";
import { condition, relative } from "../support/fake-scenario.ts";

const gate = condition({
  ...{ metric: "latency.p50", phase: "steady", margin: relative(0.1) },
  at: { line: 12, column: 5 },
});

/** A run with the scenario in the working directory; twice as slow unless told otherwise. */
function recorded(cli: Cli, given: FakeRecord = {}): string {
  const dir = fakeRecord(join(cli.dir, "results"), {
    ...{ pairs: 5, faults: false, effect: { p50: 2 }, gates: [gate] },
    scenario: (it) => ({ ...it, file: join(cli.dir, "scenarios", "shop.yaml") }),
    ...given,
  });
  return dir;
}

const onGithub = {
  GITHUB_ACTIONS: "true",
  GITHUB_STEP_SUMMARY: "summary.md",
  GITHUB_SERVER_URL: "https://git.example",
  GITHUB_REPOSITORY: "team/shop",
  GITHUB_RUN_ID: "77",
  GITHUB_SHA: "0123abc",
};
const summary = (cli: Cli): string => readFileSync(join(cli.dir, "summary.md"), "utf8");
const commands = (text: string): string[] => text.split("\n").filter((it) => it.startsWith("::"));

describe("on GitHub", () => {
  test("the summary is appended, with links to the line of each gate and to the run", async () => {
    using cli = cliIn({ env: onGithub });
    writeFileSync(join(cli.dir, "summary.md"), "before\n");
    const { exit } = await cli.run("report", recorded(cli));
    expect(exit).toBe(Exit.regressed);
    expect(summary(cli)).toMatch(/^before\n## ✗ Regressed: shop-survives\n/);
    expect(summary(cli)).toContain("](<https://git.example/team/shop/blob/0123abc/scenarios/shop.yaml#L12>)");
    expect(summary(cli)).toContain("[Whole report](<https://git.example/team/shop/actions/runs/77>)");
  });

  test("annotations go to stderr, so that with --json stdout stays NDJSON", async () => {
    using cli = cliIn({ env: onGithub });
    const { out, err } = await cli.run("--json", "report", recorded(cli));
    for (const line of out.trim().split("\n")) expect(JSON.parse(line)).toMatchObject({ type: "verdict" });
    expect(commands(err)).toHaveLength(1);
    expect(commands(err)[0]).toMatch(
      /^::error file=scenarios\/shop\.yaml,line=12,col=5,title=Response time p50 · steady%3A regressed::\+/,
    );
  });

  test("gates given by another file are annotated there", async () => {
    using cli = cliIn({ env: onGithub });
    mkdirSync(join(cli.dir, "gates"));
    writeFileSync(
      join(cli.dir, "gates", "strict.yaml"),
      "gates:\n  - { metric: latency.p50, phase: steady, margin: 1% }\n",
    );
    const { err } = await cli.run("report", recorded(cli), "--gates", "gates/strict.yaml");
    expect(commands(err)[0]).toMatch(/^::error file=gates\/strict\.yaml,line=2,col=5,/);
  });

  test("a file outside of the checkout is not named", async () => {
    using cli = cliIn({ env: { ...onGithub, GITHUB_WORKSPACE: "/elsewhere" } });
    const { err } = await cli.run("report", recorded(cli));
    expect(commands(err)[0]).toMatch(/^::error title=/);
    expect(summary(cli)).not.toContain("/blob/");
  });

  test("a summary that can't be written is told, and the verdict stands", async () => {
    using cli = cliIn({ env: { ...onGithub, GITHUB_STEP_SUMMARY: "no/such/folder/summary.md" } });
    const { exit, err } = await cli.run("report", recorded(cli));
    expect(exit).toBe(Exit.regressed);
    expect(err).toContain("the job summary could not be written: ENOENT");
  });

  test("report.md is the same text", async () => {
    using cli = cliIn({ env: onGithub });
    const dir = recorded(cli);
    await cli.run("report", dir);
    expect(summary(cli)).toBe(`${readFileSync(join(dir, "report.md"), "utf8")}\n`);
  });
});

test("elsewhere there is no annotation, no summary and no link", async () => {
  using cli = cliIn();
  const dir = recorded(cli);
  const { err } = await cli.run("report", dir);
  expect(commands(err)).toEqual([]);
  expect(readFileSync(join(dir, "report.md"), "utf8")).not.toContain("](<");
});

describe("an inconclusive verdict", () => {
  const open: FakeRecord = { effect: {}, noise: 0.4 };
  test.each([
    [[], Exit.inconclusive, "warning"],
    [["--inconclusive", "pass"], Exit.pass, "warning"],
    [["--inconclusive", "fail"], Exit.regressed, "error"],
  ] as const)("is to the exit code of report what %j says", async (options, expected, level) => {
    using cli = cliIn({ env: onGithub });
    const { exit, err } = await cli.run("report", recorded(cli, open), ...options);
    expect(exit).toBe(expected);
    expect(commands(err)[0]).toContain(`::${level} `);
  });

  test("is never what makes another verdict pass", async () => {
    using cli = cliIn();
    expect((await cli.run("report", recorded(cli), "--inconclusive", "pass")).exit).toBe(Exit.regressed);
  });

  test.each(["run", "report", "compare"])("can be told to %s, whose help says so", async (command) => {
    using cli = cliIn();
    const { out } = await cli.run(command, "--help");
    expect(out.replaceAll(/\s+/g, " ")).toContain(
      "exit with 0 or with 1 for an inconclusive verdict (default: with 3)",
    );
  });
});
