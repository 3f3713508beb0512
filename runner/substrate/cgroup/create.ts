/** Makes, opens and removes the cgroups of instances. Paths are known before anything is made, so that a lease can name them. */
import { existsSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { hasCode, messageOf } from "../../shared/errors.ts";
import type { Clock } from "../../shared/host.ts";
import { ownPid } from "../../shared/own-pid.ts";
import { sendSignal } from "../../shared/signal.ts";
import { poll } from "../../shared/wait.ts";
import type { Cgroup, CgroupSupport } from "./cgroup.ts";
import { readFile, writeValue } from "./files.ts";
import { FOLDER, isOurs, removeFolder } from "./folder.ts";
import { cpuReading, layoutOf, limitsOf, memoryReading } from "./layout.ts";

export interface Limits {
  /** Bytes. */
  readonly memory: number | null;
  /** Cores. */
  readonly cpu: number | null;
}

/** How long removal waits for killed processes to leave. */
const LEAVE_MS = 10_000;

/**
 * The folders of a group, one per hierarchy, whether it exists or not.
 *
 * @param name unique on this machine, `<run>-<trial>-<instance>`; a plain file name
 */
export function cgroupPaths(support: CgroupSupport, name: string): string[] {
  if (name === "" || name === "." || name === ".." || name.includes("/")) {
    throw new Error(`not a name for a cgroup: ${JSON.stringify(name)}`);
  }
  return support.parents.map((parent) => join(parent, FOLDER, name));
}

/**
 * Makes the group with its limits; one that exists already is taken over. Throws when the kernel refuses, after removing
 * what was made.
 */
export function createCgroup(support: CgroupSupport, name: string, limits: Limits): Cgroup {
  const paths = cgroupPaths(support, name);
  if (paths.length === 0) throw new Error(`no cgroup can be made here: ${support.reason}`);
  try {
    for (const path of paths) makeFolder(path, support);
    const group = openCgroup(paths);
    // Swap would let a process grow past its limit, slowly, instead of being killed.
    if (group.version === 2) setIfPresent(join(paths[0] ?? "", "memory.swap.max"), "0");
    if (limits.memory !== null) group.setMemoryLimit(limits.memory);
    if (limits.cpu !== null) group.setCpuLimit(limits.cpu);
    return group;
  } catch (error) {
    for (const path of paths) removeFolder(path);
    throw error;
  }
}

/** A group that exists; throws when none of the paths does. Works on what another process made (watchdog, `recover`). */
export function openCgroup(paths: readonly string[]): Cgroup {
  const layout = layoutOf(paths);
  const limits = limitsOf(layout);
  return {
    version: layout.version,
    paths,
    procsFiles: paths.map((path) => join(path, "cgroup.procs")),
    memory: () => memoryReading(layout, readFile),
    cpu: () => cpuReading(layout, readFile),
    ...limits,
    pids: () => pidsIn(paths),
  };
}

/**
 * Kills what is inside, waits until it has left, removes the folders, and the `shakedown` folder above when it is empty.
 * Paths that are gone are fine. Throws for a path that this harness did not make, and when something does not leave.
 */
export async function removeCgroup(clock: Clock, paths: readonly string[]): Promise<void> {
  const foreign = paths.find((path) => !isOurs(path));
  if (foreign !== undefined) throw new Error(`not a cgroup of shakedown, left alone: ${foreign}`);
  let left = paths;
  const removed = await poll(clock, LEAVE_MS, () => {
    // Again in each round: a process may have forked between the reading and the killing.
    for (const pid of pidsIn(paths)) killOne(pid);
    left = paths.filter((path) => !removeFolder(path));
    return left.length === 0;
  });
  if (!removed) {
    const who = pidsIn(left);
    throw new Error(
      `cgroup ${left.join(", ")} can't be removed: ${who.length > 0 ? `processes ${who.join(", ")} do not end` : "it holds other groups"}`,
    );
  }
  for (const parent of new Set(paths.map(dirname))) removeFolder(parent);
}

/** Another harness may remove the empty `shakedown` folder between the two steps of making ours. */
function makeFolder(path: string, support: CgroupSupport): void {
  for (let attempts = 0; ; attempts++) {
    try {
      mkdirSync(path, { recursive: true });
      if (support.version === 2) {
        const wanted = [support.memory && "+memory", support.cpu && "+cpu"].filter(Boolean).join(" ");
        writeValue(join(dirname(path), "cgroup.subtree_control"), wanted);
      }
      return;
    } catch (error) {
      if (!hasCode(error, "ENOENT") || attempts === 5) {
        throw new Error(`cgroup ${basename(path)} can't be made: ${messageOf(error)}`, { cause: error });
      }
    }
  }
}

function setIfPresent(file: string, value: string): void {
  if (existsSync(file)) writeValue(file, value);
}

function pidsIn(paths: readonly string[]): number[] {
  const lines = paths.flatMap((path) => (readFile(join(path, "cgroup.procs")) ?? "").split("\n"));
  return [...new Set(lines.filter(Boolean).map(Number))];
}

function killOne(pid: number): void {
  // 0 is a process of another pid namespace: kill(0) would hit our own group.
  if (pid !== ownPid && pid !== 0) sendSignal(pid, "SIGKILL");
}
