/** A process that leads a group of its own: how it ended, and signals to it and its children. */
import type { ChildProcess } from "node:child_process";
import { messageOf } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import type { Output } from "./output.ts";

interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  /** It could not even be spawned. */
  readonly error: string | null;
  /** Its output is complete. */
  readonly closed: Promise<void>;
}

interface Leader {
  /** 0 when it could not be spawned. */
  readonly pid: number;
  readonly ended: Promise<Ending>;
}

interface Start {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
}

/** Starts the leader of a group, which ends with it: children do not keep its port. */
export function startGroup(host: Host, argv: readonly [string, ...string[]], { cwd, env, output }: Start): Leader {
  const child = host.spawn(argv, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  if (child.stdout !== null) output.from(child.stdout);
  if (child.stderr !== null) output.from(child.stderr);
  const pid = child.pid ?? 0;
  const leaveNothing = (it: Ending): Ending => {
    signalGroup(host, pid, "SIGKILL");
    return it;
  };
  return { pid, ended: endingOf(child).then(leaveNothing) };
}

function endingOf(child: ChildProcess): Promise<Ending> {
  const closed = new Promise<void>((resolve) => void child.once("close", () => resolve()));
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, signal: null, error: messageOf(error), closed }));
    child.once("exit", (code, signal) => resolve({ code, signal, error: null, closed }));
  });
}

export function signalGroup(host: Host, pid: number, signal: NodeJS.Signals): void {
  // Pid 0 was never spawned, and kill(0) would hit our own group.
  if (pid <= 0) return;
  try {
    host.kill(-pid, signal);
  } catch {
    // EPERM: the number has passed to a group of somebody else's.
  }
}
