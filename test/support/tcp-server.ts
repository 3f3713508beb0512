/** Loopback servers for tests: plain HTTP, or raw TCP that answers with whatever bytes a test wants. */
import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";

export interface Listening extends AsyncDisposable {
  readonly port: number;
  /** Connections accepted so far. */
  readonly accepted: () => number;
}

export async function httpServer(listener: RequestListener): Promise<Listening> {
  return listening(createHttpServer(listener));
}

export async function tcpServer(onConnection: (socket: Socket) => void): Promise<Listening> {
  return listening(
    createServer((socket) => {
      socket.on("error", () => undefined);
      onConnection(socket);
    }),
  );
}

/** Calls back for each request head that arrives; for requests without a body. */
export async function rawServer(answer: (socket: Socket, served: number) => void): Promise<Listening> {
  let served = 0;
  return tcpServer((socket) => {
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
        text = text.slice(end + 4);
        answer(socket, served++);
      }
    });
  });
}

/** A port that nobody listens on. */
export async function closedPort(): Promise<number> {
  await using server = await tcpServer(() => undefined);
  return server.port;
}

async function listening(server: ReturnType<typeof createServer>): Promise<Listening> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on("connection", (socket) => {
    accepted++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    accepted: () => accepted,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
