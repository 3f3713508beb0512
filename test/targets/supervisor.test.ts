import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Clock } from "../../runner/shared/host.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import { isSame } from "../../runner/substrate/procfs/process.ts";
import type { Instance } from "../../runner/substrate/target.ts";
import { client } from "../support/behind-router.ts";
import { eventually } from "../support/eventually.ts";
import { needs } from "../support/needs.ts";
import { answering, noCgroups, nodeTarget, targetRun } from "../support/target-run.ts";
import { httpServer } from "../support/tcp-server.ts";

const get = async <T = unknown>(address: { host: string; port: number }, path = "/"): Promise<T> => {
  // A connection of its own for every request, so that every instance gets its turn.
  const response = await fetch(`http://${address.host}:${address.port}${path}`, { headers: { connection: "close" } });
  return (await response.json()) as T;
};
const forever = new AbortController().signal;
const never = "setInterval(() => {}, 1e6);";

test("three instances get ready, each with its own name and port, behind one address", async () => {
  await using run = targetRun({ instanceEnv: { EXTRA: "from the run" } });
  const code = answering("[env.SHAKEDOWN_INSTANCE, env.PORT, env.OWN, env.EXTRA]");
  const shop = await run.up(nodeTarget(code, { instances: 3, env: { OWN: "from the scenario" } }));
  const ask = () => get<string[]>(shop.address);
  const answers = [await ask(), await ask(), await ask()];
  expect(new Set(answers.map(([id]) => id))).toEqual(new Set(["shop-0", "shop-1", "shop-2"]));
  expect(new Set(answers.map(([, port]) => port)).size).toBe(3);
  expect(answers[0]?.slice(2)).toEqual(["from the scenario", "from the run"]);
  expect(shop.instances().map((it) => [it.id, it.state])).toEqual([0, 1, 2].map((i) => [`shop-${i}`, "ready"]));
  expect(run.events.at(-1)).toMatchObject({ type: expect.stringMatching(/target.ready|connection/) });
  await eventually(() => expect(run.events.filter((it) => it.type === "connection")).toHaveLength(3));
  const ready = run.events.find((it) => it.type === "target.ready");
  expect(ready).toMatchObject({ target: "shop", instances: 3, ...shop.address });
});

