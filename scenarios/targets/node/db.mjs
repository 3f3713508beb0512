// The shop's dependency: a little "database" that takes about 2 ms for a query. Plain Node >= 18, no packages: copy and change it.
//
//   GET /healthz        200 when up
//   GET /query?key=K    {"key": K, "cents": …}, always the same for a key
//
// Environment (shakedown sets the first two):
//   PORT                where to listen, on 127.0.0.1
//   SHAKEDOWN_INSTANCE  who answered, told in a response header
//   DELAY_MS            how long a query takes, default 2
import { createHash } from "node:crypto";
import { createServer } from "node:http";

const { PORT = "8081", SHAKEDOWN_INSTANCE = "db", DELAY_MS = "2" } = process.env;
const delayMs = Number(DELAY_MS);

const server = createServer((request, response) => {
  const url = new URL(request.url, "http://db");
  response.setHeader("x-shakedown-instance", SHAKEDOWN_INSTANCE);
  if (url.pathname === "/healthz") return response.end("ok\n");
  if (url.pathname !== "/query") return response.writeHead(404).end("no such path\n");

  const key = url.searchParams.get("key") ?? "";
  const cents = createHash("sha256").update(key).digest().readUInt16BE(0);
  setTimeout(() => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ key, cents }));
  }, delayMs);
});

// Clients keep their connections: closing idle ones after Node's 5 s would break a request that is just being sent.
server.keepAliveTimeout = 65_000;
server.listen(Number(PORT), "127.0.0.1");

// A graceful end: no new connections, idle ones closed, running requests finished; then nothing is left to wait for: exit code 0.
process.on("SIGTERM", () => {
  server.close();
  server.closeIdleConnections();
});
