/** Who has a CPU and who waits for one: two programs on one core. */
import { expect, test } from "vitest";
import { readTurns, readTurnsOfAll } from "../../runner/substrate/procfs/turns.ts";
import { start } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";

test("a program that shares its core with another waits for about as long as that runs", async () => {
  const spin: [string, ...string[]] = ["taskset", "-c", "0", process.execPath, "-e", "for (;;);"];
  await using one = start(spin);
  await using _ = start(spin);
  await eventually(() => expect(readTurns(one.pid)?.waitedMs).toBeGreaterThan(300));
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
