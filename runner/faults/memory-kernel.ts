/** Memory shortage made by the kernel: limit squeezed, ballast charged to the instance's own cgroup, the OOM killer does the rest. */
import { readFileSync, readlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { childEntry } from "../shared/package.ts";
import { poll } from "../shared/wait.ts";
import type { Cgroup } from "../substrate/cgroup/cgroup.ts";
import { writeValue } from "../substrate/cgroup/files.ts";
import { findProgram } from "../substrate/launch.ts";
import { pageBytes } from "../substrate/procfs/page-size.ts";
import type { LastExit } from "../substrate/target.ts";
import { isAlive } from "./alive.ts";
import type { BallastOrder } from "./ballast.main.ts";
import type { Deed, Evidence, FaultContext, Instance, Lease, Target } from "./fault.ts";
import { type Helper, park } from "./helper.ts";

const MiB = 2 ** 20;
const mib = (bytes: number | null) => (bytes === null ? "unknown" : `${Math.round((bytes / MiB) * 10) / 10} MiB`);

/**
 * The ballast grows in large steps far from the limit and in small ones near it: when the kernel has chosen, little must be left
 * for the ballast to take, or it asks again before the victim's memory is free and is killed too.
 */
const zeros = Buffer.alloc(MiB / 2);
const nearby = 2 * MiB;
/** On a busy machine the pauses get longer: so do the steps, or the fault would be over before the memory is full. */
const bytesPerMs = 16 * 1024;
const largestNearby = 256 * 1024;
const everyMs = 2;

/** An instance that grows all the time is refused its limit each time. */
const squeezeWithinMs = 1_000;

/** The supervisor hears of an end a moment after /proc shows it. */
const statusWithinMs = 1_000;

/** @param headroom bytes that the squeezed limit leaves above usage */
export function kernelShortage(target: Target, instance: Instance, cgroup: Cgroup, headroom: number): Deed {
  const score = `/proc/${instance.pid}/oom_score_adj`;
  let ballast: Helper | null = null;
  let former: ReturnType<Cgroup["memoryLimitFiles"]> = [];
  let killsBefore = 0;
  // The supervisor may remove the group as soon as the instance is dead: the last reading before that is kept.
  let kills = 0;
  let goneSince: number | null = null;
  const look = () => {
    const alive = isAlive(instance);
    kills = cgroup.memory().oomKills ?? kills;
    return alive;
  };

  return {
    instance: instance.id,
    does: `squeeze the memory limit of process ${instance.pid} to about ${mib(headroom)} above usage and fill it until the kernel kills it`,
    undo: "end the ballast, put the limit and the OOM score back",

    lease: async (context): Promise<Lease> => {
      former = cgroup.memoryLimitFiles();
      const of = { pid: instance.pid, startedAt: instance.startedAt };
      const formerScore = readFileSync(score, "utf8").trim();
      ballast = await park(context, childEntry(import.meta.url, "./ballast.main"));
      return {
        undo: "all",
        of: [
          ballast.lease,
          ...former.map(({ file, value }): Lease => ({ undo: "write", file, value, of: null })),
          { undo: "write", file: score, value: formerScore, of },
        ],
      };
    },

    apply: async (context) => {
      if (ballast === null) throw new Error("the ballast was not prepared");
      if (!isAlive(instance)) throw new Error(`${instance.id} had ended before the fault could hit it`);
      // It enters while there is room: in a full group the kernel might pick it before it is small.
      await enterGroup(ballast, cgroup, former, headroom, context);
      killsBefore = cgroup.memory().oomKills ?? 0;
      kills = killsBefore;
      // Adds the whole limit to what the instance has, in the eyes of the OOM killer. Raising needs no privilege.
      writeValue(score, "1000");
      const limit = await squeeze(cgroup, headroom, context);
      void fill(ballast, limit, context);
    },

    landed: async ({ host }) => {
      if (!look()) {
        lift();
        goneSince ??= host.clock.now();
        const exit = exitOf(target, instance);
        if (exit === null && host.clock.now() - goneSince < statusWithinMs) return null;
        return proofOfDeath(instance.pid, exit, killsBefore, kills);
      }
      if (kills > killsBefore) throw new Error(`the kernel killed another process of the cgroup, not ${instance.pid}`);
      const { current, limit } = cgroup.memory();
      throw new Error(`process ${instance.pid} lives: its cgroup uses ${mib(current)} of ${mib(limit)}`);
    },
  };

  /** Until the instance is dead, or the ballast is (undone). Feeds no more once the kernel has chosen: dying takes a while. */
  async function fill(helper: Helper, limit: number, { host }: FaultContext): Promise<void> {
    let last = host.clock.now();
    for (let fed = 0; look() && helper.alive(); ) {
      const now = host.clock.now();
      const near = limit - (cgroup.memory().current ?? 0) < nearby;
      const step = zeros.subarray(
        0,
        near ? Math.min(largestNearby, Math.ceil((now - last) * bytesPerMs)) : zeros.length,
      );
      if (kills === killsBefore && fed <= limit && helper.feed(step)) fed += step.length;
      last = now;
      await host.clock.sleep(everyMs);
    }
    if (!isAlive(instance)) lift();
  }

  /** As soon as the instance is dead: an early part of what the lease undoes anyway. */
  function lift(): void {
    ballast?.end();
    try {
      for (const { file, value } of former) writeValue(file, value);
    } catch {
      // The group went with its instance.
    }
  }
}

/** How the planned process ended: not one before or after it under the same name. Null when that is not known (yet). */
function exitOf(target: Target, { id, pid, startedAt }: Instance): LastExit | null {
  const exit = target.instances().find((it) => it.id === id)?.lastExit ?? null;
  return exit?.pid === pid && exit.startedAt === startedAt ? exit : null;
}

/** The counter tells that the kernel killed in the group, the status how this process ended: only both together are proof. */
function proofOfDeath(pid: number, exit: LastExit | null, before: number, after: number): Evidence {
  const gone = `process ${pid} ${ending(exit)}`;
  if (after <= before)
    return {
      grade: "C",
      text: `${gone} while its memory was squeezed, but oom_kill of its cgroup was not seen to rise`,
    };
  const rose = `oom_kill of its cgroup rose from ${before} to ${after}`;
  if (exit?.signal === "SIGKILL") return { grade: "A", text: `${gone} and ${rose}` };
  return { grade: "B", text: `${gone}, not seen to be the kernel's SIGKILL, but ${rose}` };
}

function ending(exit: LastExit | null): string {
  if (exit === null) return "is gone, its wait status unknown";
  return exit.signal === null ? `ended with exit code ${exit.code}` : `was ended by ${exit.signal}`;
}

/** Resolves when the ballast is in the group and has become the small program it fills. */
async function enterGroup(
  ballast: Helper,
  cgroup: Cgroup,
  limitFiles: readonly { readonly file: string }[],
  headroom: number,
  { host, env }: FaultContext,
): Promise<void> {
  const tail = findProgram("tail", env, "/");
  if (tail === null) throw new Error("memory-pressure needs the program tail (coreutils) in PATH");
  const program = () => readlinkSync(`/proc/${ballast.pid}/exe`);
  const before = program();
  // Twice what the squeezed limit will be: the limit comes first. Some tails reserve all of it at once.
  const most = 2 * ((cgroup.memory().current ?? 0) + headroom + 1000 * pageBytes());
  const order: BallastOrder = { procsFiles: [memoryProcs(limitFiles)], tail, most };
  await ballast.begin(order);
  const changed = await poll(host.clock, 5_000, () => program() !== before);
  if (!changed) throw new Error("the ballast did not become tail within 5 s");
}

/**
 * Sets the limit to usage + headroom, rounded up to a thousand pages (4 MB), and returns it. The OOM killer counts a score in whole
 * thousandths of the limit's pages: with a remainder, a small instance could weigh less than the ballast. v1 refuses less than is
 * used at that moment: then again, from the new usage.
 */
async function squeeze(cgroup: Cgroup, headroom: number, { host }: FaultContext): Promise<number> {
  const unit = 1000 * pageBytes();
  let wanted = 0;
  let refusal: unknown;
  const squeezed = await poll(host.clock, squeezeWithinMs, () => {
    const { current, limit } = cgroup.memory();
    wanted = Math.ceil(((current ?? 0) + headroom) / unit) * unit;
    if (limit !== null && limit <= wanted) return true;
    try {
      cgroup.setMemoryLimit(wanted);
      return true;
    } catch (error) {
      refusal = error;
      return false;
    }
  });
  if (!squeezed) throw refusal;
  return cgroup.memory().limit ?? wanted;
}

/** Only the hierarchy that counts memory: the ballast must not use the instance's share of CPU. */
function memoryProcs(limitFiles: readonly { readonly file: string }[]): string {
  const [first] = limitFiles;
  if (first === undefined) throw new Error("the instance's cgroup has no memory limit to squeeze");
  return join(dirname(first.file), "cgroup.procs");
}
