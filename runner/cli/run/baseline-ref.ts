/** `--baseline-ref`: the baseline arm runs from a git worktree of another commit. */
import { randomUUID } from "node:crypto";
import { mkdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baselineRefFact } from "../../record/run-file.ts";
import type { Scenario } from "../../record/scenario.ts";
import type { Host } from "../../shared/host.ts";
import { undo } from "../../undo/interpret.ts";
import type { Lease, Unreverted } from "../../undo/lease.ts";
import { openLeases } from "../../undo/store.ts";
import { runMark } from "../../undo/sweep.ts";
import { startWatchdog } from "../../undo/watchdog.ts";
import { tellUnreverted } from "../tell.ts";
import { git, otherCommit } from "./other-commit.ts";

export interface WithBaseline {
  readonly scenario: Scenario;
  /** What to record about it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes the worktree away; what is left of it, and the command that mends that. */
  readonly remove: () => Promise<Unreverted | null>;
}

/**
 * The scenario whose baseline arm runs from a worktree of `ref`, which is leased (and
 * watched over) before it is made; the caller removes it.
 * @throws UserError as otherCommit
 */
export async function withBaselineRef(host: Host, scenario: Scenario, ref: string | undefined): Promise<WithBaseline> {
  if (ref === undefined) return { scenario, environment: {}, remove: async () => null };
  const other = await otherCommit(host, scenario, ref);
  const { repository, commit } = other;
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
    const hint = "make room or give the right to, or set TMPDIR to another folder";
    await git(host, repository, ["worktree", "add", "--detach", path, commit], hint, { [runMark]: leases.run });
    return { scenario: other.from(path), environment: { [baselineRefFact]: other.name }, remove };
  } catch (error) {
    const left = await remove();
    if (left !== null) tellUnreverted(host, [left]);
    throw error;
  }
}

/** The same as a plan tells it, with what both arms share; no worktree is made. */
export async function plannedBaseline(host: Host, scenario: Scenario, ref: string | undefined): Promise<Scenario> {
  if (ref === undefined) return scenario;
  const other = await otherCommit(host, scenario, ref);
  for (const it of other.warnings) host.stderr.write(`! ${it}\n`);
  return other.from(`{worktree of ${other.name}}`);
}
