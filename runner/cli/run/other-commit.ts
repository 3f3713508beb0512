/** What `--baseline-ref` makes of a scenario: its baseline arm, with every path that lies in the repository moved to another checkout of it. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import type { Arm, Scenario, TargetSpec } from "../../record/scenario.ts";
import { UserError } from "../../shared/errors.ts";
import type { Host } from "../../shared/host.ts";
import { runProgram } from "../../shared/run-program.ts";

interface OtherCommit {
  readonly repository: string;
  readonly commit: string;
  /** `v1.2 (0123456789ab)`. */
  readonly name: string;
  /** The scenario whose baseline arm runs from that folder. */
  readonly from: (worktree: string) => Scenario;
  /** What both arms share although it lies in the repository. */
  readonly warnings: readonly string[];
}

/** @throws UserError with git's words */
export async function git(host: Host, cwd: string, args: readonly string[], hint: string, env = {}): Promise<string> {
  const result = await runProgram(host, ["git", ...args], { cwd, env, timeoutMs: 120_000 });
  if (result.exit !== 0) throw new UserError(`git ${args.join(" ")}: ${result.output.trim()}`, { hint });
  return result.stdout.trim();
}

/** @throws UserError without a baseline arm, outside a repository, when git does not know `ref`, or when nothing would move */
export async function otherCommit(host: Host, scenario: Scenario, ref: string): Promise<OtherCommit> {
  const baseline = scenario.arms.find((it) => it.name === "baseline");
  if (baseline === undefined) {
    throw new UserError(
      `--baseline-ref needs an arm named baseline; ${scenario.name} has ${scenario.arms.map((it) => it.name).join(", ")}`,
      { hint: "add `arms: { baseline: {}, candidate: {} }`" },
    );
  }
  const hint = `--baseline-ref ${ref} needs a commit, tag or branch of the repository of ${scenario.file}`;
  const ask = (...args: string[]) => git(host, dirname(scenario.file), args, hint);
  const repository = realpathSync(await ask("rev-parse", "--show-toplevel"));
  const commit = await ask("rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`);
  const has = async (path: string): Promise<boolean> =>
    (await runProgram(host, ["git", "cat-file", "-e", `${commit}:${path}`], { cwd: repository, timeoutMs: 120_000 }))
      .exit === 0;
  const { parts, warnings } = await movable(baseline, { repository, ref, node: host.node, has });
  if (parts.size === 0) {
    throw new UserError(`nothing that the baseline arm runs lies in ${repository}: it would not differ from today's`, {
      hint: "--baseline-ref needs a target whose cwd or command is in the scenario's repository",
    });
  }
  return {
    repository,
    commit,
    name: `${ref} (${commit.slice(0, 12)})`,
    from: (worktree) => {
      const move = (text: string) =>
        pieces(text)
          .map((it) => (parts.has(it) ? join(worktree, parts.get(it) ?? "") : it))
          .join("");
      const moved: Arm = { ...baseline, targets: baseline.targets.map((it) => moveTarget(it, move)) };
      return { ...scenario, arms: scenario.arms.map((it) => (it === baseline ? moved : it)) };
    },
    warnings,
  };
}

interface Place {
  readonly repository: string;
  readonly ref: string;
  /** Our own Node may lie there, too. */
  readonly node: string;
  /** Whether the commit has it; relative to the repository. */
  readonly has: (path: string) => Promise<boolean>;
}

/** A whole text that is a path, else its parts: of lists such as NODE_PATH, and of flags with a value. Put together they are the text. */
const pieces = (text: string): string[] => (existsSync(text) ? [text] : text.split(/([:;,=\s])/));

/** Paths of the arm that are there and in the repository, each with where it is in any checkout. */
async function movable(
  baseline: Arm,
  { repository, ref, node, has }: Place,
): Promise<{ readonly parts: ReadonlyMap<string, string>; readonly warnings: readonly string[] }> {
  const parts = new Map<string, string>();
  const warnings: string[] = [];
  for (const target of baseline.targets) {
    if (target.kind !== "process") continue;
    const { name, cwd, command, build, env } = target;
    // What a build is told to write, as in `go build -o bin/service`, is there when it was built before, and in no commit.
    const [builder, ...told] = build ?? [];
    const given = [
      ...[cwd, ...(builder === undefined ? [] : [builder])].map((text) => ({ text, built: false, of: null })),
      ...told.map((text) => ({ text, built: true, of: null })),
      ...command.map((text) => ({ text, built: build !== null, of: null })),
      ...Object.entries(env).map(([key, text]) => ({ text, built: build !== null, of: key })),
    ];
    for (const { text, built, of } of given)
      for (const path of pieces(text)) {
        if (!isAbsolute(path) || path === node || !existsSync(path)) continue;
        const real = realpathSync(path);
        if (real !== repository && !real.startsWith(repository + sep)) continue;
        const there = relative(repository, real);
        if (built || there === "" || (await has(there))) parts.set(path, there);
        else if (of !== null)
          warnings.push(`${of} of ${name} names ${path}, which is not in ${ref}: both arms use today's`);
        else
          throw new UserError(`${path} is not in ${ref}, so the baseline arm would run today's`, {
            hint: "commit it, or let the target's build: make it in each checkout",
          });
      }
  }
  return { parts, warnings };
}

function moveTarget(target: TargetSpec, move: (text: string) => string): TargetSpec {
  if (target.kind !== "process") return target;
  return {
    ...target,
    cwd: move(target.cwd),
    command: target.command.map(move),
    build: target.build === null ? null : target.build.map(move),
    env: Object.fromEntries(Object.entries(target.env).map(([key, text]) => [key, move(text)])),
  };
}
