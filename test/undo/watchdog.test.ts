/** The watchdog undoes by itself what a killed harness left, and goes quietly when the harness ends well. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { processesWith } from "../../runner/substrate/procfs/process.ts";
import { openLeases } from "../../runner/undo/store.ts";
import { startWatchdog } from "../../runner/undo/watchdog.ts";
import { eventually } from "../support/eventually.ts";
import { sleeper, stateOf } from "../support/sleeper.ts";
import { standInHarness } from "../support/stand-in-harness.ts";
import { stateHost } from "../support/state-host.ts";
import { unique } from "../support/unique.ts";

test("kill -9 of the harness leaves no stopped process, no cgroup, no process, no changed value, no lease", async () => {
  using state = stateHost();
  const run = unique("watchdog");
  await using bystander = sleeper();
  await using left = await standInHarness(state, run, "watchdog");
  await eventually(() => {
    expect([left.stopped, left.router, left.watchdog ?? 0].map(stateOf)).toEqual(["stopped", "running", "running"]);
  });
  left.child.process.kill("SIGKILL");

  await eventually(() => expect(stateOf(left.watchdog ?? 0)).toBe("gone"));
  expect([left.stopped, left.router].map(stateOf)).toEqual(["gone", "gone"]);
  expect(left.paths.filter((it) => existsSync(it))).toEqual([]);
  expect(left.valueNow()).toBe("former");
  expect(processesWith("SHAKEDOWN_RUN", run)).toEqual([]);
  expect(readdirSync(state.leases)).toEqual([]);
  expect(stateOf(bystander.pid)).toBe("running");
});

test("it is in a session of its own, away from the terminal's signals, and unmarked", async () => {
  using state = stateHost();
  const run = unique("session");
  const leases = openLeases(state.host, run);
  const env = { ...state.host.env, SHAKEDOWN_RUN: run };
  const watchdog = await startWatchdog({ ...state.host, env }, run);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.kill(watchdog.pid, signal);
  expect(sessionOf(watchdog.pid)).toBe(watchdog.pid);
  expect(processesWith("SHAKEDOWN_RUN", run)).toEqual([]);
  expect(stateOf(watchdog.pid)).toBe("running");
  leases.close();
  await watchdog.stop();
  expect(stateOf(watchdog.pid)).toBe("gone");
  expect(readdirSync(state.leases)).toEqual([]);
});

test("leases that are left when it is let go are undone before it goes", async () => {
  using state = stateHost();
  await using it = sleeper();
  const leases = openLeases(state.host, "left");
  const watchdog = await startWatchdog(state.host, "left");
  leases.write("helper", { undo: "kill", pid: it.pid, startedAt: it.startedAt });
  await watchdog.stop();
  expect(stateOf(it.pid)).toBe("gone");
  expect(readdirSync(state.leases)).toEqual([]);
});

/** Field 6 of /proc/PID/stat. */
const sessionOf = (pid: number): number => {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[3]);
};
