/** One supervised instance: started, probed, restarted when it ends, given up when it can't stay up; as a kubelet keeps a container. */
import type { Host } from "../shared/host.ts";
import { late, within } from "../shared/wait.ts";
import type { Cgroup } from "../substrate/cgroup/cgroup.ts";
import { launchArgv, launchEnv } from "../substrate/launch.ts";
import { startTime } from "../substrate/procfs/process.ts";
import type { Instance } from "../substrate/target.ts";
import type { TargetContext } from "./context.ts";
import { emulateLimit } from "./emulated-memory.ts";
import type { Output } from "./output.ts";
import { signalGroup, startGroup } from "./process-group.ts";
import { quoted } from "./quoted.ts";
import { type NotReady, type Probing, watchReadiness } from "./readiness.ts";

interface InstanceSpec {
  readonly id: string;
  readonly target: string;
  readonly port: number;
  /** argv[0] is an absolute path. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cgroup: Cgroup | null;
  /** Bytes that are enforced by polling; null when they are not. */
  readonly emulatedMemory: number | null;
  readonly probing: Probing;
  readonly restart: { readonly delayMs: number; readonly maxInARow: number };
}

interface Complaint {
  readonly why: string;
  /** Empty: it wrote nothing. */
  readonly lastOutput: string;
}

export interface Supervised {
  readonly start: () => void;
  /** Null before the first start. */
  readonly view: () => Instance | null;
  readonly problem: () => NotReady;
  /** Why it is not ready, and its last output, for messages. */
  readonly complaint: () => Complaint;
  /** Ends it for good. Resolves when it is gone; never rejects. */
  readonly stop: () => Promise<void>;
}

interface Supervision {
  readonly host: Host;
  readonly context: TargetContext;
  readonly output: Output;
  /** It became ready, or is so no more. */
  readonly onChange: () => void;
  readonly onGaveUp: (reason: string) => void;
}

/** Ready for this long, it counts as up: an exit after that begins a new row of restarts. */
const stableMs = 1000;
/** From SIGTERM to SIGKILL. */
const graceMs = 1000;
/** A killed process that is still there after this waits for a device; its cgroup's removal or `recover` deals with it. */
const goneWithinMs = 5000;
/** What an ending process wrote may still be in the pipe; a child that holds the pipe open is not waited for longer. */
const lastWordsMs = 200;
const journaledBytes = 2048;

export function superviseInstance(spec: InstanceSpec, { host, context, output, ...tell }: Supervision): Supervised {
  const { clock } = host;
  const stopping = new AbortController();
  let now: Instance | null = null;
  let starts = 0;
  let failuresInARow = 0;
  let problem: NotReady = { why: "it was not started", isUnlike: false };
  let ending = "";
  let exited: Promise<void> = Promise.resolve();

  const event = { target: spec.target, instance: spec.id } as const;
  const become = (state: Instance["state"]): Instance | null => {
    if (now !== null) now = { ...now, state };
    return now;
  };

  const start = () => {
    starts++;
    output.turn();
    const { id, target, port, cgroup, cwd } = spec;
    const argv = launchArgv(host.node, cgroup, spec.argv);
    const { pid, ended } = startGroup(host, argv, { cwd, env: launchEnv(spec.env), output });
    const startedAt = startTime(pid) ?? 0;
    now = { id, target, pid, startedAt, port, state: "starting", cgroup, lastExit: now?.lastExit ?? null };
    context.journal({ type: "instance.start", ...event, pid, port, again: starts > 1 });
    context.onInstance("start", now);

    const oomKills = () => cgroup?.memory().oomKills ?? 0;
    const oomKillsBefore = oomKills();
    const life = new AbortController();
    let readySince: number | null = null;
    exited = ended.then(async ({ code, signal, error, closed }) => {
      life.abort();
      const wasStable = readySince !== null && clock.now() - readySince >= stableMs;
      failuresInARow = wasStable ? 0 : failuresInARow + 1;
      const starved = signal === "SIGKILL" && oomKills() > oomKillsBefore;
      const how = starved ? `${signal}: out of memory, its cgroup's oom_kill rose` : (signal ?? `exit code ${code}`);
      ending = error ?? `it ended (${how})`;
      problem = { why: ending, isUnlike: false };
      if (now !== null) now = { ...now, lastExit: { pid, startedAt, signal, code } };
      const last = become("exited");
      if (last !== null) context.onInstance("exit", last);
      tell.onChange();
      await within(clock, lastWordsMs, closed);
      const said = error ?? output.tail(journaledBytes);
      context.journal({ type: "instance.exit", ...event, pid, code, signal, output: said });
      if (!stopping.signal.aborted) void again();
    });
    // An instance that is being ended stops listening first: no news.
    const over = AbortSignal.any([life.signal, stopping.signal]);
    void watchReadiness(clock, { host: "127.0.0.1", port }, spec.probing, over, {
      probed: (found) => {
        problem = found ?? { why: "", isUnlike: false };
      },
      ready: () => {
        readySince = clock.now();
        changed("ready");
      },
      unready: () => changed("unready"),
    });
    if (spec.emulatedMemory !== null)
      void emulateLimit(host, pid, spec.emulatedMemory, life.signal, (text) => context.warn(`${id}: ${text}`));
  };

  const again = async () => {
    if (failuresInARow > spec.restart.maxInARow) {
      const reason = `crash loop: ${failuresInARow} starts in a row did not stay up; the last one: ${problem.why}${quoted(output.lastWords(journaledBytes))}`;
      context.journal({ type: "instance.gave-up", ...event, reason });
      tell.onGaveUp(reason);
      return;
    }
    await clock.sleep(spec.restart.delayMs, stopping.signal);
    if (!stopping.signal.aborted) start();
  };

  const changed = (change: "ready" | "unready") => {
    const changedTo = become(change === "ready" ? "ready" : "starting");
    tell.onChange();
    context.journal({ type: `instance.${change}`, ...event });
    if (changedTo !== null) context.onInstance(change, changedTo);
  };

  return {
    start,
    view: () => now,
    problem: () => problem,
    complaint: () => {
      const earlier = ending === "" || problem.why === ending ? "" : `; before that, ${ending}`;
      return { why: `${spec.id}: ${problem.why}${earlier}`, lastOutput: output.lastWords(journaledBytes) };
    },
    stop: async () => {
      stopping.abort();
      if (now === null || now.state === "exited") return exited;
      signalGroup(host, now.pid, "SIGTERM");
      if ((await within(clock, graceMs, exited)) !== late) return;
      signalGroup(host, now.pid, "SIGKILL");
      await within(clock, goneWithinMs, exited);
    },
  };
}
