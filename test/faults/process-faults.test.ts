/** pod-kill and pause against real processes. */
import { expect, test } from "vitest";
import { pause } from "../../runner/faults/pause.ts";
import { podKill } from "../../runner/faults/pod-kill.ts";
import { start } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";
import { faultContext, injectOn, instanceOf, targetOf } from "../support/one-instance.ts";
import { sleeper, stateOf } from "../support/sleeper.ts";

const context = faultContext(`test-process-faults-${process.pid}`);

test.each(["SIGKILL", "SIGTERM"] as const)("pod-kill ends an instance by %s and proves it", async (signal) => {
  await using it = sleeper();
  const killed = await injectOn(podKill, { signal }, targetOf([instanceOf(it)]), context);
  expect(await killed.landed()).toMatchObject({ grade: "A", text: expect.stringContaining(String(it.pid)) });
  expect(await it.exited).toEqual({ code: null, signal });
  expect(await killed.revert()).toBeNull();
});

test("pod-kill has not landed while an instance ignores SIGTERM", async () => {
  await using it = start(["sh", "-c", 'trap "" TERM; echo up; while :; do sleep 0.1; done']);
  await eventually(() => expect(it.out()).toContain("up"));
  const { startTime } = await import("../../runner/substrate/procfs/process.ts");
  const instance = instanceOf({ pid: it.pid, startedAt: startTime(it.pid) ?? 0 });
  const { deed } = await injectOn(podKill, { signal: "SIGTERM" }, targetOf([instance]), context);
  expect(deed.unproved).toMatch(/had not ended yet/);
  expect(await deed.landed(context)).toBeNull();
});

test("pause stops an instance, proves it, and undo continues it", async () => {
  await using it = sleeper();
  const paused = await injectOn(pause, {}, targetOf([instanceOf(it)]), context);
  expect(await paused.landed()).toMatchObject({ grade: "A" });
  expect(stateOf(it.pid)).toBe("stopped");
  expect(await paused.revert()).toBeNull();
  expect(stateOf(it.pid)).toBe("running");
});

test.each([podKill, pause])("$kind leaves a stranger alone that got the pid of a planned instance", async (fault) => {
  await using it = sleeper();
  const stale = instanceOf({ pid: it.pid, startedAt: it.startedAt - 1 });
  await expect(injectOn(fault, {}, targetOf([stale]), context)).rejects.toThrow("had ended before");
  expect(stateOf(it.pid)).toBe("running");
});
