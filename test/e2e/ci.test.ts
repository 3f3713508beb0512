/** The workflows of docs/ci.md, step by step as a runner makes them, in a scratch repository with an origin to push to. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { cliIn } from "../support/cli.ts";
import { keptWaiting, mostTries, noNoiseCheck } from "../support/harness.ts";
import { scratch } from "../support/scratch.ts";
import { sh } from "../support/sh.ts";

const root = join(import.meta.dirname, "..", "..");
const docs = readFileSync(join(root, "docs", "ci.md"), "utf8");
const blocks = (language: string): string[] =>
  [...docs.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))].map((it) => it[1] as string);

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | number>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly name: string;
  readonly on: unknown;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}
const workflows = blocks("yaml").map((it) => parse(it) as Workflow);
const jobOf = (name: string): readonly Step[] => {
  const [job] = Object.values(workflows.find((it) => it.name === name)?.jobs ?? {});
  if (job === undefined) throw new Error(`docs/ci.md has no workflow named ${name}`);
  return job.steps;
};

/** Judged by errors and sent in turn, not by a clock that a busy machine can't keep; line 11 is its gate. */
const scenario = `
apiVersion: shakedown/v1
name: service
targets: { service: { kind: process, command: [node, server.mjs], cwd: .., ready: { path: /ready } } }
load: { target: service, engine: native, connections: 1, timeout: 20s, requests: [{ get: / }] }
phases: [{ name: steady, for: 2s }]
arms: { baseline: {}, candidate: {} }
${noNoiseCheck}
trials: { count: 2, seed: 1 }
gates:
  - { metric: errors.ratio, margin: 5pp }
`;
const server = (status: number): string => `import { createServer } from "node:http";
const answer = ({ url }, to) => setTimeout(() => to.writeHead(url === "/ready" ? 200 : ${status}).end(), 20);
createServer(answer).listen(Number(process.env.PORT), "127.0.0.1");
`;

/** What stands in for the programs of a runner that would leave this machine: npx runs the checkout, npm and gh say what they were told. */
const stubs: Readonly<Record<string, string>> = {
  npx: `[ "$1" = shakedown ] && shift && exec "${process.execPath}" "${join(root, "runner", "cli", "shakedown.mjs")}" "$@"`,
  npm: `echo "npm $*" >> "$TOLD"`,
  gh: `echo "gh $*" >> "$TOLD"; for last; do :; done; wc -m < "$last" >> "$TOLD"`,
};

interface Repository extends Disposable {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly told: () => string;
}

