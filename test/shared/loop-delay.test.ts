import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { watchLoop } from "../../runner/shared/loop-delay.ts";
import { eventually } from "../support/eventually.ts";

const watch = watchLoop(10);
afterEach(() => watch.p99());

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test("a loop that never came to its timers is as late as it was blocked", () => {
  watch.p99();
  block(200);
  expect(watch.p99()).toBeGreaterThan(150);
});

test("a delay is told once, with what came after it", async () => {
  block(400);
  await sleep(50);
  const first = watch.p99();
  expect(first).toBeGreaterThan(350);
  // On a busy machine a delay of its own may follow.
  await eventually(async () => {
    await sleep(50);
    expect(watch.p99()).toBeLessThan(first);
  });
});
