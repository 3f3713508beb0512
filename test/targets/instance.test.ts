/** What a supervised instance tells about the process that it was. */
import { expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { answering, nodeTarget, targetRun } from "../support/target-run.ts";

test("a restarted instance tells how its last process ended, under that process's identity", async () => {
  await using run = targetRun();
  const code = `${answering("1")} process.on("SIGUSR2", () => process.exit(7));`;
  const shop = await run.up(nodeTarget(code));
  const endedBy = async (signal: NodeJS.Signals) => {
    const [before] = shop.instances();
    process.kill(before?.pid ?? 0, signal);
    await eventually(() => {
      expect(shop.instances()[0]?.state).toBe("ready");
      expect(shop.instances()[0]?.pid).not.toBe(before?.pid);
    });
    const { pid, startedAt } = before ?? {};
    return { told: shop.instances()[0]?.lastExit, of: { pid, startedAt } };
  };
  expect(shop.instances()[0]?.lastExit).toBeNull();
  const killed = await endedBy("SIGKILL");
  expect(killed.told).toEqual({ ...killed.of, signal: "SIGKILL", code: null });
  const left = await endedBy("SIGUSR2");
  expect(left.told).toEqual({ ...left.of, signal: null, code: 7 });
});
