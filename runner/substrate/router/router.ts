/** Starts a router process and talks to it. */
import { messageOf } from "../../shared/errors.ts";
import type { Host } from "../../shared/host.ts";
import { readLines } from "../../shared/lines.ts";
import { childEntry } from "../../shared/package.ts";
import { startTime } from "../procfs/process.ts";
import { controlClient } from "./client.ts";
import type { LinkControl } from "./control.ts";
import type { Backend, RouterLine } from "./protocol.ts";

export interface Router {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startedAt: number;
  /** Where clients connect; the same until `stop`. */
  readonly address: { readonly host: string; readonly port: number };
  readonly link: LinkControl;
  /** Who gets new connections from now on; resolves when the router knows. Open connections stay where they are. */
  readonly setInstances: (list: readonly Backend[]) => Promise<void>;
  /** Resolves when the process is gone; closes every connection. Never rejects. */
  readonly stop: () => Promise<void>;
}

export interface RouterOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Client ports with the instances they were given to, as the router tells them in batches. */
  readonly onConnections: (list: readonly (readonly [clientPort: number, instance: string])[]) => void;
  /** It ended without `stop`. */
  readonly onExit: (reason: string) => void;
}

/** Resolves when it listens, without instances: connections are reset until `setInstances`. */
export async function startRouter(host: Host, options: RouterOptions): Promise<Router> {
  const child = host.spawn([host.node, childEntry(import.meta.url, "./router.main")], {
    env: options.env,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error("a router needs its three pipes");
  stdin.on("error", () => undefined);
  let complaint = "";
  stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk).slice(-2000);
  });

  let stopping = false;
  let running = false;
  const exited = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(messageOf(error)));
    // Not "exit": what it said last about connections belongs to this trial.
    child.on("close", (code, signal) => resolve(`the router ended (${signal ?? `exit ${code}`}) ${complaint}`.trim()));
  });
  const listening = await new Promise<Extract<RouterLine, { type: "listening" }>>((resolve, reject) => {
    void exited.then((reason) => reject(new Error(reason)));
    readLines(stdout, (text) => {
      const line = JSON.parse(text) as RouterLine;
      if (line.type === "listening") resolve(line);
      else options.onConnections(line.list);
    });
  });
  running = true;
  void exited.then((reason) => {
    running = false;
    if (!stopping) options.onExit(reason);
  });

  const pid = child.pid ?? 0;
  const startedAt = startTime(pid) ?? 0;
  const control = controlClient(listening.control, listening.token);
  return {
    pid,
    startedAt,
    address: { host: "127.0.0.1", port: listening.port },
    link: {
      pid,
      startedAt,
      controlPort: listening.control,
      token: listening.token,
      add: async (name, toxic, share) => void (await control.ask({ do: "add", name, toxic, share })),
      remove: async (name) => void (await control.ask({ do: "remove", name })),
      touched: async (name) => (await control.ask({ do: "touched", name })).touched ?? { on: false, connections: 0 },
    },
    setInstances: async (list) => void (await control.ask({ do: "instances", list })),
    stop: async () => {
      stopping = true;
      control.close();
      stdin.end();
      const done = new AbortController();
      void host.clock.sleep(1000, done.signal).then(() => {
        if (!done.signal.aborted && running) host.kill(pid, "SIGKILL");
      });
      await exited;
      done.abort();
    },
  };
}
