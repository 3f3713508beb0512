/** Starts a router process and talks to it. */
import type { Address } from "../../shared/address.ts";
import type { Host } from "../../shared/host.ts";
import { startLineChild } from "../../shared/line-child.ts";
import { childEntry } from "../../shared/package.ts";
import { late, within } from "../../shared/wait.ts";
import { startTime } from "../procfs/process.ts";
import { controlClient } from "./client.ts";
import type { LinkControl } from "./control.ts";
import type { Backend, RouterLine } from "./protocol.ts";

export interface Router {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startedAt: number;
  /** Where clients connect; the same until `stop`. */
  readonly address: Address;
  readonly link: LinkControl;
  /** Who gets new connections from now on; resolves when the router knows. Open connections stay where they are. */
  readonly setInstances: (list: readonly Backend[]) => Promise<void>;
  /** Resolves when the process is gone; closes every connection. Never rejects. */
  readonly stop: () => Promise<void>;
}

interface RouterOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Client ports with the instances they were given to, as the router tells them in batches. */
  readonly onConnections: (list: readonly (readonly [clientPort: number, instance: string])[]) => void;
  /** It ended without `stop`: how, with its last words. */
  readonly onExit: (reason: string) => void;
}

/** From the end of its stdin to SIGKILL: so long for its last lines, which tell what went where, on a machine that lets it wait. */
const endsWithinMs = 5_000;

/** Resolves when it listens, without instances: connections are reset until `setInstances`. */
export async function startRouter(host: Host, options: RouterOptions): Promise<Router> {
  const listening = Promise.withResolvers<Extract<RouterLine, { type: "listening" }>>();
  const child = startLineChild<RouterLine>(host, {
    argv: [host.node, childEntry(import.meta.url, "./router.main")],
    env: options.env,
    hear: (line) => {
      if (line?.type === "listening") listening.resolve(line);
      else if (line?.type === "connections") options.onConnections(line.list);
    },
  });
  void child.ended.then((how) => listening.reject(new Error(`the router did not start: ${how}`)));
  const { port, control: controlPort, token } = await listening.promise;
  let stopping = false;
  void child.ended.then((how) => {
    if (!stopping) options.onExit(how);
  });

  const { pid } = child;
  const startedAt = startTime(pid) ?? 0;
  const control = controlClient(controlPort, token);
  return {
    pid,
    startedAt,
    address: { host: "127.0.0.1", port },
    link: {
      pid,
      startedAt,
      controlPort,
      token,
      add: async (name, toxic, share) => void (await control.ask({ do: "add", name, toxic, share })),
      remove: async (name) => void (await control.ask({ do: "remove", name })),
      touched: async (name) => (await control.ask({ do: "touched", name })).touched ?? { on: false, connections: 0 },
      accepted: async () => (await control.ask({ do: "accepted" })).accepted ?? 0,
    },
    setInstances: async (list) => void (await control.ask({ do: "instances", list })),
    stop: async () => {
      stopping = true;
      control.close();
      child.release();
      if ((await within(host.clock, endsWithinMs, child.ended)) === late) child.kill();
      await child.ended;
    },
  };
}
