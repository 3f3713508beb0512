// A counter with so many clerks, each of whom takes the same time for everybody: what it bears is known by construction.
// Plain Node >= 18, no packages: copy and change it.
//
//   GET /healthz   200 when up
//   GET /serve     200 when a clerk was free and had done; who comes while all are busy waits in the order of arrival
//
// Environment (shakedown sets the first two):
//   PORT                where to listen, on 127.0.0.1
//   SHAKEDOWN_INSTANCE  who answered, told in a response header
//   CLERKS              how many, default 2
//   SERVICE_MS          how long each takes, default 20: CLERKS * 1000 / SERVICE_MS requests a second are borne
//   QUEUE               who comes when so many wait is sent away with 503, default 10000
import { createServer } from "node:http";

const { PORT = "8080", SHAKEDOWN_INSTANCE = "queue" } = process.env;
const knob = (name, otherwise) => Number(process.env[name] ?? otherwise);
const serviceMs = knob("SERVICE_MS", 20);
const longest = knob("QUEUE", 10_000);
/** When each clerk is free again. Timers may be late; this is not, so lateness does not add up. */
const freeAt = new Array(knob("CLERKS", 2)).fill(0);
let waiting = 0;

const server = createServer((request, response) => {
  response.setHeader("x-shakedown-instance", SHAKEDOWN_INSTANCE);
  if (request.url === "/healthz") return response.end("ok");
  if (waiting >= longest) return response.writeHead(503).end("too many wait");
  const now = performance.now();
  const clerk = freeAt.indexOf(Math.min(...freeAt));
  freeAt[clerk] = Math.max(now, freeAt[clerk]) + serviceMs;
  waiting += 1;
  setTimeout(() => {
    waiting -= 1;
    response.end("served");
  }, freeAt[clerk] - now);
});

server.listen(Number(PORT), "127.0.0.1");
process.once("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
