/**
 * Runs short loads of the same kind before the load that matters, against a server of the worker's own, through all that a load runs
 * through. Without it the first seconds are sent late while functions are compiled.
 */
import { createServer as createHttp2Server } from "node:http2";
import { createServer, type Server } from "node:net";
import { listenOnLoopback } from "../../shared/loopback.ts";
import type { Job } from "../engine.ts";

/** Of a round: what a load sends in so many seconds, within these bounds. A slow load has time to get warm by itself. */
const seconds = 0.4;
const [fewest, most] = [300, 2000] as const;
/** Code that has met one pool only is made for that one, and thrown away when the load's own comes. */
const rounds = 2;
const connections = 8;
/** 1/s; what is beyond a machine is dropped, as in any open load. */
const rates = { http1: 25_000, http2: 10_000 } as const;

const answer = Buffer.from("HTTP/1.1 200 OK\r\nDate: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok");
const servers: Readonly<Record<keyof typeof rates, () => Server>> = {
  http1: () =>
    createServer((socket) => {
      socket.on("data", () => socket.write(answer));
      socket.on("error", () => undefined);
    }),
  http2: () => {
    const server = createHttp2Server();
    server.on("sessionError", () => undefined);
    server.on("stream", (stream) => {
      stream.on("error", () => undefined);
      stream.respond({ ":status": 200, "content-type": "text/plain" });
      stream.end("ok");
    });
    return server;
  },
};

/**
 * @param run makes one load; what is wrong with it is ignored: the load that matters will tell
 * @returns requests that were answered
 * @throws Error when this machine gives no loopback port
 */
export async function warmUp(job: Job, run: (job: Job) => Promise<{ readonly ok: number }>): Promise<number> {
  const protocol = job.load.http2 === undefined ? "http1" : "http2";
  const server = servers[protocol]();
  const port = await listenOnLoopback(server);
  const small = smaller(job, port, rates[protocol]);
  let answered = 0;
  for (let round = 0; round < rounds; round++) answered += (await run(small).catch(() => null))?.ok ?? 0;
  server.close();
  return answered;
}

function smaller({ load, phases, workers, seed }: Job, port: number, rate: number): Job {
  const peaks = phases.map((it) => (it.load.kind === "open" ? Math.max(it.load.from, it.load.to) / workers : Infinity));
  const requests = Math.min(most, Math.max(fewest, Math.max(...peaks) * seconds));
  const model =
    load.model.kind === "open"
      ? ({ kind: "open", rate, spacing: load.model.spacing } as const)
      : ({ kind: "closed", connections } as const);
  return {
    load: {
      ...{ target: load.target, engine: load.engine, workers: 1, model, timeoutMs: 1000, maxInFlight: 8 * connections },
      keepAlive: { maxRequests: null, maxAgeMs: null },
      ...(load.http2 === undefined ? {} : { http2: { connections: 1 } }),
      requests: [{ name: "warm-up", method: "GET", path: "/", headers: {}, body: null, weight: 1 }],
    },
    phases: [
      {
        name: "warm-up",
        durationMs: (requests / rate) * 1000,
        load: model.kind === "open" ? { kind: "open", from: rate, to: rate } : model,
      },
    ],
    ...{ address: { host: "127.0.0.1", port }, worker: 0, workers: 1, seed },
  };
}
