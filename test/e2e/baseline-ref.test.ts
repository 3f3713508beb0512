import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunFile } from "../../runner/record/run-file.ts";
import { namesIn } from "../../runner/shared/files.ts";
import { eventually } from "../support/eventually.ts";
import { type Harness, harness } from "../support/harness.ts";
import { scratch } from "../support/scratch.ts";
import { sh } from "../support/sh.ts";

/** A repository whose service lost a page after v1: the source in git, what runs built by `build:` into an ignored folder, and there. */
async function repository(cli: Harness): Promise<void> {
  const there = sh({ cwd: cli.dir });
  const server = (pages: string) =>
    `import { createServer } from "node:http";\ncreateServer(({ url }, answer) => answer.writeHead(${pages}.includes(url) ? 200 : 404).end()).listen(Number(process.env.PORT), "127.0.0.1");\n`;
  await there`git init -q && git config user.name t && git config user.email t@t`;
  mkdirSync(join(cli.dir, "src"));
  cli.write(".gitignore", "dist/\nresults/\nstate/\n");
  cli.write("build.mjs", `import { cpSync } from "node:fs";\ncpSync("src/server.mjs", process.argv[2]);\n`);
  cli.write("src/server.mjs", server('["/", "/page"]'));
  cli.write("built.yaml", scenario("build: [node, build.mjs, dist/server.mjs], command: [node, dist/server.mjs]"));
  cli.write("plain.yaml", scenario("command: [node, src/server.mjs]"));
  cli.write("untracked.yaml", scenario("command: [node, dist/server.mjs]"));
  await there`git add . && git commit -qm both && git tag v1`;
  cli.write("src/server.mjs", server('["/"]'));
  await there`git commit -qam one && ${process.execPath} build.mjs dist/server.mjs`;
}

const scenario = (run: string) => `
apiVersion: shakedown/v1
name: service
targets: { service: { kind: process, ${run}, cwd: ".", ready: { path: / } } }
load: { target: service, engine: native, connections: 2, timeout: 20s, requests: [{ get: /page }] }
phases: [{ name: steady, for: 1s }]
arms: { baseline: {}, candidate: {} }
trials: { count: 1, seed: 1 }
gates: [{ metric: errors.ratio, margin: 10pp }]
`;

/** The folder that the baseline arm ran in. */
const baselineCwd = (cli: Harness): string => {
  const { scenario } = JSON.parse(readFileSync(join(cli.newest(), "run.json"), "utf8")) as RunFile;
  const target = scenario.arms.find((it) => it.name === "baseline")?.targets[0];
  if (target?.kind !== "process") throw new Error("no baseline");
  expect(target.cwd).toContain("shakedown-baseline-");
  return target.cwd;
};

const hashOf = (plan: string): string => /^plan (\w+)$/m.exec(plan)?.[1] ?? "";

/** The arms ran what is in their commits. */
function expectLost(cli: Harness): void {
  const [gate] = cli.judgement().gates;
  expect(gate?.baseline?.value).toBeLessThan(1);
  expect(gate?.candidate?.value).toBe(1);
}

const realGit = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();

/** A git in `folder` that does as it should but for one case of its arguments. */
function gitThat(folder: string, of: string, otherwise: string): void {
  const script = `#!/bin/sh\ncase ${of} in ${otherwise} esac\nexec "${realGit}" "$@"\n`;
  writeFileSync(join(folder, "git"), script, { mode: 0o755 });
}

