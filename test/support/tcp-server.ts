/** Loopback servers for tests: plain HTTP, or raw TCP that answers with whatever bytes a test wants. */
import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import {
  createSecureServer as createHttp2SecureServer,
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type SecureServerOptions,
  type ServerHttp2Stream,
} from "node:http2";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { freePort } from "../../runner/shared/ports.ts";
import { certified } from "./tls.ts";

export interface Listening extends AsyncDisposable {
  readonly port: number;
  /** Connections accepted so far. */
  readonly accepted: () => number;
}

export async function httpServer(listener: RequestListener): Promise<Listening> {
  return listening(createHttpServer(listener));
}

/** With TLS, certified for localhost when nothing else is said. */
export async function httpsServer(
  listener: RequestListener,
  options: ServerOptions = certified("localhost"),
): Promise<Listening> {
  return listening(createHttpsServer(options, listener));
}

export type Http2Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

/** HTTP/2 alone: with TLS (by ALPN) when the options have a certificate, else with prior knowledge. */
export async function http2Server(listener: Http2Listener, options: SecureServerOptions = {}): Promise<Listening> {
  const server =
    options.cert === undefined ? createHttp2Server(options, listener) : createHttp2SecureServer(options, listener);
  server.on("sessionError", () => undefined);
  return listening(server);
}

/** HTTP/2 without TLS, stream by stream; `reset` breaks the stream's connection. */
export async function streamServer(answer: (stream: ServerHttp2Stream, reset: () => void) => void): Promise<Listening> {
  const sockets = new Map<number | undefined, Socket>();
  const server = createHttp2Server();
  server.on("connection", (socket: Socket) => sockets.set(socket.remotePort, socket));
  server.on("sessionError", () => undefined);
  server.on("stream", (stream) => {
    const port = stream.session?.socket.remotePort;
    stream.on("error", () => undefined);
    answer(stream, () => sockets.get(port)?.resetAndDestroy());
  });
  return listening(server);
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

/** A port that nobody listens on, nor soon will: one that the kernel gives to nobody by itself. */
export const closedPort = freePort;

/** Any server, on a free port. */
export async function listening(server: ReturnType<typeof createServer>): Promise<Listening> {
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
