/** A process that does nothing, with its identity: to be stopped, killed, or left alone. */
import { isStopped, readStat, startTime } from "../../runner/substrate/procfs/process.ts";
import { type Child, start } from "./child.ts";

interface Sleeper extends Child {
  readonly startedAt: number;
}

export function sleeper(env: Readonly<Record<string, string>> = {}): Sleeper {
  const child = start(["sleep", "600"], { env: { PATH: "/bin:/usr/bin", ...env } });
  return Object.assign(child, { startedAt: startTime(child.pid) ?? 0 });
}

/** "gone" also for a zombie: it only waits for its parent. */
export function stateOf(pid: number): "gone" | "stopped" | "running" {
  const state = readStat(pid)?.state;
  if (state === undefined || state === "Z" || state === "X") return "gone";
  return isStopped(pid) ? "stopped" : "running";
}
