import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isSame } from "../../runner/substrate/procfs/process.ts";
import type { Instance } from "../../runner/substrate/target.ts";
import { client } from "../support/behind-router.ts";
import { eventually } from "../support/eventually.ts";
import { answering, getJson, nodeTarget, patientHost, targetRun } from "../support/target-run.ts";

const forever = new AbortController().signal;
const never = "setInterval(() => {}, 1e6);";

test.concurrent("disposing leaves no process, no port, no cgroup and no lease, and may be done twice", async () => {
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

test.concurrent("disposing ends instances that ignore SIGTERM, are stopped, or have children", async () => {
  await using run = targetRun();
  const code = `process.on("SIGTERM", () => {});
    const child = require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(never)}], { stdio: "ignore" });
    ${answering("child.pid")}`;
  const shop = await run.up(nodeTarget(code, { instances: 2 }));
  const children = [await getJson<number>(shop.address), await getJson<number>(shop.address)];
  const instances = shop.instances();
  process.kill(instances[0]?.pid ?? 0, "SIGSTOP");
  await shop.dispose();
  expectGone(instances);
  await eventually(() => expect(children.filter(isThere)).toEqual([]));
});

test.concurrent("disposing while it starts leaves nothing either", async () => {
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

test.concurrent("a graceful end is an exit with code 0", async () => {
  await using run = targetRun({ host: patientHost() });
  const code = `${answering("1")} process.on("SIGTERM", () => { console.log("bye"); process.exit(0); });`;
  const shop = await run.up(nodeTarget(code));
  await shop.dispose();
  expect(run.events.at(-1)).toMatchObject({ type: "instance.exit", code: 0, signal: null, output: "bye" });
});

const expectGone = (instances: readonly Instance[]) =>
  expect(instances.filter((it) => isSame(it.pid, it.startedAt))).toEqual([]);

function isThere(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
