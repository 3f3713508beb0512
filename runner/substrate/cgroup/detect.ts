/** Finds out by trying which cgroup version this process may use: makes a group, sets limits, removes it. */
import { randomUUID } from "node:crypto";
import { accessSync, constants, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { messageOf } from "../../shared/errors.ts";
import type { CgroupSupport } from "./cgroup.ts";
import { readFile, writeValue } from "./files.ts";
import { FOLDER, removeFolder } from "./folder.ts";
import { type Hierarchy, hierarchies } from "./hierarchies.ts";

type Controller = "memory" | "cpu";

/** Files, tried in turn, and the values to try: generous, so that the probe's limits mean nothing. */
const v1Probe: Readonly<Record<string, readonly [file: string, value: string]>> = {
  memory: ["memory.limit_in_bytes", String(2 ** 30)],
  cpu: ["cpu.cfs_quota_us", "100000"],
};
const v2Probe: Readonly<Record<Controller, readonly [file: string, value: string]>> = {
  memory: ["memory.max", String(2 ** 30)],
  cpu: ["cpu.max", "100000 100000"],
};

/**
 * What works here. A v1 hierarchy with the controller wins over v2: the kernel gives a controller to one of them only.
 * Not cached: the caller keeps the answer.
 */
export function detectCgroup(procSelf = "/proc/self"): CgroupSupport {
  let found: Hierarchy[];
  try {
    found = hierarchies(readFileSync(`${procSelf}/cgroup`, "utf8"), readFileSync(`${procSelf}/mountinfo`, "utf8"));
  } catch (error) {
    return none(`this system has no cgroups (${messageOf(error)})`);
  }
  const v1 = found.filter((it) => it.version === 1 && it.controllers.some((name) => name in v1Probe));
  if (v1.length > 0) return detectV1(found);
  const v2 = found.find((it) => it.version === 2);
  return v2 ? detectV2(v2) : none("no cgroup hierarchy with a memory or cpu controller is mounted");
}

const none = (reason: string): CgroupSupport => ({ version: null, memory: false, cpu: false, parents: [], reason });

function detectV1(found: readonly Hierarchy[]): CgroupSupport {
  const parents = new Set<string>();
  const problems: string[] = [];
  const works = (controller: string): boolean => {
    const hierarchy = found.find((it) => it.version === 1 && it.controllers.includes(controller));
    if (hierarchy === undefined) {
      problems.push(`no hierarchy with the ${controller} controller is mounted`);
      return false;
    }
    const probe = v1Probe[controller];
    const tried = [...new Set([hierarchy.mount, hierarchy.own])].map((parent) => ({
      parent,
      problem: attempt(parent, probe ? [probe] : []),
    }));
    const good = tried.find((it) => it.problem === null);
    if (good) parents.add(good.parent);
    else problems.push(...tried.map((it) => it.problem ?? ""));
    return good !== undefined;
  };
  const memory = works("memory");
  const cpu = works("cpu");
  if (!memory && !cpu) return none(`cgroup v1 can't be used: ${problems.join("; ")}`);
  return { version: 1, memory, cpu, parents: [...parents], reason: reasonFor("v1", [...parents], problems) };
}

function detectV2(hierarchy: Hierarchy): CgroupSupport {
  const problems: string[] = [];
  for (const parent of [hierarchy.mount, ...upwards(hierarchy.own, hierarchy.mount)]) {
    const given = (readFile(join(parent, "cgroup.subtree_control")) ?? "").trim().split(" ");
    const controllers = (["memory", "cpu"] as const).filter((name) => given.includes(name));
    if (controllers.length === 0) {
      problems.push(`${parent} gives its children neither memory nor cpu (cgroup.subtree_control)`);
      continue;
    }
    const problem = attempt(
      parent,
      controllers.map((name) => v2Probe[name]),
      controllers,
    );
    if (problem === null) {
      const missing = (["memory", "cpu"] as const).filter((name) => !controllers.includes(name));
      const lacks = missing.map((name) => `${name} is not delegated`);
      return {
        version: 2,
        memory: controllers.includes("memory"),
        cpu: controllers.includes("cpu"),
        parents: [parent],
        reason: reasonFor("v2", [parent], lacks),
      };
    }
    problems.push(problem);
  }
  return none(
    `cgroup v2 can't be used: ${problems.join("; ")}. Run as root, or in a scope with delegation: systemd-run --user --scope -p Delegate=yes …`,
  );
}

const reasonFor = (version: string, parents: readonly string[], problems: readonly string[]): string =>
  `cgroup ${version} is writable in ${parents.join(", ")}${problems.length > 0 ? `, but ${problems.join("; ")}` : ""}`;

/** The group and its ancestors up to the mount, nearest first. */
function upwards(own: string, mount: string): string[] {
  const below = relative(mount, own);
  if (below === "" || below.startsWith("..")) return [];
  return [own, ...upwards(dirname(own), mount)];
}

/** Makes a group, writes the limits, removes it. Null when all went well, else what did not. */
function attempt(
  parent: string,
  limits: readonly (readonly [string, string])[],
  enable: readonly string[] = [],
): string | null {
  const ours = join(parent, FOLDER);
  const probe = join(ours, `probe-${randomUUID()}`);
  try {
    // A process may only be moved by who may write here, the nearest group above both places.
    accessSync(join(parent, "cgroup.procs"), constants.W_OK);
    mkdirSync(probe, { recursive: true });
    if (enable.length > 0) writeValue(join(ours, "cgroup.subtree_control"), enable.map((name) => `+${name}`).join(" "));
    for (const [file, value] of limits) writeValue(join(probe, file), value);
    return null;
  } catch (error) {
    return messageOf(error);
  } finally {
    removeFolder(probe);
    removeFolder(ours);
  }
}
