// A small shop: each checkout asks its database and does some arithmetic. Plain Node >= 18, no packages: copy and change it.
//
//   GET /healthz            200 when up
//   GET /checkout?items=N   200 with the order; 503 when the database fails or takes longer than 1 s
//   POST /login             {"email": …} gets {"token": …}, good for every instance
//   GET /items, POST /pay   with "authorization: Bearer TOKEN": what there is, and 201 with the order of {"items": N}; 401 without
//
// Environment (shakedown sets the first two):
//   PORT                where to listen, on 127.0.0.1
//   SHAKEDOWN_INSTANCE  who answered, told in a response header
//   DB                  host:port of the database
//   POOL                connections to the database at most, default 32
//   WARM_MS             how long after its start it still loads its catalogue: healthy, but checkouts wait; default 0
// and knobs that plant a regression, one for each thing that a gate may watch:
//   CACHE=off           prices are fetched and the order computed anew for every item: latency and CPU
//   SLOW_MS=20          waits this long in every checkout: latency alone
//   CPU_FACTOR=3        computes this many times as much: CPU
//   EXTRA_ALLOC_KB=500  throws this much garbage away in every checkout: GC
//   LEAK_KB=20          never frees this much of every checkout: memory that grows
//   BALLAST_MB=100      holds this much from the start: memory
import { createHash, createHmac } from "node:crypto";
import { Agent, createServer, get } from "node:http";

const { PORT = "8080", SHAKEDOWN_INSTANCE = "shop", DB = "127.0.0.1:8081", CACHE = "on" } = process.env;
const knob = (name, otherwise) => Number(process.env[name] ?? otherwise);
const slowMs = knob("SLOW_MS", 0);
const cpuFactor = knob("CPU_FACTOR", 1);
const garbageKb = knob("EXTRA_ALLOC_KB", 0);
const leakKb = knob("LEAK_KB", 0);
const ballast = Buffer.alloc(knob("BALLAST_MB", 0) * 2 ** 20, 1);
// Here and not on its own: what no request can reach is garbage.
const leaked = [ballast];
const prices = new Map();
const catalogue = new Promise((loaded) => setTimeout(loaded, knob("WARM_MS", 0)));

// A small pool of kept connections, as services have: when the database slows, requests wait here for a free one.
const agent = new Agent({ keepAlive: true, maxSockets: knob("POOL", 32) });
const [dbHost, dbPort] = DB.split(":");

/** Asks the database; the second counts from here, so that it covers the wait for a connection too. */
const query = (key) =>
  new Promise((resolve, reject) => {
    const path = `/query?key=${encodeURIComponent(key)}`;
    const request = get({ host: dbHost, port: dbPort, path, agent }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => {
        clearTimeout(timer);
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(text));
      });
      response.on("error", reject);
    });
    const timer = setTimeout(() => request.destroy(new Error("it took longer than 1 s")), 1000);
    request.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });

/** With the cache a price is asked for once. Without it, every time. */
async function priceOf(item) {
  const known = CACHE === "on" ? prices.get(item) : undefined;
  const price = known ?? (await query(item)).cents;
  prices.set(item, price);
  return price;
}

/** The arithmetic: lines of an order, written out and signed. About a tenth of a millisecond, and some garbage. */
function receipt(order) {
  const lines = Array.from({ length: 40 }, (_, line) => ({ line, ...order, tax: Math.round(order.cents * 0.19) }));
  return createHash("sha256").update(JSON.stringify(lines)).digest("hex");
}

async function checkout(items) {
  await catalogue;
  const order = { id: Math.random().toString(36).slice(2), items, cents: 0 };
  for (let item = 0; item < items; item++) order.cents += await priceOf(`item-${item}`);
  await query(`stock-${order.id}`);
  if (slowMs > 0) await new Promise((resolve) => setTimeout(resolve, slowMs));
  const times = (CACHE === "on" ? 1 : 1 + items) * cpuFactor;
  for (let i = 0; i < times; i++) order.receipt = receipt(order);
  if (garbageKb > 0) order.scratch = Array.from({ length: garbageKb * 8 }, (_, i) => ({ i })).length;
  if (leakKb > 0) leaked.push(Buffer.alloc(leakKb * 1024, 1));
  return order;
}

/** Signed, so that any instance can tell whose it is. */
const tokenOf = (email) =>
  `${Buffer.from(email).toString("base64url")}.${createHmac("sha256", "shop").update(email).digest("base64url")}`;

/** Whose token it is; null for none of ours. */
function userOf({ authorization = "" }) {
  const token = authorization.replace(/^Bearer /, "");
  const email = Buffer.from(token.split(".")[0], "base64url").toString();
  return token === tokenOf(email) ? email : null;
}

async function bodyOf(request) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return JSON.parse(text);
}

const atMost100 = (items) => Math.min(Number(items ?? 1), 100);

const paths = {
  "GET /checkout": async ({ url }) => [200, await checkout(atMost100(url.searchParams.get("items")))],
  "POST /login": async ({ request }) => [200, { token: tokenOf((await bodyOf(request)).email) }],
  "GET /items": async ({ user }) => [200, { user, items: Array.from({ length: 20 }, (_, i) => `item-${i}`) }],
  "POST /pay": async ({ request, user }) => [
    201,
    { user, ...(await checkout(atMost100((await bodyOf(request)).items))) },
  ],
};
const forUsers = ["GET /items", "POST /pay"];

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://shop");
  response.setHeader("x-shakedown-instance", SHAKEDOWN_INSTANCE);
  if (url.pathname === "/healthz") return response.end("ok\n");
  const what = `${request.method} ${url.pathname}`;
  const answer = paths[what];
  if (answer === undefined) return response.writeHead(404).end("no such path\n");
  const user = forUsers.includes(what) ? userOf(request.headers) : null;
  if (forUsers.includes(what) && user === null) return response.writeHead(401).end("log in first\n");
  try {
    const [status, said] = await answer({ request, url, user });
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(said));
  } catch (error) {
    response.writeHead(503).end(`the database did not answer: ${error.message}\n`);
  }
});

// Clients keep their connections: closing idle ones after Node's 5 s would break a request that is just being sent.
server.keepAliveTimeout = 65_000;
server.listen(Number(PORT), "127.0.0.1");
console.log(`${SHAKEDOWN_INSTANCE} listens on port ${PORT}, cache ${CACHE}, ballast ${ballast.length} bytes`);

// A graceful end: no new connections, idle ones closed, running requests finished; then nothing is left to wait for: exit code 0.
process.on("SIGTERM", () => {
  server.close(() => agent.destroy());
  server.closeIdleConnections();
});
