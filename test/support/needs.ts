/** Tests that need something of the machine: they skip loudly and name what is missing. In CI as root a skip is a failure. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import process from "node:process";
import { test } from "vitest";
import { findK6 } from "../../runner/engines/k6/find.ts";
import type { CgroupSupport } from "../../runner/substrate/cgroup/cgroup.ts";
import { detectCgroup } from "../../runner/substrate/cgroup/detect.ts";
import { hierarchies } from "../../runner/substrate/cgroup/hierarchies.ts";
import { smallDisk } from "./small-disk.ts";

type Body = () => void | Promise<void>;

/** Declares a test that runs where the need is met. */
export interface Need {
  (name: string, body: Body): void;
  /** Null when it is met. */
  readonly missing: string | null;
}

/**
 * @param missing what is, in words; null when nothing is
 * @param inCi    false for what a machine may lack although tests run as root there
 */
export function need(missing: string | null, inCi = true): Need {
  const declare = (name: string, body: Body) => {
    if (missing === null) return test(name, body);
    const mustRun = inCi && process.env.CI === "true" && userInfo().uid === 0;
    if (!mustRun) {
      console.warn(`SKIPPED "${name}": needs ${missing}`);
      return test.skip(`${name} (needs ${missing})`, body);
    }
    test(name, () => {
      throw new Error(`this must run in CI, but it needs ${missing}`);
    });
  };
  return Object.assign(declare, { missing });
}

/** What this machine's cgroups allow; detected once for a test file. */
export const cgroupSupport: CgroupSupport = detectCgroup();

/** Where cgroup v2 is mounted and this user may make groups, with or without controllers; else null. */
export const unifiedMount: string | null = findUnified();

function findUnified(): string | null {
  try {
    const all = hierarchies(readFileSync("/proc/self/cgroup", "utf8"), readFileSync("/proc/self/mountinfo", "utf8"));
    const mount = all.find((it) => it.version === 2)?.mount ?? null;
    if (mount !== null) accessSync(`${mount}/cgroup.procs`, constants.W_OK);
    return mount;
  } catch {
    return null;
  }
}

/** Whether a tmpfs can be mounted: tried once. */
function canMount(): boolean {
  using disk = smallDisk(4096);
  return disk !== null;
}

const python = spawnSync("python3", ["-c", ""]).status === 0 ? null : "python3";

/** Null when there is a k6 that will do. */
function k6Missing(): string | null {
  const found = findK6(process.env);
  return typeof found === "string" ? `k6 (${found})` : null;
}

export const needs = {
  k6: need(k6Missing()),
  python: need(python, false),
  smallDisk: need(canMount() ? null : "the right to mount a tmpfs"),
  linux: need(process.platform === "linux" ? null : "Linux (/proc)"),
  unified: need(unifiedMount === null ? "a writable cgroup v2 mount" : null),
  cgroup: need(
    cgroupSupport.memory && cgroupSupport.cpu
      ? null
      : `a writable cgroup with the memory and cpu controllers (${cgroupSupport.reason})`,
  ),
  cpuLimit: need(cgroupSupport.cpu ? null : `a writable cgroup with the cpu controller (${cgroupSupport.reason})`),
};