test("a killed instance is started again under its name and port, and gets connections again", async () => {
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
  expect(new Set([await get(shop.address), await get(shop.address)])).toEqual(new Set(["shop-0", "shop-1"]));
  const told = run.events.filter((it) => "instance" in it && it.instance === "shop-0" && it.type !== "connection");
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

test("a stopped instance is taken out of service, and put back when it goes on", async () => {
  await using run = targetRun();
  const shop = await run.up(
    nodeTarget(answering("env.SHAKEDOWN_INSTANCE"), { instances: 2, ready: { path: "/", withinMs: 15_000 } }),
  );
  const [stopped] = shop.instances();
  process.kill(stopped?.pid ?? 0, "SIGSTOP");
  await eventually(() => expect(run.changes).toContain("unready shop-0"));
  expect([await get(shop.address), await get(shop.address)]).toEqual(["shop-1", "shop-1"]);
  expect(run.events).toContainEqual({ type: "instance.unready", target: "shop", instance: "shop-0" });
  process.kill(stopped?.pid ?? 0, "SIGCONT");
  await eventually(() => expect(shop.instances().map((it) => it.state)).toEqual(["ready", "ready"]));
  expect(shop.instances()[0]?.pid).toBe(stopped?.pid);
});

test("a program that ends at once is given up after its restarts, with what it said last", async () => {
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

test("an instance that crashes for good after the start is given up too, and the others serve on", async () => {
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
  expect(await get(shop.address)).toBe("shop-1");
});

test("a service that never gets ready fails with what it said and what to do", async () => {
  // Time is up when the test says so: a minute of the harness's clock lasts until the service has answered.
  const answered = Promise.withResolvers<void>();
  const host = realHost();
  const sleep: Clock["sleep"] = (ms, signal) => (ms === 60_000 ? answered.promise : host.clock.sleep(ms, signal));
  await using run = targetRun({ host: { ...host, clock: { ...host.clock, sleep } } });
  await using asked = await httpServer((_, response) => {
    answered.resolve();
    response.end();
  });
  const code = `require("fs").writeSync(1, "waiting for a database");
    require("http").createServer((_, response) => {
      response.writeHead(503).end();
      setTimeout(() => fetch("http://127.0.0.1:${asked.port}"), 100);
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

test("a program that does not exist is an error before anything starts", async () => {
  await using run = targetRun();
  expect(() => run.create(nodeTarget("", { command: ["no-such-program", "x"] }))).toThrow(
    "target shop: there is no program no-such-program",
  );
});

test("an abort ends the wait for readiness", async () => {
  await using run = targetRun();
  const stop = new AbortController();
  const shop = run.create(nodeTarget(never));
  const ready = shop.ready(stop.signal);
  await eventually(() => expect(run.changes).toContain("start shop-0"));
  stop.abort();
  await expect(ready).rejects.toThrow("abort");
});

test("disposing leaves no process, no port, no cgroup and no lease, and may be done twice", async () => {
  await using run = targetRun();
  const shop = await run.up(nodeTarget(answering("1"), { instances: 2 }));
  const { instances, address, link } = { instances: shop.instances(), address: shop.address, link: shop.link };
  const groups = instances.flatMap((it) => it.cgroup?.paths ?? []);
  await Promise.all([shop.dispose(), shop.dispose()]);
  await shop.dispose();
  expectGone(instances);
  expect(isSame(link.pid, link.startedAt)).toBe(false);
  for (const port of [address.port, link.controlPort, ...instances.map((it) => it.port)]) {
    using one = client(port);
    await eventually(() => expect(one.ending()).toBe("ECONNREFUSED"));
  }
  expect(groups.filter((path) => existsSync(path))).toEqual([]);
  expect([...run.leases]).toEqual([]);
  expect(run.warnings).toEqual([]);
});

test("disposing ends instances that ignore SIGTERM, are stopped, or have children", async () => {
  await using run = targetRun();
  const code = `process.on("SIGTERM", () => {});
    const child = require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(never)}], { stdio: "ignore" });
    ${answering("child.pid")}`;
  const shop = await run.up(nodeTarget(code, { instances: 2 }));
  const children = [await get<number>(shop.address), await get<number>(shop.address)];
  const instances = shop.instances();
  process.kill(instances[0]?.pid ?? 0, "SIGSTOP");
  await shop.dispose();
  expectGone(instances);
  await eventually(() => expect(children.filter(isThere)).toEqual([]));
});

test("disposing while it starts leaves nothing either", async () => {
  await using run = targetRun();
  const shop = run.create(nodeTarget(never, { instances: 2 }));
  const ready = shop.ready(forever).catch((error: unknown) => error);
  await shop.dispose();
  expect(await ready).toBeInstanceOf(Error);
  expectGone(shop.instances());
  expect([...run.leases]).toEqual([]);
  const unstarted = run.create(nodeTarget(never, { name: "other" }));
  await unstarted.dispose();
});

test("a graceful end is an exit with code 0", async () => {
  await using run = targetRun();
  const code = `${answering("1")} process.on("SIGTERM", () => { console.log("bye"); process.exit(0); });`;
  const shop = await run.up(nodeTarget(code));
  await shop.dispose();
  expect(run.events.at(-1)).toMatchObject({ type: "instance.exit", code: 0, signal: null, output: "bye" });
});

test("output is kept: the first MiB in a file, the last lines with the exit", async () => {
  await using run = targetRun();
  const code = `for (let i = 0; i < 40000; i++) require("fs").writeSync(1, "line " + i + " " + "x".repeat(50) + "\\n"); ${answering("1")}`;
  const shop = await run.up(nodeTarget(code));
  await shop.dispose();
  const kept = readFileSync(join(run.rawDir, "shop-0.log"), "utf8");
  expect(kept.startsWith("line 0 x")).toBe(true);
  expect(kept.length).toBeLessThan(1024 * 1024 + 100);
  expect(kept).toContain("only the first 1024 KiB are kept");
  const exit = run.events.find((it) => it.type === "instance.exit");
  if (exit?.type !== "instance.exit") throw new Error("no exit");
  expect(exit.output.split("\n").at(-1)).toMatch(/^line 39999 x+$/);
  expect(exit.output.length).toBeLessThanOrEqual(2048);
  expect(exit.output).toMatch(/^line \d+ x+\n/);
});

test("a sampler's preload and the scenario's own NODE_OPTIONS both reach the instance, and only it", async () => {
  await using run = targetRun({ instanceEnv: { NODE_OPTIONS: "--no-deprecation" } });
  const shop = await run.up(
    nodeTarget(answering("env.NODE_OPTIONS"), { env: { NODE_OPTIONS: "--max-old-space-size=64" } }),
  );
  expect(await get(shop.address)).toBe("--max-old-space-size=64 --no-deprecation");
  const router = readFileSync(`/proc/${shop.link.pid}/environ`, "utf8");
  expect(router).not.toContain("max-old-space-size");
  expect(router).toContain("SHAKEDOWN_RUN=");
});

needs.cgroup(
  "an instance runs in a cgroup of its own, and one that outgrows its limit is killed by the kernel",
  async () => {
    await using run = targetRun();
    const shop = await run.up(nodeTarget(hungry, { instances: 2, limits: { memory: 96 * 2 ** 20, cpu: 0.5 } }));
    const [victim, bystander] = shop.instances();
    expect(shop.confinement).toMatch(/^cgroup-v[12]$/);
    expect(shop.capabilities).toEqual(new Set(["signal", "link", "memory-limit", "cpu-limit"]));
    expect(victim?.cgroup?.memory().limit).toBe(96 * 2 ** 20);
    expect(victim?.cgroup?.cpuLimit()).toBe(0.5);
    expect(victim?.cgroup?.pids()).toContain(victim?.pid);
    expect([...run.leases].map((it) => it.undo)).toEqual(["cgroup", "cgroup"]);

    await get({ host: "127.0.0.1", port: victim?.port ?? 0 }, "/eat").catch(() => undefined);
    await expectKilled(run.events, victim);
    expect(victim?.cgroup?.memory().oomKills).toBeGreaterThan(0);
    expect(isSame(bystander?.pid ?? 0, bystander?.startedAt ?? 0)).toBe(true);
    await eventually(() => expect(shop.instances()[0]?.state).toBe("ready"));
  },
);

needs.linux("without cgroups a memory limit is emulated and says so, and a CPU limit is not available", async () => {
  await using run = targetRun({ cgroups: noCgroups });
  const shop = await run.up(nodeTarget(hungry, { limits: { memory: 96 * 2 ** 20, cpu: 0.5 } }));
  const [victim] = shop.instances();
  expect(victim?.cgroup).toBe(null);
  expect(shop.confinement).toBe("emulated");
  expect(shop.capabilities.has("cpu-limit")).toBe(false);
  expect(run.warnings).toEqual(["target shop: a CPU limit is not available here: this test has none"]);
  await get({ host: "127.0.0.1", port: victim?.port ?? 0 }, "/eat").catch(() => undefined);
  await expectKilled(run.events, victim);
  expect(run.warnings[1]).toMatch(
    /^shop-0: killed by the emulated memory limit: [\d.]+ MiB resident, 96.0 MiB allowed$/,
  );
});

/** Answers /eat by holding 20 MiB more each time the loop turns, until it is killed. */
const hungry = answering(
  'request.url === "/eat" ? setInterval(() => memory.push(Buffer.alloc(20 * 2 ** 20, 1)), 30) && 0 : 1',
);

const expectKilled = (events: readonly { type: string }[], victim: Instance | undefined) =>
  eventually(() =>
    expect(events).toContainEqual(
      expect.objectContaining({ type: "instance.exit", pid: victim?.pid, code: null, signal: "SIGKILL" }),
    ),
  );

const expectGone = (instances: readonly Instance[]) =>
  expect(instances.filter((it) => isSame(it.pid, it.startedAt))).toEqual([]);

function isThere(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
