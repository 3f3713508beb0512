/** Bounded waits: the value, the rejection or `late`, and nothing left that keeps a process alive. */
import { expect, test } from "vitest";
import type { Clock } from "../../runner/shared/host.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import { late, poll, within } from "../../runner/shared/wait.ts";
import { virtualHost } from "../support/virtual-host.ts";

const never = new Promise<never>(() => undefined);
const anHour = 3600e3;

/** A real clock that counts the sleeps that are not over. */
function countingClock(): Clock & { readonly asleep: () => number } {
  const { clock } = realHost();
  let asleep = 0;
  const sleep: Clock["sleep"] = async (ms, signal) => {
    asleep++;
    await clock.sleep(ms, signal);
    asleep--;
  };
  return { ...clock, sleep, asleep: () => asleep };
}

test("what comes in time is given as it is, a rejection too, and no timer is left", async () => {
  const clock = countingClock();
  expect(await within(clock, anHour, Promise.resolve(7))).toBe(7);
  await expect(within(clock, anHour, Promise.reject(new Error("no")))).rejects.toThrow("no");
  await new Promise(setImmediate);
  expect(clock.asleep()).toBe(0);
});

test("what does not come in time is late, and so is what comes after the wait was called off", async () => {
  const clock = countingClock();
  const off = new AbortController();
  expect(await within(clock, 5, never)).toBe(late);
  const waiting = within(clock, anHour, never, off.signal);
  off.abort();
  expect(await waiting).toBe(late);
  expect(clock.asleep()).toBe(0);
});

test("a rejection that comes too late is nobody's concern", async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  expect(await within(realHost().clock, 1, promise)).toBe(late);
  reject(new Error("an unhandled rejection would fail this file"));
  await new Promise(setImmediate);
});

test("a poll asks at the given rate until it is true, and once more when the time is over", async () => {
  const time = { now: 0 };
  const { clock } = virtualHost(time);
  const asked: number[] = [];
  const ask = (until: number) => async () => asked.push(time.now) >= until;
  expect(await poll(clock, 100, ask(3), 40)).toBe(true);
  expect(asked).toEqual([0, 40, 80]);
  expect(await poll(clock, 100, ask(99), 40)).toBe(false);
  expect(asked.slice(3)).toEqual([80, 120, 160, 200]);
});
