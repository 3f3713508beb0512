/** The folder of leases of one run on disk: where it is, how it is read back, how it goes away. */
import { readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync, statSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { isAbsolute, join } from "node:path";
import type { z } from "zod";
import { hasCode, messageOf, UserError } from "../shared/errors.ts";
import { namesIn } from "../shared/files.ts";
import type { Host } from "../shared/host.ts";
import { ownPid } from "../shared/own-pid.ts";
import { isSame, startTime } from "../substrate/procfs/process.ts";
import type { Lease } from "./lease.ts";
import { type Harness, harnessFileSchema, leaseFileSchema } from "./lease-schema.ts";

export const harnessFile = "harness.json";
export const watchdogLog = "watchdog.ndjson";

/** `$XDG_STATE_HOME/shakedown`; relative values of the variable are ignored, as the XDG base directory specification asks. */
function stateRoot(host: Host): string {
  const state = host.env.XDG_STATE_HOME ?? "";
  return join(isAbsolute(state) ? state : join(host.env.HOME ?? homedir(), ".local", "state"), "shakedown");
}

export const leasesRoot = (host: Host): string => join(stateRoot(host), "leases");
export const locksRoot = (host: Host): string => join(stateRoot(host), "locks");

/**
 * Does something in the folder of leases or locks.
 * @throws UserError where the system refuses: a full or read-only disk, no right, a file in the way
 */
export function withState<T>(folder: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof UserError || !hasSystemCode(error)) throw error;
    throw new UserError(`${folder} can't be used: ${messageOf(error)}`, {
      hint: "how to undo each fault is written there before it is made; make room or give the right to, or set XDG_STATE_HOME to another folder",
      cause: error,
    });
  }
}

const hasSystemCode = (error: unknown): boolean => error instanceof Error && "syscall" in error;

/** This boot and this pid namespace, in which pids and start times mean something. */
function thisMachine(): string {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** This process, as the holder of leases and locks. */
export const thisHarness = (): Harness => ({
  pid: ownPid,
  startedAt: startTime(ownPid) ?? 0,
  machine: thisMachine(),
});

interface ReadLease {
  readonly file: string;
  readonly label: string;
  readonly lease: Lease;
}

export interface RunFolder {
  readonly run: string;
  readonly path: string;
  /** Null when no file of the folder tells. */
  readonly harness: Harness | null;
  /** In the order in which they were taken. */
  readonly leases: readonly ReadLease[];
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
}

/** Null when there is no such folder. */
export function readRunFolder(root: string, run: string): RunFolder | null {
  const path = join(root, run);
  let names: string[];
  try {
    names = readdirSync(path).sort();
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return null;
    return { run, path, harness: null, leases: [], unreadable: [{ file: path, reason: messageOf(error) }] };
  }
  let harness: Harness | null = null;
  const leases: ReadLease[] = [];
  const unreadable: { file: string; reason: string }[] = [];
  for (const name of names) {
    if (!name.endsWith(".json")) continue;
    const file = join(path, name);
    try {
      if (name === harnessFile) harness = parse(file, harnessFileSchema).harness;
      else {
        const { label, lease, harness: holder } = parse(file, leaseFileSchema);
        harness ??= holder;
        leases.push({ file, label, lease });
      }
    } catch (error) {
      // Undone and released by somebody else while we read.
      if (!hasCode(error, "ENOENT")) unreadable.push({ file, reason: messageOf(error) });
    }
  }
  return { run, path, harness, leases, unreadable };
}

/**
 * Every run that has a folder, oldest first.
 * @throws UserError when the root can't be read
 */
export function runFolders(root: string): RunFolder[] {
  return withState(root, () => namesBelow(root))
    .filter((name) => !name.startsWith("."))
    .map((name) => ({ name, age: modified(join(root, name)) }))
    .sort((a, b) => a.age - b.age || a.name.localeCompare(b.name))
    .map(({ name }) => readRunFolder(root, name))
    .filter((it) => it !== null);
}

function namesBelow(root: string): string[] {
  try {
    return readdirSync(root);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

export const isHere = (harness: Harness): boolean => harness.machine === thisMachine();
export const isLive = (harness: Harness): boolean => isHere(harness) && isSame(harness.pid, harness.startedAt);

/** Removes what a run leaves when no lease is left. A folder that still holds something unknown stays. */
export function removeRunFolder(path: string): void {
  rmSync(join(path, watchdogLog), { force: true });
  for (const name of namesIn(path)) if (name.endsWith(".tmp")) rmSync(join(path, name), { force: true });
  rmSync(join(path, harnessFile), { force: true });
  removeIfEmpty(path);
}

export function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT", "ENOTEMPTY", "EEXIST")) throw error;
  }
}

/** @throws Error when the file is gone, or not what the schema says */
export function parse<T>(file: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (result.success) return result.data;
  throw new Error(result.error.issues.map((it) => `${it.path.join(".") || "the file"}: ${it.message}`).join("; "));
}

function modified(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
