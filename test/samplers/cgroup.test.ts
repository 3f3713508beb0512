import { expect, test } from "vitest";
import { cgroup as sampler } from "../../runner/samplers/cgroup.ts";
import { forever, startNode } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";
import { group, nodeIn } from "../support/group.ts";
import { needs } from "../support/needs.ts";
import { instanceOf, sample } from "../support/sampled.ts";

needs.cgroup("an OOM kill is counted, also when it ended the instance between two readings", async () => {
  await using it = sample(sampler);
  await using inside = group({ memory: 80 << 20, cpu: null });
  const eats = "const all = []; setInterval(() => all.push(Buffer.alloc(4 << 20, 1)), 5);";
  await using hog = nodeIn(inside, `process.stdin.once("data", () => { ${eats} });`);
  const instance = instanceOf(hog.pid, { cgroup: inside });
  it.change("start", instance);
  expect(it.last("cgroup.oom-kills")).toBe(0);
  hog.process.stdin?.write("eat");
  expect(await hog.exited).toEqual({ code: null, signal: "SIGKILL" });
  it.change("exit", instance);
  expect(it.last("cgroup.oom-kills")).toBe(1);
  expect(it.last("cgroup.memory.limit")).toBe(80 << 20);
  expect(it.last("cgroup.memory.peak")).toBeGreaterThan(70 << 20);
  const after = it.points("cgroup.memory").length;
  it.tick();
  expect(it.points("cgroup.memory")).toHaveLength(after);
});

needs.cgroup("throttled periods and their time rise under a quota", async () => {
  await using it = sample(sampler);
  await using inside = group({ memory: null, cpu: 0.05 });
  await using burner = nodeIn(inside, "for (;;);");
  it.change("start", instanceOf(burner.pid, { cgroup: inside }));
  await eventually(() => {
    it.tick();
    expect(it.last("cgroup.throttled")).toBeGreaterThan(3);
  });
  expect(it.last("cgroup.periods")).toBeGreaterThanOrEqual(it.last("cgroup.throttled"));
  expect(it.last("cgroup.throttled.time")).toBeGreaterThan(1);
  expect(it.last("cgroup.memory")).toBeGreaterThan(0);
  // No limit is not a limit of zero.
  expect(it.points("cgroup.memory.limit")).toEqual([]);
  expect(it.absent).toContainEqual(
    expect.objectContaining({
      metric: "cgroup.memory.limit",
      why: { kind: "not-applicable", reason: "no memory limit is set" },
    }),
  );
});

needs.cgroup("a group that is removed under the sampler is simply not told any more", async () => {
  await using it = sample(sampler);
  const inside = group({ memory: 64 << 20, cpu: 1 });
  await using child = nodeIn(inside, forever);
  it.change("start", instanceOf(child.pid, { cgroup: inside }));
  it.tick();
  const before = it.points("cgroup.memory").length;
  await inside.remove();
  it.tick();
  it.tick();
  expect(it.points("cgroup.memory")).toHaveLength(before);
  expect(it.absent).toEqual([]);
});

test("an instance that is not confined has no readings, and says why", async () => {
  await using it = sample(sampler);
  await using child = startNode(forever);
  it.change("start", instanceOf(child.pid));
  it.tick();
  for (const metric of Object.keys(sampler.series)) {
    expect(it.points(metric)).toEqual([]);
    expect(it.absent).toContainEqual(
      expect.objectContaining({
        metric,
        why: { kind: "not-applicable", reason: "the instance is not confined by a cgroup" },
      }),
    );
  }
});
