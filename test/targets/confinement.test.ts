import { expect } from "vitest";
import { isSame } from "../../runner/substrate/procfs/process.ts";
import type { Instance } from "../../runner/substrate/target.ts";
import { eventually } from "../support/eventually.ts";
import { needs } from "../support/needs.ts";
import { answering, getJson, noCgroups, nodeTarget, targetRun } from "../support/target-run.ts";

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

    await getJson({ host: "127.0.0.1", port: victim?.port ?? 0 }, "/eat").catch(() => undefined);
    await expectKilled(run.events, victim);
    expect(victim?.cgroup?.memory().oomKills).toBeGreaterThan(0);
    expect(isSame(bystander?.pid ?? 0, bystander?.startedAt ?? 0)).toBe(true);
    await eventually(() => expect(shop.instances()[0]?.state).toBe("ready"));
  },
);

needs.cgroup("a limit that it can't start in is named as what keeps an instance from getting ready", async () => {
  await using run = targetRun();
  const target = nodeTarget(hungry, { limits: { memory: 8 * 2 ** 20, cpu: null } });
  await expect(run.up({ ...target, restart: { delayMs: 10, maxInARow: 1 } })).rejects.toThrow(
    /it ended \(SIGKILL: out of memory, its cgroup's oom_kill rose\)/,
  );
});

needs.linux("without cgroups a memory limit is emulated and says so, and a CPU limit is not available", async () => {
  await using run = targetRun({ cgroups: noCgroups });
  const shop = await run.up(nodeTarget(hungry, { limits: { memory: 96 * 2 ** 20, cpu: 0.5 } }));
  const [victim] = shop.instances();
  expect(victim?.cgroup).toBe(null);
  expect(shop.confinement).toBe("emulated");
  expect(shop.capabilities.has("cpu-limit")).toBe(false);
  expect(run.warnings).toEqual(["target shop: a CPU limit is not available here: this test has none"]);
  await getJson({ host: "127.0.0.1", port: victim?.port ?? 0 }, "/eat").catch(() => undefined);
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
