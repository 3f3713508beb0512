/** A service that somebody else runs is under test by one run at a time, whatever becomes of the one that had it. */
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { UserError } from "../../runner/shared/errors.ts";
import type { Lock } from "../../runner/undo/lease-schema.ts";
import { lockOrigins } from "../../runner/undo/target-lock.ts";
import { type Child, start } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";
import { type StateHost, stateHost } from "../support/state-host.ts";

const url = "http://127.0.0.1:8080/shop";
const entry = fileURLToPath(new URL("../support/lock-holder.main.ts", import.meta.url));

/** Resolves when it has said whether it holds them. */
async function holder(state: StateHost, run: string, ...urls: string[]): Promise<Child> {
  const child = start([state.host.node, entry, run, ...urls], { env: state.env });
  await eventually(() => expect(child.out(), child.err()).toContain("\n"));
  return child;
}

const locksOf = (state: StateHost): string => join(dirname(state.leases), "locks");
const refusal = (act: () => unknown): UserError => {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("it was not refused");
};

/** Takes the lock as this process would, and rewrites who holds it. */
function heldBy(state: StateHost, change: (lock: Lock) => object): string {
  lockOrigins(state.host, "earlier", [url]);
  const folder = join(locksOf(state), "127.0.0.1:8080");
  const [name = ""] = readdirSync(folder);
  const other = join(folder, "other.json");
  renameSync(join(folder, name), other);
  writeFileSync(other, JSON.stringify(change(JSON.parse(readFileSync(other, "utf8")))));
  return other;
}

test("a second run is refused while the first one lives, and told which one that is and how to end it", async () => {
  using state = stateHost();
  await using first = await holder(state, "first", url);
  const { message, hint, exit } = refusal(() => lockOrigins(state.host, "second", [url]));
  expect(exit).toBe(2);
  expect(message).toContain(`http://127.0.0.1:8080 is under test already, by run first (process ${first.pid})`);
  expect(hint).toContain(`kill -INT ${first.pid}`);

  first.process.stdin?.end();
  await first.exited;
  lockOrigins(state.host, "third", [url])[Symbol.dispose]();
  expect(readdirSync(locksOf(state))).toEqual([]);
});

test("the lock of a killed run is taken over", async () => {
  using state = stateHost();
  await using first = await holder(state, "first", url);
  first.process.kill("SIGKILL");
  await first.exited;
  expect(readdirSync(locksOf(state))).toHaveLength(1);
  using _ = lockOrigins(state.host, "second", [url]);
  await using third = await holder(state, "third", url);
  expect(third.out()).toContain("by run second");
});

test("of several runs that find the lock of a dead one at the same time, one gets it", async () => {
  using state = stateHost();
  heldBy(state, (lock) => ({ ...lock, harness: { ...lock.harness, startedAt: 1 } }));
  const runs = await Promise.all(["a", "b", "c", "d"].map((it) => holder(state, it, url)));
  const said = runs.map((it) => it.out().trim());
  for (const it of runs) await it[Symbol.asyncDispose]();
  expect(said.filter((it) => it === "held")).toHaveLength(1);
  expect(said.filter((it) => it.includes("is under test already"))).toHaveLength(3);
});

test("a stranger with the pid of a dead run is not mistaken for it", () => {
  using state = stateHost();
  heldBy(state, (lock) => ({ ...lock, harness: { ...lock.harness, pid: process.pid, startedAt: 1 } }));
  lockOrigins(state.host, "second", [url])[Symbol.dispose]();
  expect(readdirSync(locksOf(state))).toEqual([]);
});

test("what another container holds is not taken over: its processes can't be seen from here", () => {
  using state = stateHost();
  const file = heldBy(state, ({ harness, ...lock }) => {
    const [boot] = harness.machine.split(" ");
    return { ...lock, host: "other", harness: { ...harness, machine: `${boot} pid:[1]` } };
  });
  const { message, hint } = refusal(() => lockOrigins(state.host, "second", [url]));
  expect(message).toContain("by run earlier in another container or machine, other");
  expect(hint).toContain(`remove ${file}`);
});

test("a lock from before the machine was restarted is taken over", () => {
  using state = stateHost();
  const before = { pid: process.pid, startedAt: 1, machine: "former-boot pid:[1]" };
  heldBy(state, (lock) => ({ ...lock, host: hostname(), harness: before }));
  lockOrigins(state.host, "second", [url])[Symbol.dispose]();
});

test("a lock that can't be read is nobody's to take", () => {
  using state = stateHost();
  const file = heldBy(state, () => ({ v: 2 }));
  const { message, hint } = refusal(() => lockOrigins(state.host, "second", [url]));
  expect(message).toContain("can't be read");
  expect(hint).toContain(file);
});

test("one service is one service, however its URL is written; another port is another one", () => {
  using state = stateHost();
  using _ = lockOrigins(state.host, "first", ["http://localhost:8080/a", "http://127.0.0.1:8080/b", "http://[::1]"]);
  for (const same of ["http://LOCALHOST:8080", "http://[::1]:8080/", "http://127.0.0.1:80"])
    expect(refusal(() => lockOrigins(state.host, "second", [same])).message, same).toContain("by run first");
  lockOrigins(state.host, "second", ["http://127.0.0.1:8081"])[Symbol.dispose]();
});

test("a run that can't have all of its services holds none", () => {
  using state = stateHost();
  using _ = lockOrigins(state.host, "first", ["http://b.test"]);
  refusal(() => lockOrigins(state.host, "second", ["http://a.test", "http://b.test"]));
  expect(readdirSync(locksOf(state))).toEqual(["b.test"]);
});
