/**
 * The data path: a TCP proxy that gives each new connection to the next ready instance, like a Kubernetes Service.
 * It never retries: a connection whose instance just died breaks, as it does behind kube-proxy. Accepting comes first, so what
 * kube-proxy refuses (no ready instance, `down`) is here a connection that is reset at once; the port stays ours all the while,
 * and nobody else can take it. For the same reason a latency does not delay the handshake, only data.
 */
import { connect, createServer, type Server, type Socket } from "node:net";
import { type ActiveToxic, type Connection, joinSockets } from "./connection.ts";
import type { Toxic } from "./control.ts";
import { resetSocket } from "./pipe.ts";
import type { Backend, Touched } from "./protocol.ts";

export interface DataPath {
  readonly server: Server;
  readonly setInstances: (list: readonly Backend[]) => void;
  /** Throws when one of that name is on. */
  readonly add: (name: string, toxic: Toxic, share: number) => void;
  readonly remove: (name: string) => void;
  readonly touched: (name: string) => Touched;
  /** Connections that clients made so far, refused ones included. */
  readonly accepted: () => number;
}

/** `onConnection` hears of each connection that was given to an instance, before its first byte. */
export function createProxy(
  onConnection: (clientPort: number, instance: string) => void,
  random: () => number = Math.random,
): DataPath {
  let instances: readonly Backend[] = [];
  let turn = 0;
  let accepted = 0;
  const open = new Set<Connection>();
  const on = new Map<string, ActiveToxic>();
  const over = new Map<string, ActiveToxic>();

  const accept = (client: Socket) => {
    accepted++;
    const drawn = [...on.values()].filter((active) => random() < active.share);
    const refusing = drawn.filter(
      ({ toxic }) => toxic.type === "down" || (toxic.type === "reset" && toxic.afterMs === 0),
    );
    const instance = instances[turn++ % instances.length];
    if (refusing.length > 0 || instance === undefined) {
      for (const active of refusing) active.connections++;
      client.on("error", ignore);
      resetSocket(client);
      return;
    }
    if (client.remotePort !== undefined) onConnection(client.remotePort, instance.id);
    const upstream = connect({ host: instance.host, port: instance.port, noDelay: true, allowHalfOpen: true });
    const connection = joinSockets(client, upstream, random, () => open.delete(connection));
    open.add(connection);
    for (const active of drawn) connection.hit(active, true);
  };

  return {
    server: createServer({ noDelay: true, allowHalfOpen: true }, accept),
    setInstances: (list) => {
      instances = list;
    },
    add: (name, toxic, share) => {
      if (on.has(name)) throw new Error(`toxic ${name} is on already`);
      const active: ActiveToxic = { toxic, share, connections: 0 };
      on.set(name, active);
      for (const connection of open) if (random() < share) connection.hit(active, false);
    },
    remove: (name) => {
      const active = on.get(name);
      if (active === undefined) return;
      on.delete(name);
      over.set(name, active);
      for (const connection of open) connection.relieve(active);
    },
    touched: (name) => ({
      on: on.has(name),
      connections: (on.get(name) ?? over.get(name))?.connections ?? 0,
    }),
    accepted: () => accepted,
  };
}

const ignore = () => undefined;
