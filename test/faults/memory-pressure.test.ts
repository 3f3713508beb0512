/** memory-pressure against a real Node instance in a cgroup, and its emulation without one. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { memoryPressure } from "../../runner/faults/memory-pressure.ts";
import { processesWith, startTime } from "../../runner/substrate/procfs/process.ts";
import { start } from "../support/child.ts";
import { confined, nodeScript } from "../support/confined.ts";
import { eventually } from "../support/eventually.ts";
import { needs } from "../support/needs.ts";
import { faultContext, injectOn, instanceOf, supervisedTarget, targetOf } from "../support/one-instance.ts";
import { stateOf } from "../support/sleeper.ts";
import { unique } from "../support/unique.ts";

const MiB = 2 ** 20;
const instance = "setInterval(() => {}, 1000); console.log('up');";

describe.concurrent("memory-pressure", () => {
  needs.cgroup(
    "the kernel kills the instance itself: grade A, ballast gone, limit back, and a new instance lives",
    async () => {
      await using it = await confined(nodeScript(instance), { memory: 160 * MiB, cpu: null });
      const mark = unique("memory");
      const context = faultContext(mark);
      const before = it.cgroup.memory();
      const short = await injectOn(memoryPressure, {}, supervisedTarget(it, it.cgroup), context);
      // To 2 where the kernel asks again before the victim's memory is free, and takes the ballast too: rare, and no harm.
      const text = new RegExp(
        `^process ${it.pid} was ended by SIGKILL and oom_kill of its cgroup rose from 0 to [12]$`,
      );
      expect(await short.landed()).toEqual({ grade: "A", text: expect.stringMatching(text) });
      expect(await it.exited).toEqual({ code: null, signal: "SIGKILL" });
      await eventually(() => expect(processesWith("SHAKEDOWN_RUN", mark)).toEqual([]));
      await using next = await it.again();
      expect(stateOf(next.pid)).toBe("running");
      expect(await short.revert()).toBeNull();
      expect(it.cgroup.memory().limit).toBe(before.limit);
      expect(stateOf(next.pid)).toBe("running");
    },
  );

  needs.cgroup("an instance without a limit is killed too, and is unlimited again afterwards", async () => {
    await using it = await confined(nodeScript(instance), { memory: null, cpu: null });
    const short = await injectOn(memoryPressure, {}, supervisedTarget(it, it.cgroup), faultContext(unique("memory")));
    expect(await short.landed()).toMatchObject({ grade: "A" });
    expect(await short.revert()).toBeNull();
    expect(it.cgroup.memory().limit).toBeNull();
  });

  needs.cgroup("the instance is the victim also when it is smaller than the ballast", async () => {
    await using it = await confined(["/bin/sh", "-c", "echo up; exec sleep 600"], { memory: 160 * MiB, cpu: null });
    const short = await injectOn(
      memoryPressure,
      { headroom: "64MiB" },
      supervisedTarget(it, it.cgroup),
      faultContext(unique("memory")),
    );
    expect(await short.landed()).toMatchObject({ grade: "A" });
    expect(await short.revert()).toBeNull();
  });

  for (const [what, told, words] of [
    ["ended by itself", { signal: null, code: 7 }, "ended with exit code 7"],
    ["was ended by another signal", { signal: "SIGTERM", code: null }, "was ended by SIGTERM"],
    ["ended in a way that nobody knows", null, "is gone, its wait status unknown"],
    ["was killed earlier, as another process of the same name", { pid: 1 }, "is gone, its wait status unknown"],
  ] as const) {
    needs.cgroup(`the kernel's counter alone is no proof of grade A for an instance that ${what}`, async () => {
      await using it = await confined(nodeScript(instance), { memory: 160 * MiB, cpu: null });
      const target = supervisedTarget(it, it.cgroup, (exit) => (told === null ? null : { ...exit, ...told }));
      const short = await injectOn(memoryPressure, {}, target, faultContext(unique("memory")));
      const text = new RegExp(`^process ${it.pid} ${words}, .*, but oom_kill of its cgroup rose from 0 to [12]$`);
      expect(await short.landed()).toEqual({ grade: "B", text: expect.stringMatching(text) });
      expect(await short.revert()).toBeNull();
    });
  }

  needs.cgroup("preparing the lease charges nothing to the instance's cgroup and moves nothing into it", async () => {
    await using it = await confined(nodeScript(instance), { memory: 160 * MiB, cpu: null });
    const mark = unique("memory");
    const context = faultContext(mark);
    const [deed] = memoryPressure.plan(
      memoryPressure.options.parse({}),
      targetOf([instanceOf(it, 0, it.cgroup)]),
      () => 0,
    );
    const lease = await deed?.lease(context);
    const [ballast] = processesWith("SHAKEDOWN_RUN", mark);
    expect(lease).toMatchObject({ undo: "all", of: expect.arrayContaining([{ undo: "kill", ...ballast }]) });
    expect(it.cgroup.pids()).toEqual([it.pid]);
    expect(it.cgroup.memory().limit).toBe(160 * MiB);
    process.kill(ballast?.pid ?? 0, "SIGKILL");
  });

  needs.cgroup("reverted before the kill, limit and OOM score are as before and the instance lives", async () => {
    await using it = await confined(nodeScript(instance), { memory: 160 * MiB, cpu: null });
    const mark = unique("memory");
    const score = () => readFileSync(`/proc/${it.pid}/oom_score_adj`, "utf8").trim();
    const before = score();
    // So much headroom that the ballast needs seconds to fill it.
    const target = targetOf([instanceOf(it, 0, it.cgroup)]);
    const short = await injectOn(memoryPressure, { headroom: "100MiB" }, target, faultContext(mark));
    expect(score()).toBe("1000");
    expect(it.cgroup.memory().limit).toBeLessThan(160 * MiB);
    expect(await short.revert()).toBeNull();
    expect([score(), it.cgroup.memory().limit, stateOf(it.pid)]).toEqual([before, 160 * MiB, "running"]);
    expect(processesWith("SHAKEDOWN_RUN", mark)).toEqual([]);
  });

  test("without a cgroup the emulation kills the instance and says that it is one: grade C", async () => {
    await using it = start([process.execPath, "-e", instance]);
    await eventually(() => expect(it.out()).toContain("up"));
    const target = targetOf([instanceOf({ pid: it.pid, startedAt: startTime(it.pid) ?? 0 })]);
    const short = await injectOn(memoryPressure, { headroom: "1MiB" }, target, faultContext(unique("memory")));
    expect(await short.landed()).toMatchObject({ grade: "C", text: expect.stringContaining("emulated") });
    expect(await it.exited).toEqual({ code: null, signal: "SIGKILL" });
    expect(await short.revert()).toBeNull();
  });
});