describe.concurrent("--baseline-ref", () => {
  test("builds and runs the baseline arm from that commit, and leaves no worktree", async () => {
    using cli = harness();
    await repository(cli);
    const { code, err } = await cli.run("run", "built.yaml", "--baseline-ref", "v1");
    // One pair decides nothing.
    expect(code, err).toBe(3);
    expectLost(cli);
    expect(JSON.parse(readFileSync(join(cli.newest(), "run.json"), "utf8")).environment["baseline ref"]).toMatch(
      /^v1 \([0-9a-f]{12}\)$/,
    );
    expect(existsSync(baselineCwd(cli))).toBe(false);
    expect(existsSync(join(cli.dir, ".git", "worktrees"))).toBe(false);
  });

  /** A git that kills the harness before it makes the worktree, or when it has made it. */
  test.each(["before", "after"])("of a harness that is killed %s the worktree is made leaves none", async (when) => {
    using bin = scratch();
    using temporary = scratch();
    using cli = harness({ PATH: `${bin.dir}:${process.env.PATH}`, TMPDIR: temporary.dir });
    await repository(cli);
    const making = when === "before" ? "kill -KILL $PPID; exit 1" : `"${realGit}" "$@"; kill -KILL $PPID; exit 0`;
    gitThat(bin.dir, '"$1 $2"', `"worktree add") ${making} ;;`);
    const { code } = await cli.run("run", "plain.yaml", "--baseline-ref", "v1");
    expect(code).toBe(null);
    await eventually(() => {
      expect(namesIn(temporary.dir).filter((it) => it.startsWith("shakedown-baseline-"))).toEqual([]);
      expect(existsSync(join(cli.dir, ".git", "worktrees"))).toBe(false);
      expect(namesIn(join(cli.dir, "state", "shakedown", "leases"))).toEqual([]);
    });
  });

  test("a worktree that stays costs the run nothing but its exit code, and the last line is the command that removes it", async () => {
    using bin = scratch();
    using temporary = scratch();
    using cli = harness({ PATH: `${bin.dir}:${process.env.PATH}`, TMPDIR: temporary.dir });
    await repository(cli);
    gitThat(bin.dir, '"$3 $4"', '"worktree remove") exit 1 ;;');
    const { code, out, err } = await cli.run("run", "plain.yaml", "--baseline-ref", "v1");
    expect(code, err).toBe(5);
    expect(out).toContain("inconclusive");
    expectLost(cli);
    expect(err.trimEnd().split("\n").at(-1)).toMatch(
      /^git -C \S+ worktree remove --force --force \S+shakedown-baseline-\S+$/,
    );
  });

  test("moves the paths in its environment too, alone, in lists and in flags; what that commit lacks is told, and plan shows it all", async () => {
    using cli = harness();
    await repository(cli);
    mkdirSync(join(cli.dir, "data"));
    const env = `MODE: "${cli.dir}/src", LIST: "/tmp:${cli.dir}/src/server.mjs", DATA: "${cli.dir}/data"`;
    cli.write(
      "env.yaml",
      scenario(`command: [node, src/server.mjs, "--file=${cli.dir}/src/server.mjs"], env: { ${env} }`),
    );
    const planned = await cli.run("plan", "env.yaml", "--baseline-ref", "v1");
    expect(planned.code, planned.err).toBe(0);
    const [baseline, candidate] = planned.out.split("arm candidate");
    const there = /\{worktree of v1 \([0-9a-f]{12}\)\}/.exec(planned.out)?.[0];
    for (const line of [
      `node ${there}/src/server.mjs --file=${there}/src/server.mjs`,
      `MODE=${there}/src`,
      `LIST=/tmp:${there}/src/server.mjs`,
      `DATA=${cli.dir}/data`,
    ])
      expect(baseline).toContain(line);
    expect(candidate).not.toContain("worktree");
    expect(planned.err).toContain(`! DATA of service names ${cli.dir}/data, which is not in v1: both arms use today's`);
    expect(existsSync(join(cli.dir, ".git", "worktrees"))).toBe(false);
    const other = await cli.run("plan", "env.yaml", "--baseline-ref", "HEAD");
    expect(hashOf(other.out)).not.toBe(hashOf(planned.out));
    const run = ["run", "env.yaml", "--no-history", "--baseline-ref"];
    expect((await cli.run(...run, "HEAD", "--plan", hashOf(planned.out))).code).toBe(2);
    const { code, err } = await cli.run(...run, "v1", "--plan", hashOf(planned.out));
    expect(code, err).not.toBe(2);
    const { scenario: ran } = JSON.parse(readFileSync(join(cli.newest(), "run.json"), "utf8")) as RunFile;
    const [of] = ran.arms.find((it) => it.name === "baseline")?.targets ?? [];
    expect(of?.kind === "process" && of.env.LIST).toBe(`/tmp:${baselineCwd(cli)}/src/server.mjs`);
  });

  test("refuses what would silently run today's code as the baseline", async () => {
    using cli = harness();
    await repository(cli);
    const untracked = await cli.run("run", "untracked.yaml", "--baseline-ref", "v1");
    expect(untracked.code).toBe(2);
    expect(untracked.err).toContain("is not in v1");
    const unknown = await cli.run("run", "plain.yaml", "--baseline-ref", "no-such-tag");
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain("no-such-tag");
    expect(existsSync(join(cli.dir, ".git", "worktrees"))).toBe(false);
  });
});
