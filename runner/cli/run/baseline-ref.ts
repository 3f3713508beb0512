/** `--baseline-ref`: the baseline arm runs from a git worktree of another commit. */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { baselineRefFact } from "../../record/run-file.ts";
import type { Arm, Scenario, TargetSpec } from "../../record/scenario.ts";
import { UserError } from "../../shared/errors.ts";
import type { Host } from "../../shared/host.ts";
import { runProgram } from "../../shared/run-program.ts";
import { undo } from "../../undo/interpret.ts";
import type { Lease, Unreverted } from "../../undo/lease.ts";
import { openLeases } from "../../undo/store.ts";
import { runMark } from "../../undo/sweep.ts";
import { startWatchdog } from "../../undo/watchdog.ts";
import { tellUnreverted } from "../tell.ts";

export interface WithBaseline {
  readonly scenario: Scenario;
  /** What to record about it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes the worktree away; what is left of it, and the command that mends that. */
  readonly remove: () => Promise<Unreverted | null>;
}

/**
 * The scenario with every path of its baseline arm that lies in the repository moved to a worktree of `ref`, which is leased (and
 * watched over) before it is made; the caller removes it.
 * @throws UserError without a baseline arm, outside a repository, when git does not know `ref`, or when nothing would move
 */
export async function withBaselineRef(host: Host, scenario: Scenario, ref: string | undefined): Promise<WithBaseline> {
  if (ref === undefined) return { scenario, environment: {}, remove: async () => null };
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
  const git = async (cwd: string, args: readonly string[], env = {}): Promise<string> => {
    const result = await runProgram(host, ["git", ...args], { cwd, env, timeoutMs: 120_000 });
    if (result.exit !== 0)
      throw new UserError(`git ${args.join(" ")}: ${result.output.trim()}`, {
        hint: `--baseline-ref ${ref} needs a commit, tag or branch of the repository of ${scenario.file}`,
      });
    return result.stdout.trim();
  };
  const repository = realpathSync(await git(folder, ["rev-parse", "--show-toplevel"]));
  const commit = await git(folder, ["rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`]);
  const path = join(realpathSync(tmpdir()), `shakedown-baseline-${randomUUID()}`);
  const leases = openLeases(host, `baseline-${commit.slice(0, 12)}-${process.pid}`);
  // A git that outlives the harness would go on filling what is being removed.
  const lease: Lease = {
    undo: "all",
    of: [
      { undo: "processes", run: leases.run },
      { undo: "worktree", repository, path },
    ],
  };
  const watchdog = await startWatchdog(host, leases.run);
  const stored = leases.write(`worktree of ${ref}`, lease);
  const remove = async () => {
    const failure = await undo(lease, host);
    if (failure === null) stored.release();
    leases.close();
    await watchdog.stop();
    return failure;
  };
  try {
    mkdirSync(path, { mode: 0o700 });
    await git(repository, ["worktree", "add", "--detach", path, commit], { [runMark]: leases.run });
    const move = mover({ repository, worktree: path, ref, node: host.node });
    const moved: Arm = { ...baseline, targets: baseline.targets.map((it) => moveTarget(it, move)) };
    if (JSON.stringify(moved) === JSON.stringify(baseline)) {
      throw new UserError(
        `nothing that the baseline arm runs lies in ${repository}: it would not differ from today's`,
        {
          hint: "--baseline-ref needs a target whose cwd or command is in the scenario's repository",
        },
      );
    }
    return {
      scenario: { ...scenario, arms: scenario.arms.map((it) => (it === baseline ? moved : it)) },
      environment: { [baselineRefFact]: `${ref} (${commit.slice(0, 12)})` },
      remove,
    };
  } catch (error) {
    const left = await remove();
    if (left !== null) tellUnreverted(host, [left]);
    throw error;
  }
}

type Move = (path: string, built: boolean) => string;

/** Paths inside the repository become those of the worktree; all others stay. */
function mover(at: {
  readonly repository: string;
  readonly worktree: string;
  readonly ref: string;
  readonly node: string;
}): Move {
  return (path, built) => {
    if (!isAbsolute(path) || path === at.node || !existsSync(path)) return path;
    const real = realpathSync(path);
    if (real !== at.repository && !real.startsWith(at.repository + sep)) return path;
    const there = join(at.worktree, relative(at.repository, real));
    if (built || existsSync(there)) return there;
    throw new UserError(`${path} is not in ${at.ref}, so the baseline arm would run today's`, {
      hint: "commit it, or let the target's build: make it in each checkout",
    });
  };
}

function moveTarget(target: TargetSpec, move: Move): TargetSpec {
  if (target.kind !== "process") return target;
  const built = target.build !== null;
  return {
    ...target,
    cwd: move(target.cwd, false),
    command: target.command.map((it) => move(it, built)),
    build: target.build === null ? null : target.build.map((it) => move(it, false)),
  };
}
