import { join } from "node:path";
import { expect, test } from "vitest";
import type { Clock } from "../../runner/shared/host.ts";
import { isSame } from "../../runner/substrate/procfs/process.ts";
import { eventually } from "../support/eventually.ts";
import { answering, getJson, nodeTarget, patientHost, targetRun } from "../support/target-run.ts";
import { httpServer } from "../support/tcp-server.ts";

const forever = new AbortController().signal;
const never = "setInterval(() => {}, 1e6);";

test.concurrent("three instances get ready, each with its own name and port, behind one address", async () => {
  await using run = targetRun({ instanceEnv: { EXTRA: "from the run" } });
  const code = answering("[env.SHAKEDOWN_INSTANCE, env.PORT, env.OWN, env.EXTRA]");
  const shop = await run.up(nodeTarget(code, { instances: 3, env: { OWN: "from the scenario" } }));
  const ask = () => getJson<string[]>(shop.address);
  const answers = [await ask(), await ask(), await ask()];
  expect(new Set(answers.map(([id]) => id))).toEqual(new Set(["shop-0", "shop-1", "shop-2"]));
  expect(new Set(answers.map(([, port]) => port)).size).toBe(3);
  expect(answers[0]?.slice(2)).toEqual(["from the scenario", "from the run"]);
  expect(shop.instances().map((it) => [it.id, it.state])).toEqual([0, 1, 2].map((i) => [`shop-${i}`, "ready"]));
  expect(run.events.at(-1)).toMatchObject({ type: expect.stringMatching(/target.ready|connections/) });
  await eventually(() =>
    expect(run.events.flatMap((it) => (it.type === "connections" ? it.list : []))).toHaveLength(3),
  );
  const ready = run.events.find((it) => it.type === "target.ready");
  expect(ready).toMatchObject({ target: "shop", instances: 3, ...shop.address });
});

test.concurrent("a killed instance is started again under its name and port, and gets connections again", async () => {
  await using run = targetRun();
  const shop = await run.up(nodeTarget(answering("env.SHAKEDOWN_INSTANCE"), { instances: 2 }));
  const [before] = shop.instances();
  if (before === undefined) throw new Error("no instance");
  process.kill(before.pid, "SIGKILL");
  const after = await eventually(() => {
    const [now] = shop.instances();
    expect(now).toMatchObject({ id: "shop-0", port: before.port, state: "ready" });
    expect(now?.pid).not.toBe(before.pid);
    return now;
  });
  expect(isSame(before.pid, before.startedAt)).toBe(false);
  expect(new Set([await getJson(shop.address), await getJson(shop.address)])).toEqual(new Set(["shop-0", "shop-1"]));
  const told = run.events.filter((it) => "instance" in it && it.instance === "shop-0");
  expect(told.map((it) => it.type)).toEqual([
    "instance.start",
    "instance.ready",
    "instance.exit",
    "instance.start",
    "instance.ready",
  ]);
  expect(told[2]).toMatchObject({ pid: before.pid, code: null, signal: "SIGKILL" });
  expect(told[3]).toMatchObject({ pid: after?.pid, again: true });
  expect(run.changes.filter((it) => it.endsWith("shop-0"))).toEqual(
    ["start", "ready", "exit", "start", "ready"].map((it) => `${it} shop-0`),
  );
});

test.concurrent("a stopped instance is taken out of service, and put back when it goes on", async () => {
  await using run = targetRun();
  const shop = await run.up(
    nodeTarget(answering("env.SHAKEDOWN_INSTANCE"), { instances: 2, ready: { path: "/", withinMs: 15_000 } }),
  );
  const [stopped] = shop.instances();
  process.kill(stopped?.pid ?? 0, "SIGSTOP");
  await eventually(() => expect(run.changes).toContain("unready shop-0"));
  expect([await getJson(shop.address), await getJson(shop.address)]).toEqual(["shop-1", "shop-1"]);
  expect(run.events).toContainEqual({ type: "instance.unready", target: "shop", instance: "shop-0" });
  process.kill(stopped?.pid ?? 0, "SIGCONT");
  await eventually(() => expect(shop.instances().map((it) => it.state)).toEqual(["ready", "ready"]));
  expect(shop.instances()[0]?.pid).toBe(stopped?.pid);
});

