/** Leases on disk: durable before the deed, private, in order, and never taken for somebody else's. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { UserError } from "../../runner/shared/errors.ts";
import { leasesRoot, readRunFolder } from "../../runner/undo/folder.ts";
import type { Lease } from "../../runner/undo/lease.ts";
import { leaseSchema } from "../../runner/undo/lease-schema.ts";
import { outstandingLeases } from "../../runner/undo/recover.ts";
import { openLeases } from "../../runner/undo/store.ts";
import { needs } from "../support/needs.ts";
import { smallDisk } from "../support/small-disk.ts";
import { stateHost } from "../support/state-host.ts";

const nothing: Lease = { undo: "nothing", because: "test" };

test("a lease is a private file with its label and the identity of its harness", () => {
  using state = stateHost();
  const leases = openLeases(state.host, "run-1");
  const { file } = leases.write("pause on shop-0", { undo: "kill", pid: 4242, startedAt: 77 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
    v: 1,
    label: "pause on shop-0",
    harness: { pid: process.pid, startedAt: expect.any(Number) },
    lease: { undo: "kill", pid: 4242, startedAt: 77 },
  });
});

test("leases read back in the order in which they were taken, also beyond nine", () => {
  using state = stateHost();
  const leases = openLeases(state.host, "run-1");
  for (let i = 0; i < 12; i++) leases.write(`lease ${i}`, nothing);
  const labels = Array.from({ length: 12 }, (_, i) => `lease ${i}`);
  expect(readRunFolder(state.leases, "run-1")?.leases.map((it) => it.label)).toEqual(labels);
});

test("a released lease is gone, and closing removes the folder only when none is left", () => {
  using state = stateHost();
  const leases = openLeases(state.host, "run-1");
  const first = leases.write("first", nothing);
  const second = leases.write("second", nothing);
  first.release();
  leases.close();
  expect(leases.all()).toEqual([second]);
  expect(readRunFolder(state.leases, "run-1")?.leases.map((it) => it.label)).toEqual(["second"]);
  second.release();
  leases.close();
  expect(readdirSync(state.leases)).toEqual([]);
});

test("a run that has leases can't be opened a second time", () => {
  using state = stateHost();
  openLeases(state.host, "run-1").write("first", nothing);
  expect(() => openLeases(state.host, "run-1")).toThrow(/run-1 already holds 1 lease/);
  expect(readdirSync(state.leases)).toEqual(["run-1"]);
});

test("leases are below XDG_STATE_HOME, and below the home folder when that is not an absolute path", () => {
  using state = stateHost();
  const at = (XDG_STATE_HOME: string) => leasesRoot({ ...state.host, env: { XDG_STATE_HOME, HOME: "/home/somebody" } });
  expect(at("/state")).toBe("/state/shakedown/leases");
  expect(at("relative")).toBe("/home/somebody/.local/state/shakedown/leases");
  expect(at("")).toBe("/home/somebody/.local/state/shakedown/leases");
});

test("a folder of leases where the kernel makes none, as below /proc, is told in words", () => {
  using state = stateHost();
  const host = { ...state.host, env: { XDG_STATE_HOME: "/proc/nobody/here" } };
  expect(() => openLeases(host, "run-1")).toThrow("/proc/nobody/here/shakedown/leases can't be used: ENOENT");
});

test("a folder of leases that can't be made or read is told in words, with what to do", () => {
  using state = stateHost();
  const file = join(state.leases, "..", "..", "file");
  writeFileSync(file, "");
  const host = { ...state.host, env: { XDG_STATE_HOME: file } };
  for (const act of [() => openLeases(host, "run-1"), () => outstandingLeases(host)]) {
    expect(act).toThrow(UserError);
    expect(act).toThrow(`${file}/shakedown/leases can't be used: ENOTDIR`);
  }
});

needs.smallDisk("a full disk takes no lease, and that is told in words", () => {
  using disk = smallDisk(16 * 1024);
  if (disk === null) throw new Error("no small disk");
  using state = stateHost();
  const leases = openLeases({ ...state.host, env: { XDG_STATE_HOME: disk.dir } }, "run-1");
  const act = () => {
    for (let i = 0; i < 100; i++) leases.write("a".repeat(1000), nothing);
  };
  expect(act).toThrow(UserError);
});

test("a file that is no lease is told and the others are still read", () => {
  using state = stateHost();
  const leases = openLeases(state.host, "run-1");
  leases.write("first", nothing);
  const bad = join(state.leases, "run-1", "000002.json");
  writeFileSync(bad, '{"v":1,"label":"x"');
  const folder = readRunFolder(state.leases, "run-1");
  expect(folder?.leases.map((it) => it.label)).toEqual(["first"]);
  expect(folder?.unreadable.map((it) => it.file)).toEqual([bad]);
  expect(existsSync(bad)).toBe(true);
});

const pid = fc.integer({ min: 2, max: 4_194_304 });
const startedAt = fc.nat();
const path = fc.string().map((it) => `/${it}`);
const lease = fc.letrec<{ lease: Lease }>((tie) => ({
  lease: fc.oneof(
    { depthSize: "small" },
    fc.record({ undo: fc.constant("signal" as const), signal: fc.constant("SIGCONT" as const), pid, startedAt }),
    fc.record({ undo: fc.constant("kill" as const), pid, startedAt }),
    fc.record({
      undo: fc.constant("write" as const),
      file: path,
      value: fc.string(),
      of: fc.option(fc.record({ pid, startedAt })),
    }),
    fc.record({ undo: fc.constant("cgroup" as const), paths: fc.array(path) }),
    fc.record({
      undo: fc.constant("toxic" as const),
      port: fc.integer({ min: 1, max: 65535 }),
      token: fc.string(),
      toxic: fc.string(),
    }),
    fc.record({ undo: fc.constant("processes" as const), run: fc.string({ minLength: 1 }) }),
    fc.record({ undo: fc.constant("worktree" as const), repository: path, path }),
    fc.record({ undo: fc.constant("nothing" as const), because: fc.string() }),
    fc.record({ undo: fc.constant("all" as const), of: fc.array(tie("lease"), { maxLength: 4 }) }),
  ),
})).lease;

property.prop([lease])("every lease survives the disk unchanged", (it) => {
  expect(leaseSchema.parse(JSON.parse(JSON.stringify(it)))).toEqual(it);
});

property.prop([lease, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })])(
  "a lease file cut off anywhere is never read as a lease",
  (it, where) => {
    const text = JSON.stringify(it);
    expect(() => leaseSchema.parse(JSON.parse(text.slice(0, Math.floor(where * text.length))))).toThrow();
  },
);
