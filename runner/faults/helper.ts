/** Helper processes of faults (ballast, burner): parked outside the target until told to begin, gone when the harness is. */
import { type LineChild, startLineChild } from "../shared/line-child.ts";
import { late, within } from "../shared/wait.ts";
import { startTime } from "../substrate/procfs/process.ts";
import type { FaultContext, Lease } from "./fault.ts";

export interface Helper extends Pick<LineChild, "pid" | "feed"> {
  readonly lease: Lease;
  /** Tells it to begin; resolves with its answer. Rejects when it ends or says nothing for 10 s. */
  readonly begin: (order: object) => Promise<void>;
  readonly alive: () => boolean;
  readonly end: () => void;
}

const patienceMs = 10_000;

/** Starts the entry file `path`; resolves when it is parked. It carries the run's mark and ends when its stdin closes. */
export async function park(context: FaultContext, path: string): Promise<Helper> {
  const { clock, node } = context.host;
  // Its own Node options would load the samplers' preloads of instances.
  const { NODE_OPTIONS: _, ...env } = context.env;
  let alive = true;
  let answer = Promise.withResolvers<void>();
  const child = startLineChild(context.host, { argv: [node, path], env, cwd: "/", hear: () => answer.resolve() });
  const over = child.ended.then((how) => {
    alive = false;
    throw new Error(`helper process of the fault: ${how}`);
  });
  over.catch(() => undefined);
  const answered = async (): Promise<void> => {
    if ((await within(clock, patienceMs, Promise.race([answer.promise, over]))) !== late) return;
    throw new Error(`helper process of the fault: no answer for ${patienceMs / 1000} s`);
  };

  try {
    await answered();
    const { pid, feed } = child;
    const startedAt = startTime(pid);
    if (startedAt === null) throw new Error("helper process of the fault: it ended at once");
    return {
      pid,
      feed,
      lease: { undo: "kill", pid, startedAt },
      begin: (order) => {
        answer = Promise.withResolvers();
        child.say(JSON.stringify(order));
        return answered();
      },
      alive: () => alive,
      end: child.kill,
    };
  } catch (error) {
    child.kill();
    throw error;
  }
}
