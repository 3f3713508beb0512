import { expect, test } from "vitest";
import { residentBytes } from "../../runner/substrate/procfs/process.ts";
import { eventually } from "../support/eventually.ts";
import { addressOf, patientHost, sampleTarget, type TargetRun, targetRun } from "../support/target-run.ts";
import { httpServer } from "../support/tcp-server.ts";

const checkout = (port: number) => fetch(`http://127.0.0.1:${port}/checkout?items=3`);
/** One that was answered: a database that a busy machine keeps for a second makes it fail, as it should. */
const answered = (port: number) =>
  eventually(async () => {
    const response = await checkout(port);
    expect(response.status).toBe(200);
    return response;
  });
const shopOf = (run: TargetRun, env: Record<string, string> = {}) =>
  run.up(sampleTarget("shop", { env: { DB: addressOf("db"), ...env }, needs: ["db"] }));
const queries = (run: TargetRun) =>
  run.events.flatMap((it) => (it.type === "connections" && it.target === "db" ? it.list : [])).length;

test.concurrent("a checkout asks the database behind its own address, and says which instance served it", async () => {
  await using run = targetRun();
  await run.up(sampleTarget("db"));
  const shop = await shopOf(run);
  const response = await answered(shop.address.port);
  expect(response.headers.get("x-shakedown-instance")).toBe("shop-0");
  expect(await response.json()).toMatchObject({
    items: 3,
    cents: expect.any(Number),
    receipt: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  await eventually(() => expect(queries(run)).toBeGreaterThan(0));
});

test.concurrent.each([
  { cache: "on", again: 1 },
  { cache: "off", again: 4 },
])(
  "with its cache $cache a second checkout of three items asks the database $again times",
  async ({ cache, again }) => {
    let asked = 0;
    await using database = await httpServer((_, response) => {
      asked++;
      response.end('{"cents":100}');
    });
    await using run = targetRun();
    const shop = await run.up(sampleTarget("shop", { env: { DB: `127.0.0.1:${database.port}`, CACHE: cache } }));
    const askedFor = () =>
      eventually(async () => {
        asked = 0;
        expect(await (await checkout(shop.address.port)).json()).toMatchObject({ cents: 300 });
        return asked;
      });
    expect(await askedFor()).toBeGreaterThanOrEqual(again);
    expect(await askedFor()).toBe(again);
  },
);

test.concurrent("a database that is down or silent makes the shop answer 503 instead of hanging", async () => {
  await using run = targetRun();
  const db = await run.up(sampleTarget("db"));
  const shop = await shopOf(run);
  await db.link.add("off", { type: "down" }, 1);
  expect((await checkout(shop.address.port)).status).toBe(503);
  await db.link.remove("off");
  await db.link.add("hole", { type: "blackhole", stream: "downstream" }, 1);
  const silent = await checkout(shop.address.port);
  expect([silent.status, await silent.text()]).toEqual([503, "the database did not answer: it took longer than 1 s\n"]);
  await db.link.remove("hole");
  await eventually(async () => expect((await checkout(shop.address.port)).status).toBe(200));
});

test.concurrent("the memory that a shop is told to hold stays held, whatever garbage is collected", async () => {
  await using run = targetRun();
  await using database = await httpServer((_, response) => response.end('{"cents":100}'));
  const env = { DB: `127.0.0.1:${database.port}`, BALLAST_MB: "200", EXTRA_ALLOC_KB: "5000" };
  const shop = await run.up(sampleTarget("shop", { env }));
  const [pid] = run.events.flatMap((it) => (it.type === "instance.start" ? [it.pid] : []));
  for (let i = 0; i < 20; i++) await (await answered(shop.address.port)).text();
  expect(residentBytes(pid as number)).toBeGreaterThan(200 * 2 ** 20);
});

test.concurrent("both services end gracefully", async () => {
  await using run = targetRun({ host: patientHost() });
  const db = await run.up(sampleTarget("db"));
  const shop = await shopOf(run);
  await (await answered(shop.address.port)).text();
  await shop.dispose();
  await db.dispose();
  const exits = run.events.flatMap((it) => (it.type === "instance.exit" ? [[it.instance, it.code, it.signal]] : []));
  expect(exits).toEqual([
    ["shop-0", 0, null],
    ["db-0", 0, null],
  ]);
});
