/**
 * The one interpreter of leases: the running harness, the watchdog and `recover` undo faults with it. Every undo may be done twice
 * or by two processes at once, looks afterwards whether it worked, and leaves alone what is not provably the thing leased.
 */
import { existsSync, rmdirSync } from "node:fs";
import { messageOf, unreachable } from "../shared/errors.ts";
import { namesIn } from "../shared/files.ts";
import type { Host } from "../shared/host.ts";
import { runProgram } from "../shared/run-program.ts";
import { poll } from "../shared/wait.ts";
import { removeCgroup } from "../substrate/cgroup/create.ts";
import { isSame, isStopped } from "../substrate/procfs/process.ts";
import { removeToxic } from "../substrate/router/client.ts";
import type { Lease, Unreverted } from "./lease.ts";
import { sweep } from "./sweep.ts";
import { writeBack } from "./write-back.ts";

/** How long the kernel may take to carry out one undo; far above what an idle machine needs (milliseconds). */
const patienceMs = 5_000;
/** A limit that is refused at first (EBUSY) is taken once what was charged is freed; among several, the others come first. */
const writeMs = { alone: 2_000, amongOthers: 50 };

/** Undoes a lease and proves it. Null when it is undone, or there is nothing left to undo; never throws. */
export function undo(lease: Lease, host: Host): Promise<Unreverted | null> {
  return interpret(lease, host, writeMs.alone).catch(asFailure);
}

async function interpret(lease: Lease, host: Host, writingMs: number): Promise<Unreverted | null> {
  switch (lease.undo) {
    case "signal":
      return proceed(lease, host);
    case "kill":
      return end(lease, host);
    case "write":
      return writeBack(lease, host.clock, writingMs);
    case "cgroup":
      return dismantle(lease.paths, host);
    case "toxic":
      await removeToxic(host.clock, lease.port, lease.token, lease.toxic);
      return null;
    case "processes":
      return sweep(lease.run, host, patienceMs * 2);
    case "worktree":
      return removeWorktree(lease, host);
    case "all":
      return undoEach(lease.of, host);
    case "nothing":
      return null;
    default:
      return unreachable(lease);
  }
}

async function proceed(lease: Lease & { undo: "signal" }, host: Host): Promise<Unreverted | null> {
  const { pid, startedAt, signal } = lease;
  const runs = await poll(host.clock, patienceMs, () => {
    if (!isSame(pid, startedAt)) return true;
    host.kill(pid, signal);
    return !isStopped(pid);
  });
  return runs ? null : { reason: `process ${pid} stays stopped after ${signal}`, mend: `kill -CONT ${pid}` };
}

async function end(lease: Lease & { undo: "kill" }, host: Host): Promise<Unreverted | null> {
  const { pid, startedAt } = lease;
  if (isSame(pid, startedAt)) host.kill(pid, "SIGKILL");
  const gone = await poll(host.clock, patienceMs, () => !isSame(pid, startedAt));
  return gone ? null : { reason: `process ${pid} survives SIGKILL`, mend: `kill -KILL ${pid}` };
}

async function dismantle(paths: readonly string[], { clock }: Host): Promise<Unreverted | null> {
  await removeCgroup(clock, paths);
  const left = paths.filter((path) => existsSync(path));
  return left.length === 0
    ? null
    : { reason: `cgroup ${left.join(", ")} is still there`, mend: `rmdir ${left.join(" ")}` };
}

async function removeWorktree(lease: Lease & { undo: "worktree" }, host: Host): Promise<Unreverted | null> {
  const { repository, path } = lease;
  // What git had not begun to fill, it does not take for a worktree.
  if (existsSync(path) && namesIn(path).length === 0) rmdirSync(path);
  if (!existsSync(repository)) return null;
  // Twice: once for what is in it, once for the lock of a worktree that was being made. Git forgets one whose folder is gone, too.
  const command = ["git", "-C", repository, "worktree", "remove", "--force", "--force", path] as const;
  const result = await runProgram(host, command, { timeoutMs: patienceMs * 6 });
  if (!existsSync(path)) return null;
  return { reason: `git could not remove the worktree ${path}: ${result.output.trim()}`, mend: command.join(" ") };
}

/** In order; what failed is tried again after the others, for undos that wait for each other (v1 memory and memory+swap limits). */
async function undoEach(leases: readonly Lease[], host: Host): Promise<Unreverted | null> {
  const attempt = async (those: readonly Lease[], writingMs: number) => {
    const failed: { readonly lease: Lease; readonly failure: Unreverted }[] = [];
    for (const lease of those) {
      const failure = await interpret(lease, host, writingMs).catch(asFailure);
      if (failure !== null) failed.push({ lease, failure });
    }
    return failed;
  };
  const first = await attempt(leases, writeMs.amongOthers);
  const again = first.map((it) => it.lease);
  const failed = await attempt(again, writeMs.alone);
  if (failed.length === 0) return null;
  return {
    reason: failed.map((it) => it.failure.reason).join("; "),
    mend: [...new Set(failed.map((it) => it.failure.mend))].join(" && "),
  };
}

const asFailure = (error: unknown): Unreverted => ({ reason: messageOf(error), mend: "shakedown recover" });
