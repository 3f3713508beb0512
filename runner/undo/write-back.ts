/** Writes a former value back into a file of the kernel's (a limit, a score) and reads it again. */
import { closeSync, constants, openSync, readFileSync, writeSync } from "node:fs";
import { hasCode, messageOf } from "../shared/errors.ts";
import type { Clock } from "../shared/host.ts";
import { poll } from "../shared/wait.ts";
import { isSame } from "../substrate/procfs/process.ts";
import type { Lease, Unreverted } from "./lease.ts";

/** What a file or its process being gone looks like: before opening, after the cgroup was removed, after the process died. */
const goneCodes = ["ENOENT", "ENODEV", "ESRCH"];

/**
 * Tries until it holds or `withinMs` is over: a memory limit can't go below what is charged at the moment (EBUSY).
 * A file that is gone, or whose process is, needs no undo.
 */
export async function writeBack(
  lease: Lease & { undo: "write" },
  clock: Clock,
  withinMs: number,
): Promise<Unreverted | null> {
  const { file, value, of } = lease;
  let problem = "";
  const done = await poll(clock, withinMs, () => {
    if (of !== null && !isSame(of.pid, of.startedAt)) return true;
    try {
      writeLines(file, value);
      const now = readFileSync(file, "utf8");
      problem = `it reads ${JSON.stringify(now.trim())}`;
      return holds(value, now);
    } catch (error) {
      problem = messageOf(error);
      return hasCode(error, ...goneCodes);
    }
  });
  if (done) return null;
  return {
    reason: `${file} could not be set back to ${JSON.stringify(value.trim())}: ${problem}`,
    mend: `printf '%s\\n' ${value
      .trim()
      .split("\n")
      .map((line) => `'${line.replaceAll("'", "'\\''")}'`)
      .join(" ")} > ${file}`,
  };
}

/** One write per line, as files of the kernel want it; never creates the file. */
function writeLines(file: string, value: string): void {
  const fd = openSync(file, constants.O_WRONLY | constants.O_TRUNC);
  try {
    for (const line of value.trim().split("\n")) writeSync(fd, `${line}\n`);
  } finally {
    closeSync(fd);
  }
}

/** v1 shows "no limit", written as -1, as the largest multiple of a page in a signed 64-bit number. */
function holds(value: string, now: string): boolean {
  if (now.trim() === value.trim()) return true;
  return value.trim() === "-1" && Number(now) > 2 ** 62;
}