test.concurrent("a program that ends at once is given up after its restarts, with what it said last", async () => {
  await using run = targetRun();
  const shop = run.create(nodeTarget('console.error("no such table: orders"); process.exit(3)'));
  const failed = await shop.ready(forever).catch((error: unknown) => error);
  expect(failed).toMatchObject({
    name: "TargetFailed",
    message: expect.stringContaining("crash loop: 4 starts in a row"),
  });
  expect(run.events.filter((it) => it.type === "instance.start")).toHaveLength(4);
  expect(run.events.filter((it) => it.type === "instance.gave-up")).toHaveLength(1);
  expect(run.events.find((it) => it.type === "instance.exit")).toMatchObject({
    code: 3,
    signal: null,
    output: "no such table: orders",
  });
});

test.concurrent("an instance that crashes for good after the start is given up too, and the others serve on", async () => {
  await using run = targetRun();
  const file = join(run.rawDir, "broken");
  const code = `if (require("fs").existsSync(${JSON.stringify(file)}) && process.env.SHAKEDOWN_INSTANCE === "shop-0") process.exit(9);
    ${answering("env.SHAKEDOWN_INSTANCE")}
    process.on("SIGUSR2", () => { require("fs").writeFileSync(${JSON.stringify(file)}, ""); process.exit(1); });`;
  const shop = await run.up(nodeTarget(code, { instances: 2 }));
  process.kill(shop.instances()[0]?.pid ?? 0, "SIGUSR2");
  await eventually(() =>
    expect(run.events.find((it) => it.type === "instance.gave-up")).toMatchObject({ instance: "shop-0" }),
  );
  expect(await getJson(shop.address)).toBe("shop-1");
});

test.concurrent("a service that never gets ready fails with what it said and what to do", async () => {
  // Time is up when the test says so: a minute of the harness's clock lasts until the service is asked again, its answer having come.
  const answered = Promise.withResolvers<void>();
  const host = patientHost();
  const sleep: Clock["sleep"] = (ms, signal) => (ms === 60_000 ? answered.promise : host.clock.sleep(ms, signal));
  await using run = targetRun({ host: { ...host, clock: { ...host.clock, sleep } } });
  await using asked = await httpServer((_, response) => {
    answered.resolve();
    response.end();
  });
  const code = `require("fs").writeSync(1, "waiting for a database");
    let probes = 0;
    require("http").createServer((_, response) => {
      response.writeHead(503).end();
      if (++probes === 2) fetch("http://127.0.0.1:${asked.port}");
    }).listen(process.env.PORT, "127.0.0.1");`;
  const shop = run.create(nodeTarget(code, { ready: { path: "/health", withinMs: 60_000 } }));
  const failed = await shop.ready(forever).catch((error: unknown) => error);
  expect(failed).toMatchObject({ name: "TargetFailed" });
  const { message } = failed as Error;
  expect(message).toContain("shop was not ready within 60 s");
  expect(message).toContain("GET /health answered 503");
  expect(message).toContain("waiting for a database");
  expect(message).toContain("raise ready.within");
});

test.concurrent("a program that does not exist is an error before anything starts", async () => {
  await using run = targetRun();
  expect(() => run.create(nodeTarget("", { command: ["no-such-program", "x"] }))).toThrow(
    "target shop: there is no program no-such-program",
  );
});

test.concurrent("an abort ends the wait for readiness", async () => {
  await using run = targetRun();
  const stop = new AbortController();
  const shop = run.create(nodeTarget(never));
  const ready = shop.ready(stop.signal);
  await eventually(() => expect(run.changes).toContain("start shop-0"));
  stop.abort();
  await expect(ready).rejects.toThrow("abort");
});
