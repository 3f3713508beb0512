/** cpu-pressure against a busy Node instance in a cgroup. */
import { expect } from "vitest";
import { cpuPressure } from "../../runner/faults/cpu-pressure.ts";
import { processesWith } from "../../runner/substrate/procfs/process.ts";
import { confined, nodeScript } from "../support/confined.ts";
import { needs } from "../support/needs.ts";
import { faultContext, injectOn, instanceOf, targetOf } from "../support/one-instance.ts";
import { unique } from "../support/unique.ts";

/** Busy for about half of the time. */
const busy = `console.log('up'); const work = () => { const end = Date.now() + 20; while (Date.now() < end); setTimeout(work, 20); }; work();`;
const idle = "setInterval(() => {}, 1000); console.log('up');";

needs.cgroup("a squeezed quota throttles the instance, and goes back", async () => {
  await using it = await confined(nodeScript(busy), { memory: null, cpu: 1.5 });
  const target = targetOf([instanceOf(it, 0, it.cgroup)]);
  const squeezed = await injectOn(cpuPressure, { to: "50m" }, target, faultContext(unique("cpu")));
  expect(it.cgroup.cpuLimit()).toBe(0.05);
  expect(await squeezed.landed()).toMatchObject({ grade: "A", text: expect.stringContaining("nr_throttled") });
  expect(await squeezed.revert()).toBeNull();
  expect(it.cgroup.cpuLimit()).toBe(1.5);
});

needs.cgroup("an instance without a quota has none again afterwards", async () => {
  await using it = await confined(nodeScript(busy), { memory: null, cpu: null });
  const target = targetOf([instanceOf(it, 0, it.cgroup)]);
  const squeezed = await injectOn(cpuPressure, { to: "50m" }, target, faultContext(unique("cpu")));
  expect(await squeezed.landed()).toMatchObject({ grade: "A" });
  expect(await squeezed.revert()).toBeNull();
  expect(it.cgroup.cpuLimit()).toBeNull();
});

needs.cgroup("a quota that squeezes nothing is refused, and one that is never used up has not landed", async () => {
  await using it = await confined(nodeScript(idle), { memory: null, cpu: 0.5 });
  const target = targetOf([instanceOf(it, 0, it.cgroup)]);
  await expect(injectOn(cpuPressure, { to: "800m" }, target, faultContext(unique("cpu")))).rejects.toThrow(
    "0.5 cores already",
  );
  const unused = await injectOn(cpuPressure, { to: "400m" }, target, faultContext(unique("cpu")));
  await expect(unused.deed.landed(faultContext(unique("cpu")))).rejects.toThrow("never throttled");
  expect(await unused.revert()).toBeNull();
});

needs.cgroup("burners use CPU inside the cgroup until they are undone", async () => {
  await using it = await confined(nodeScript(idle), { memory: null, cpu: 0.5 });
  const mark = unique("cpu");
  const target = targetOf([instanceOf(it, 0, it.cgroup)]);
  const burning = await injectOn(cpuPressure, { burn: 2 }, target, faultContext(mark));
  expect(await burning.landed()).toMatchObject({ grade: "A", text: expect.stringContaining("2 burned CPU") });
  expect(it.cgroup.pids()).toHaveLength(3);
  expect(await burning.revert()).toBeNull();
  expect(processesWith("SHAKEDOWN_RUN", mark)).toEqual([]);
  expect(it.cgroup.pids()).toEqual([it.pid]);
});
