/** What a killed harness left is undone by `recover`; what a live one holds, and what nobody knows, is left alone. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { processesWith } from "../../runner/substrate/procfs/process.ts";
import { outstandingLeases, recover } from "../../runner/undo/recover.ts";
import { openLeases } from "../../runner/undo/store.ts";
import { start } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";
import { sleeper, stateOf } from "../support/sleeper.ts";
import { standInHarness } from "../support/stand-in-harness.ts";
import { stateHost } from "../support/state-host.ts";
import { unique } from "../support/unique.ts";

test("recover undoes everything a killed harness left, and touches nobody else", async () => {
  using state = stateHost();
  const run = unique("recover");
  await using bystander = sleeper();
  await using stoppedBystander = sleeper();
  stoppedBystander.process.kill("SIGSTOP");
  await eventually(() => expect(stateOf(stoppedBystander.pid)).toBe("stopped"));
  await using left = await standInHarness(state, run, "alone");
  left.child.process.kill("SIGKILL");
  await left.child.exited;
  await eventually(() => expect(stateOf(left.stopped)).toBe("stopped"));
  expect(outstandingLeases(state.host)).toMatchObject([{ run, state: "dead", unreadable: 0 }]);

  const { runs } = await recover(state.host, { all: false });
  expect(runs).toMatchObject([{ run, live: false, unreverted: [] }]);
  expect(runs[0]?.undone).toBeGreaterThanOrEqual(4);
  expect([left.stopped, left.router].map(stateOf)).toEqual(["gone", "gone"]);
  if (left.inside > 0) expect(stateOf(left.inside)).toBe("gone");
  expect(left.paths.filter((it) => existsSync(it))).toEqual([]);
  expect(left.valueNow()).toBe("former");
  expect(processesWith("SHAKEDOWN_RUN", run)).toEqual([]);
  expect(readdirSync(state.leases)).toEqual([]);
  expect([bystander, stoppedBystander].map((it) => stateOf(it.pid))).toEqual(["running", "stopped"]);
});

test("leases of a live run are left alone", async () => {
  using state = stateHost();
  await using it = sleeper();
  const leases = openLeases(state.host, "live-run");
  leases.write("helper", { undo: "kill", pid: it.pid, startedAt: it.startedAt });
  for (const all of [false, true]) {
    const { runs } = await recover(state.host, { all });
    expect(runs.filter((one) => one.run === "live-run")).toMatchObject([{ live: true, undone: 0, unreverted: [] }]);
  }
  expect(stateOf(it.pid)).toBe("running");
  expect(leases.all()).toHaveLength(1);
});

test("a lease that can't be read is told and stays; the others of its run are undone", async () => {
  using state = stateHost();
  await using it = sleeper();
  const run = join(state.leases, "old-run");
  mkdirSync(run, { recursive: true });
  const harness = { pid: process.pid, startedAt: 1, machine: await machineOf(state) };
  const lease = { undo: "kill", pid: it.pid, startedAt: it.startedAt };
  writeFileSync(join(run, "000001.json"), JSON.stringify({ v: 1, label: "helper", harness, lease }));
  writeFileSync(
    join(run, "000002.json"),
    JSON.stringify({ v: 1, label: "x", harness, lease: { undo: "format-disk" } }),
  );
  const { runs } = await recover(state.host, { all: false });
  expect(runs).toMatchObject([{ run: "old-run", undone: 1, unreverted: [{ file: join(run, "000002.json") }] }]);
  expect(stateOf(it.pid)).toBe("gone");
  expect(existsSync(join(run, "000002.json"))).toBe(true);
});

test("a run of another boot is told, and forgotten only with --all, its pids untouched", async () => {
  using state = stateHost();
  await using it = sleeper();
  const run = join(state.leases, "other-boot");
  mkdirSync(run, { recursive: true });
  const harness = { pid: process.pid, startedAt: 1, machine: "another boot" };
  const lease = { undo: "kill", pid: it.pid, startedAt: it.startedAt };
  writeFileSync(join(run, "000001.json"), JSON.stringify({ v: 1, label: "helper", harness, lease }));
  const first = await recover(state.host, { all: false });
  expect(first.runs).toMatchObject([
    { state: "elsewhere", undone: 0, unreverted: [{ mend: "shakedown recover --all" }] },
  ]);
  const second = await recover(state.host, { all: true });
  expect(second.runs.find((one) => one.run === "other-boot")).toMatchObject({ unreverted: [] });
  expect(readdirSync(state.leases)).toEqual([]);
  expect(stateOf(it.pid)).toBe("running");
});

test("--all ends orphans of runs without leases, but not processes that still have their parent", async () => {
  using state = stateHost();
  const run = unique("recover");
  const env = { PATH: "/bin:/usr/bin", SHAKEDOWN_RUN: `${run}-orphan` };
  // The shell ends at once: init or a subreaper inherits the sleep.
  await start(["sh", "-c", "sleep 600 >/dev/null 2>&1 &"], { env }).exited;
  const orphans = await eventually(() => {
    const found = processesWith("SHAKEDOWN_RUN", `${run}-orphan`);
    expect(found).toHaveLength(1);
    return found;
  });
  await using child = sleeper({ SHAKEDOWN_RUN: `${run}-child` });
  await recover(state.host, { all: false });
  expect(orphans.map((it) => stateOf(it.pid))).toEqual(["running"]);
  await recover(state.host, { all: true });
  expect(orphans.map((it) => stateOf(it.pid))).toEqual(["gone"]);
  expect(stateOf(child.pid)).toBe("running");
});

async function machineOf(state: ReturnType<typeof stateHost>): Promise<string> {
  const leases = openLeases(state.host, "who-am-i");
  const { harness } = JSON.parse(readFileSync(join(state.leases, "who-am-i", "harness.json"), "utf8"));
  leases.close();
  return harness.machine;
}
