/**
 * Runs the hot path before it matters: against a server of the worker's own, through the same pool, parser and recorder. Without it
 * the first second of a load is sent late while functions are compiled (p99 at 5 000/s on a busy core: 34 ms instead of 15; after one
 * round instead of two, where others give way to it: 3 ms instead of 2).
 */
import { createServer as createHttp2Server } from "node:http2";
import { createServer, type Server } from "node:net";
import { listenOnLoopback } from "../../shared/loopback.ts";
import { createRecorder } from "../worker/recorder.ts";
import { createHttp2Pool } from "./http2/pool.ts";
import { createPool, type Pool, type PoolOptions } from "./pool.ts";
import type { Rendered } from "./requests.ts";

/** Of a round: what a load sends in so many seconds, within these bounds. A slow load has time to get warm by itself. */
const seconds = 0.4;
const [fewest, most] = [300, 2000] as const;
/** Each with a pool and a recorder of its own: code that has met one only is made for that one, and thrown away when the load's own come. */
const rounds = 2;
const connections = 8;

interface Way {
  readonly serve: () => Server;
  readonly create: (options: PoolOptions) => Pool;
  readonly message: Rendered;
}

const answer = Buffer.from("HTTP/1.1 200 OK\r\nDate: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok");
const ways: Readonly<Record<"http1" | "http2", Way>> = {
  http1: {
    serve: () =>
      createServer((socket) => {
        socket.on("data", () => socket.write(answer));
        socket.on("error", () => undefined);
      }),
    create: createPool,
    message: { bytes: Buffer.from("GET / HTTP/1.1\r\nHost: warm-up\r\n\r\n"), head: false },
  },
  http2: {
    serve: () => {
      const server = createHttp2Server();
      server.on("stream", (stream) => {
        stream.on("error", () => undefined);
        stream.respond({ ":status": 200, "content-type": "text/plain" });
        stream.end("ok");
      });
      return server;
    },
    create: (options) => createHttp2Pool(options, connections),
    message: {
      bytes: Buffer.alloc(0),
      head: false,
      fields: { ":method": "GET", ":path": "/", ":scheme": "http", ":authority": "warm-up" },
    },
  },
};

/**
 * @param perSecond requests that will be sent; Infinity in a closed model
 * @throws Error when this machine gives no loopback port
 */
export async function warmUp(protocol: keyof typeof ways, perSecond: number): Promise<void> {
  const way = ways[protocol];
  const server = way.serve();
  const port = await listenOnLoopback(server);
  const requests = Math.round(Math.min(most, Math.max(fewest, perSecond * seconds)));
  for (let round = 0; round < rounds; round++) await load(way, port, requests);
  server.close();
}

/** A short load of the closed model. */
async function load(way: Way, port: number, requests: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const phase = { name: "warm-up", durationMs: 60_000, load: { kind: "closed", connections } } as const;
  const recorder = createRecorder([phase], ["get"], Math.random);
  let left = requests;
  const pool = way.create({
    address: { host: "127.0.0.1", port },
    tls: null,
    message: () => way.message,
    timeoutMs: 1000,
    keepAlive: { maxRequests: null, maxAgeMs: null },
    recorder,
    now: () => performance.now(),
    lag: () => undefined,
    over: () => {
      if (--left === 0) resolve();
      else if (left >= connections) send();
    },
    trouble: () => undefined,
    exhausted: () => resolve(),
  });
  const send = () => {
    recorder.due(performance.now());
    pool.send(0, 0, performance.now(), 0);
  };
  for (let i = 0; i < connections; i++) send();
  await promise;
  for (const _ of recorder.flush());
  pool.close();
}
