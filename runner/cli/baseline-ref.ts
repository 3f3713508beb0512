/** `--baseline-ref`: the baseline arm runs from a git worktree of another commit. */
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import type { Arm, ProcessTargetSpec, Scenario, TargetSpec } from "../record/scenario.ts";
import { UserError } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import { runProgram } from "../shared/run-program.ts";
import { undo } from "../undo/interpret.ts";
import type { Lease } from "../undo/lease.ts";
import { openLeases } from "../undo/store.ts";

export interface WithBaseline extends AsyncDisposable {
  readonly scenario: Scenario;
  /** What to record about it. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The scenario with every path of its baseline arm that exists at `ref` moved there. The worktree is leased before it is made and
 * removed on dispose.
 * @throws UserError without a baseline arm, outside a repository, or when git does not know `ref`
 */
export async function withBaselineRef(host: Host, scenario: Scenario, ref: string | undefined): Promise<WithBaseline> {
  if (ref === undefined) return { scenario, environment: {}, [Symbol.asyncDispose]: async () => undefined };
  const baseline = scenario.arms.find((it) => it.name === "baseline");
  if (baseline === undefined) {
    throw new UserError(
      `--baseline-ref needs an arm named baseline; ${scenario.name} has ${scenario.arms.map((it) => it.name).join(", ")}`,
      {
        hint: "add `arms: { baseline: {}, candidate: {} }`",
      },
    );
  }
  const folder = dirname(scenario.file);
  const git = async (cwd: string, ...args: string[]): Promise<string> => {
    const result = await runProgram(host, ["git", ...args], { cwd, timeoutMs: 120_000 });
    if (result.exit !== 0)
      throw new UserError(`git ${args.join(" ")}: ${result.output.trim()}`, {
        hint: `--baseline-ref ${ref} needs a commit, tag or branch of the repository of ${scenario.file}`,
      });
    return result.stdout.trim();
  };
  const repository = await git(folder, "rev-parse", "--show-toplevel");
  const commit = await git(folder, "rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`);
  const path = join(mkdtempSync(join(tmpdir(), "shakedown-baseline-")), "tree");
  const lease: Lease = { undo: "worktree", repository, path };
  const leases = openLeases(host, `baseline-${commit.slice(0, 12)}-${process.pid}`);
  const stored = leases.write(`worktree of ${ref}`, lease);
  const remove = async () => {
    const failure = await undo(lease, host);
    if (failure !== null) throw new UserError(failure.reason, { hint: failure.mend });
    stored.release();
    leases.close();
  };
  try {
    await git(repository, "worktree", "add", "--detach", path, commit);
  } catch (error) {
    await remove();
    throw error;
  }
  const moved: Arm = { ...baseline, targets: baseline.targets.map((it) => moveTarget(it, repository, path)) };
  return {
    scenario: { ...scenario, arms: scenario.arms.map((it) => (it === baseline ? moved : it)) },
    environment: { "baseline ref": `${ref} (${commit.slice(0, 12)})` },
    [Symbol.asyncDispose]: remove,
  };
}

function moveTarget(target: TargetSpec, repository: string, worktree: string): TargetSpec {
  if (target.kind !== "process") return target;
  const move = (path: string): string => {
    if (!path.startsWith(repository + sep) && path !== repository) return path;
    const there = join(worktree, relative(repository, path));
    return existsSync(there) ? there : path;
  };
  const moved: ProcessTargetSpec = {
    ...target,
    cwd: move(target.cwd),
    command: target.command.map(move),
    build: target.build === null ? null : target.build.map(move),
  };
  return moved;
}