/** An origin with main (its release v1.0), a branch that is as good, and one that answers every request with an error. */
async function repository(): Promise<Repository> {
  const { dir, [Symbol.dispose]: dispose } = scratch();
  for (const it of ["bin", "work", "tmp"]) mkdirSync(join(dir, it));
  for (const [name, text] of Object.entries(stubs)) {
    writeFileSync(join(dir, "bin", name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(dir, "bin", name), 0o755);
  }
  const env = {
    ...{
      PATH: `${join(dir, "bin")}:${process.env.PATH}`,
      HOME: dir,
      XDG_STATE_HOME: join(dir, "state"),
      NO_COLOR: "1",
    },
    ...{ TOLD: join(dir, "told"), GIT_CONFIG_COUNT: "3" },
    ...{
      GIT_CONFIG_KEY_0: "user.name",
      GIT_CONFIG_VALUE_0: "t",
      GIT_CONFIG_KEY_1: "user.email",
      GIT_CONFIG_VALUE_1: "t@t",
    },
    ...{ GIT_CONFIG_KEY_2: "init.defaultBranch", GIT_CONFIG_VALUE_2: "main" },
  };
  writeFileSync(env.TOLD, "");
  const work = sh({ cwd: join(dir, "work"), env });
  await work`git init -q --bare ../origin && git init -q . && git remote add origin ../origin`;
  mkdirSync(join(dir, "work", "scenarios"));
  writeFileSync(join(dir, "work", "scenarios", "service.yaml"), scenario);
  writeFileSync(join(dir, "work", ".gitignore"), "results/\nhistory/\n");
  writeFileSync(join(dir, "work", "server.mjs"), server(200));
  await work`git add . && git commit -qm first && git tag v1.0 && git push -q origin main v1.0`;
  for (const [branch, status] of [
    ["good", 204],
    ["broken", 500],
  ] as const) {
    writeFileSync(join(dir, "work", "server.mjs"), server(status));
    await work`git switch -qc ${branch} && git commit -qam ${branch} && git push -q origin ${branch} && git switch -q main`;
  }
  return { dir, env, told: () => readFileSync(env.TOLD, "utf8"), [Symbol.dispose]: dispose };
}

interface Done {
  readonly workspace: string;
  /** Exit codes of the `run` steps, in order. */
  readonly codes: readonly (number | null)[];
  readonly output: string;
  readonly summary: string;
}

/** Every step of a job; a step of a kind that is not known here is an error. All of them are made, as with `if: !cancelled()`. */
async function runner({ dir, env }: Repository, job: readonly Step[], branch: string): Promise<Done> {
  const workspace = join(dir, `job-${branch}`);
  const summary = join(dir, `summary-${branch}.md`);
  const codes: (number | null)[] = [];
  let output = "";
  for (const [i, step] of job.entries()) {
    if (step.run !== undefined) {
      const script = join(dir, "tmp", `${branch}-${i}.sh`);
      writeFileSync(script, step.run);
      const own = { ...step.env, ...(step.env?.PULL === undefined ? {} : { PULL: "7" }) };
      const github = {
        ...{
          GITHUB_ACTIONS: "true",
          GITHUB_WORKSPACE: workspace,
          GITHUB_STEP_SUMMARY: summary,
          GITHUB_BASE_REF: "main",
        },
        ...{
          GITHUB_SERVER_URL: "https://git.example",
          GITHUB_REPOSITORY: "t/service",
          GITHUB_RUN_ID: "77",
          GITHUB_SHA: "abc",
        },
      };
      const ended = await sh({ cwd: workspace, env: { ...env, ...github, ...own }, nothrow: true })`bash -e ${script}`;
      codes.push(ended.exitCode);
      output += ended.stdout + ended.stderr;
    } else if (step.uses?.startsWith("actions/checkout@")) {
      const { ref = branch, path = "." } = step.with ?? {};
      await sh({ cwd: dir, env })`git clone -q --branch ${ref} origin ${join(workspace, String(path))}`;
    } else if (step.uses?.startsWith("actions/upload-artifact@")) {
      expect(existsSync(join(workspace, String(step.with?.path))), JSON.stringify(step)).toBe(true);
    } else expect(step.uses).toMatch(/^actions\/setup-node@/);
  }
  return { workspace, codes, output, summary: existsSync(summary) ? readFileSync(summary, "utf8") : "" };
}

/** A job in a repository of its own; in another one again, where others kept the generator from the CPU, as a run itself says. */
async function ran(
  name: string,
  branch: string,
  prepare: (repo: Repository) => Promise<unknown> = async () => undefined,
): Promise<Repository & Done> {
  for (let tries = 1; ; tries++) {
    const repo = await repository();
    await prepare(repo);
    const done = await runner(repo, jobOf(name), branch);
    if (tries === mostTries || !done.output.includes(keptWaiting)) return { ...repo, ...done };
    repo[Symbol.dispose]();
  }
}

/** Runs of four trials each. */
const long = { timeout: 400_000 };

describe.concurrent("the gate for a pull request", () => {
  test("lets a branch through that is no worse, comments, and keeps the record", long, async () => {
    using repo = await ran("performance", "good");
    const { codes, output, summary, workspace } = repo;
    expect(codes, output).toEqual([0, 0, 0, 0]);
    expect(summary).toMatch(/^## ✓ Pass: service/);
    expect(summary).toContain("](<https://git.example/t/service/blob/abc/scenarios/service.yaml#L11>)");
    const [comment = "", characters = ""] = repo.told().split("\n").slice(1);
    expect(comment).toMatch(
      /^gh pr comment 7 --edit-last --create-if-none --body-file results\/service\/[^ ]+\/report\.md$/,
    );
    expect(Number(characters)).toBeGreaterThan(100);
    expect(Number(characters)).toBeLessThan(65_536);
    expect(readdirSync(join(workspace, "scenarios"))).toEqual(["service.yaml"]);
  });

  test("stops one that is worse, at the line of its gate", long, async () => {
    using repo = await ran("performance", "broken");
    const { codes, output, summary } = repo;
    expect(codes, output).toEqual([0, 0, 1, 0]);
    expect(summary).toMatch(/^## ✗ Regressed: service/);
    expect(output).toMatch(/^::error file=scenarios\/service\.yaml,line=11,col=5,title=Error ratio.*regressed::/m);
  });
});

test.concurrent(
  "a night adds a line to the history, measures false alarms, and pushes both to their branch",
  long,
  async () => {
    const setup = blocks("sh")[0] as string;
    using repo = await ran(
      "nightly",
      "main",
      ({ dir, env }) => sh({ cwd: join(dir, "work"), env })`bash -e -c ${setup}`,
    );
    const { codes, output } = repo;
    expect(codes, output).toEqual([0, 0, 0, 0, 0]);
    const pushed = sh({ cwd: repo.dir, env: repo.env })`git -C origin ls-tree -r --name-only shakedown-history`;
    const names = (await pushed.text()).trim().split("\n");
    expect(names).toHaveLength(2);
    for (const name of names) {
      expect(name).toMatch(/^service\.history\/[a-z0-9-]+(\.calibration)?\.ndjson$/);
      const text = await sh({ cwd: repo.dir, env: repo.env })`git -C origin show ${`shakedown-history:${name}`}`.text();
      expect(text.trim().split("\n")).toHaveLength(1);
    }
  },
);

describe("docs/ci.md", () => {
  test("shows two workflows that begin by themselves", () => {
    expect(workflows.map((it) => [it.name, typeof it.on === "string" ? it.on : Object.keys(it.on as object)])).toEqual([
      ["performance", "pull_request"],
      ["nightly", ["schedule", "workflow_dispatch"]],
    ]);
  });

  test("puts nothing of a pull request into a script but by its environment", () => {
    for (const { jobs } of workflows)
      for (const { steps } of Object.values(jobs)) for (const { run } of steps) expect(run ?? "").not.toContain("${{");
  });

  test("names only commands and options that exist, and every exit code", async () => {
    using cli = cliIn();
    const commands = [...docs.matchAll(/npx shakedown ([a-z]+)([^`\n]*)/g)];
    expect(commands.length).toBeGreaterThan(5);
    for (const [, command, rest] of commands) {
      const { exit, out } = await cli.run(command as string, "--help");
      expect(exit, command).toBe(0);
      for (const [option] of (rest ?? "").replace(/\$\(.*?\)/, "").matchAll(/(?<= )--[a-z-]+/g))
        expect(out, command).toContain(option);
    }
    const { out } = await cli.run("--help");
    for (const [, code] of out.matchAll(/(?<=[ ,])(\d{1,3})(?=[ /])/g))
      expect(docs).toMatch(new RegExp(`^\\| (?:130/)?${code}[ /]`, "m"));
  });
});
