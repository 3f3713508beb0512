/** `shakedown recover`: undoes what killed harnesses left; and what `doctor` tells about leases. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../shared/host.ts";
import { environmentOf, readStat } from "../substrate/procfs/process.ts";
import { isHere, isLive, leasesRoot, type RunFolder, runFolders } from "./folder.ts";
import type { Lease } from "./lease.ts";
import { runMark, sweep } from "./sweep.ts";
import { type Failure, undoRun } from "./undo-run.ts";

/** live: its harness runs, left alone. elsewhere: of another boot, machine or container, whose processes can't be seen from here. */
export type RunState = "live" | "dead" | "elsewhere";

interface OutstandingRun {
  readonly run: string;
  readonly state: RunState;
  /** In words what each lease is for. */
  readonly leases: readonly string[];
  readonly unreadable: number;
}

interface RecoveredRun {
  readonly run: string;
  readonly state: RunState;
  readonly live: boolean;
  readonly undone: number;
  readonly unreverted: readonly Failure[];
}

/** Runs that hold leases, or died while they could. Changes nothing. */
export const outstandingLeases = (host: Host): readonly OutstandingRun[] =>
  runFolders(leasesRoot(host)).map((folder) => ({
    run: folder.run,
    state: stateOf(folder),
    leases: folder.leases.map((it) => it.label),
    unreadable: folder.unreadable.length,
  }));

/** Names of the runs whose harness is alive. */
export const liveRuns = (host: Host): ReadonlySet<string> =>
  new Set(outstandingLeases(host).flatMap((it) => (it.state === "live" ? [it.run] : [])));

/**
 * Undoes the leases of every run whose harness is gone. With `all` also what only a person can judge: leases of another boot or
 * container (of those only files outlast it, the rest is forgotten), and orphaned processes of runs that have no folder any more.
 */
export async function recover(
  host: Host,
  options: { readonly all: boolean },
): Promise<{ readonly runs: readonly RecoveredRun[] }> {
  const root = leasesRoot(host);
  const runs: RecoveredRun[] = [];
  for (const folder of runFolders(root)) runs.push(await recoverRun(host, root, folder, options.all));
  if (options.all) {
    for (const run of orphanedRuns(new Set(runs.map((it) => it.run)))) {
      const failure = await sweep(run, host, 10_000);
      const unreverted = failure === null ? [] : [{ file: "", label: `processes of run ${run}`, ...failure }];
      runs.push({ run, state: "dead", live: false, undone: unreverted.length === 0 ? 1 : 0, unreverted });
    }
  }
  return { runs };
}

async function recoverRun(host: Host, root: string, folder: RunFolder, all: boolean): Promise<RecoveredRun> {
  const { run } = folder;
  const state = stateOf(folder);
  if (state === "live") return { run, state, live: true, undone: 0, unreverted: [] };
  if (state === "elsewhere") {
    if (!all) {
      const why = "it was made before this boot, or in another container or machine: undo it there, or forget it";
      const unreverted = folder.leases.map(({ file, label }) => ({
        file,
        label,
        reason: why,
        mend: "shakedown recover --all",
      }));
      return { run, state, live: false, undone: 0, unreverted };
    }
    for (const { file, lease } of folder.leases) if (!outlastsBoot(lease)) rmSync(file, { force: true });
  }
  return { run, state, live: false, ...(await undoRun(host, root, run, { patienceMs: 10_000, log: false })) };
}

/** Nobody knows who holds a folder without a readable file: it is not live, and what can't be read is reported. */
function stateOf({ harness }: RunFolder): RunState {
  if (harness === null) return "dead";
  if (!isHere(harness)) return "elsewhere";
  return isLive(harness) ? "live" : "dead";
}

function outlastsBoot(lease: Lease): boolean {
  return lease.undo === "worktree" || (lease.undo === "all" && lease.of.some(outlastsBoot));
}

/**
 * Runs with processes whose harness is gone, so that init or systemd inherited them. A run whose topmost process still has another
 * parent may be a live one that keeps its leases elsewhere (another XDG_STATE_HOME).
 */
function orphanedRuns(known: ReadonlySet<string>): string[] {
  const parents = new Map<string, boolean>();
  for (const name of readdirSync("/proc").filter((it) => /^\d+$/.test(it))) {
    const pid = Number(name);
    const run = environmentOf(pid)?.get(runMark);
    const parent = readStat(pid)?.parent;
    if (run === undefined || parent === undefined || known.has(run)) continue;
    const inside = environmentOf(parent)?.get(runMark) === run;
    const orphaned = inside || inherits(parent);
    parents.set(run, (parents.get(run) ?? true) && orphaned);
  }
  return [...parents].filter(([, orphaned]) => orphaned).map(([run]) => run);
}

function inherits(parent: number): boolean {
  if (parent === 1) return true;
  try {
    return readFileSync(join("/proc", String(parent), "comm"), "utf8").trim() === "systemd";
  } catch {
    return true;
  }
}
