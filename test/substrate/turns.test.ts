/** Who has a CPU and who waits for one: more programs that never rest than there are cores. */
import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { readTurns, readTurnsOfAll } from "../../runner/substrate/procfs/turns.ts";
import { start } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";

test("a program that shares its core with another waits while that runs", async () => {
  await using one = start([process.execPath, "-e", "for (;;);"]);
  await using others = new AsyncDisposableStack();
  for (let i = 0; i < availableParallelism(); i++) others.use(start([process.execPath, "-e", "for (;;);"]));
  await eventually(() => expect(readTurns(one.pid)?.waitedMs).toBeGreaterThan(100));
  const { ranMs = 0, waitedMs = 0 } = readTurns(one.pid) ?? {};
  expect(ranMs).toBeGreaterThan(0);
  const all = readTurnsOfAll(one.pid);
  expect(all?.ranMs).toBeGreaterThanOrEqual(ranMs);
  expect(all?.waitedMs).toBeGreaterThanOrEqual(waitedMs);
});

test("of a program that is gone nothing is known", async () => {
  const child = start([process.execPath, "-e", ""]);
  await child.exited;
  expect([readTurns(child.pid), readTurnsOfAll(child.pid)]).toEqual([null, null]);
});
