import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { generator } from "../../runner/samplers/generator.ts";
import { host } from "../../runner/samplers/host.ts";
import { samplers } from "../../runner/samplers/registry.ts";
import { scaling } from "../../runner/samplers/scaling.ts";
import { startTime } from "../../runner/substrate/procfs/process.ts";
import type { Instance, Target } from "../../runner/substrate/target.ts";
import { eventually } from "../support/eventually.ts";
import { needs } from "../support/needs.ts";
import { sample } from "../support/sampled.ts";

needs.linux("the host's pressure, steal and load are those of the kernel's files", async () => {
  await using it = sample(host);
  const load = () => Number(readFileSync("/proc/loadavg", "utf8").split(" ")[0]);
  const before = load();
  it.tick();
  const after = readFileSync("/proc/stat", "utf8").split("\n", 1)[0]?.split(/ +/).map(Number) ?? [];
  expect(it.last("host.steal")).toBeGreaterThanOrEqual(0);
  expect(it.last("host.steal")).toBeLessThanOrEqual((after[8] ?? 0) * 10);
  expect(it.last("host.cpu")).toBeGreaterThan(0);
  expect(it.last("host.cpu")).toBeLessThanOrEqual(((after[1] ?? 0) + (after[2] ?? 0) + (after[3] ?? 0)) * 10);
  // It is told anew every 5 s: it is the one before, or the one after.
  expect([before, load()]).toContain(it.last("host.load"));
  if (it.absent.length === 0) {
    const total = Number(/some .*total=(\d+)/.exec(readFileSync("/proc/pressure/cpu", "utf8"))?.[1]);
    expect(it.last("host.psi.cpu")).toBeLessThanOrEqual(total);
    expect(it.last("host.psi.cpu")).toBeGreaterThan(0);
  } else {
    expect(it.absent.every((absence) => absence.metric.startsWith("host.psi."))).toBe(true);
  }
});

test("a busy harness shows in its own CPU, a blocked one in its loop delay", async () => {
  await using it = sample(generator);
  const block = (ms: number) => {
    const end = performance.now() + ms;
    while (performance.now() < end);
  };
  await eventually(() => {
    block(150);
    it.tick();
    expect(it.last("harness.loop.p99")).toBeGreaterThan(50);
    expect(it.last("harness.cpu")).toBeGreaterThan(0.05);
  });
  expect(it.last("harness.cpu")).toBeLessThan(64);
});

needs.linux("what a router used is told once its target is up, and never as zero before", async () => {
  const own = process.pid;
  const up = { name: "shop", link: { pid: own, startedAt: startTime(own) } } as Target;
  const starting = Object.defineProperty({ name: "db" }, "link", {
    get: () => {
      throw new Error("target db is not up");
    },
  }) as Target;
  await using it = sample(generator, { targets: () => [up, starting] });
  await eventually(() => {
    it.tick();
    expect(it.points("router.cpu")).not.toEqual([]);
  });
  expect(it.last("router.cpu")).toBeGreaterThan(0);
  expect(it.points("router.cpu").every((point) => point.labels.target === "shop")).toBe(true);
});

const target = (desired: number): Target => ({ name: "shop", desired }) as Target;
const instance = (id: string, pid: number): Instance => ({
  id,
  pid,
  target: "shop",
  startedAt: 1,
  port: 1,
  state: "starting",
  cgroup: null,
});

test("ready instances are told at each change and only then", async () => {
  let up: Target[] = [];
  const it = sample(scaling, { targets: () => up });
  const values = (metric: string) => it.points(metric).map((point) => point.value);
  it.tick();
  expect(values("instances.ready")).toEqual([]);
  up = [target(2)];
  it.tick();
  it.change("start", instance("shop-0", 10));
  it.change("ready", instance("shop-0", 10));
  it.change("ready", instance("shop-1", 11));
  it.tick();
  it.change("exit", instance("shop-0", 10));
  it.change("start", instance("shop-0", 12));
  it.change("ready", instance("shop-0", 12));
  it.change("exit", instance("shop-0", 10));
  it.change("unready", instance("shop-1", 11));
  it.change("exit", instance("shop-1", 11));
  up = [target(3)];
  it.tick();
  expect(values("instances.ready")).toEqual([0, 1, 2, 1, 2, 1]);
  expect(values("instances.desired")).toEqual([2, 3]);
});

test("of a service that somebody else runs no instances are told, rather than none", () => {
  const it = sample(scaling, { targets: () => [target(0)] });
  it.tick();
  expect(it.points("instances.ready")).toEqual([]);
  expect(it.absent).toContainEqual(
    expect.objectContaining({ metric: "instances.ready", why: expect.objectContaining({ kind: "not-applicable" }) }),
  );
});

test("nothing is sampled that no report reads", () => {
  const root = join(import.meta.dirname, "..", "..", "reports");
  const readers = globSync("{analyses,verdict}/**/*.ts", { cwd: root }).map((it) =>
    readFileSync(join(root, it), "utf8"),
  );
  const unread = samplers
    .flatMap((it) => Object.keys(it.series))
    .filter((series) => !readers.some((it) => it.includes(`"${series}"`)));
  expect(unread).toEqual([]);
});

test("every sampler has a name of its own, says in what it tells, and no two tell the same series", () => {
  expect(new Set(samplers.map((it) => it.name)).size).toBe(samplers.length);
  const series = samplers.flatMap((it) => Object.keys(it.series));
  expect(new Set(series).size).toBe(series.length);
  expect(samplers.every((it) => Object.values(it.series).every((unit) => unit.length > 3))).toBe(true);
  expect(process.env.SHAKEDOWN_GC_LOG).toBeUndefined();
});
