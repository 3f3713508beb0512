/** A real router process in front of servers of the test, and clients that record what happens to them. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { realHost } from "../../runner/shared/real-host.ts";
import type { Backend } from "../../runner/substrate/router/protocol.ts";
import { type Router, startRouter } from "../../runner/substrate/router/router.ts";

export interface Routed extends AsyncDisposable {
  readonly router: Router;
  /** [client port, instance], in order. */
  readonly journal: readonly (readonly [number, string])[];
  readonly exits: readonly string[];
}

export async function behindRouter(list: readonly Backend[]): Promise<Routed> {
  const journal: (readonly [number, string])[] = [];
  const exits: string[] = [];
  const host = realHost();
  const router = await startRouter(host, {
    env: host.env,
    onConnections: (list) => journal.push(...list.map(([port, instance]): [number, string] => [port, instance])),
    onExit: (reason) => exits.push(reason),
  });
  await router.setInstances(list);
  return { router, journal, exits, [Symbol.asyncDispose]: () => router.stop() };
}

interface Upstream extends AsyncDisposable {
  readonly backend: Backend;
  readonly sockets: Socket[];
}

/** A server of the test; both of its directions are independent (half-close stays half). */
export async function upstream(id: string, onSocket: (socket: Socket) => void): Promise<Upstream> {
  const sockets: Socket[] = [];
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    backend: { id, host: "127.0.0.1", port: address.port },
    sockets,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Sends back what it gets, and ends when the client does. */
export const echo = (id: string): Promise<Upstream> => upstream(id, (socket) => void socket.pipe(socket));

interface Client extends Disposable {
  readonly socket: Socket;
  readonly received: () => Buffer;
  /** Null while it is open; "end" after FIN, else the error's code. */
  readonly ending: () => string | null;
}

export function client(port: number): Client {
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true, noDelay: true });
  const chunks: Buffer[] = [];
  let ending: string | null = null;
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("end", () => {
    ending ??= "end";
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    ending = error.code ?? error.message;
  });
  return {
    socket,
    received: () => Buffer.concat(chunks),
    ending: () => ending,
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
