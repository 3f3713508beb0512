/** One fault's way through a trial: a fake fault at the seam; the leases, their undo and the files they write back are real. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import type { Deed, Fault } from "../../runner/faults/fault.ts";
import { type InjectContext, inject } from "../../runner/orchestrate/inject.ts";
import type { PlannedFault } from "../../runner/orchestrate/schedule.ts";
import type { EventBody } from "../../runner/targets/context.ts";
import { readRunFolder } from "../../runner/undo/folder.ts";
import { openLeases } from "../../runner/undo/store.ts";
import { eventually } from "../support/eventually.ts";
import { instanceOf, targetOf } from "../support/one-instance.ts";
import { scratch } from "../support/scratch.ts";
import { stateHost } from "../support/state-host.ts";

const hour = 3_600_000;

interface Case extends Disposable {
  readonly context: InjectContext;
  readonly events: EventBody[];
  readonly types: () => string[];
  /** Leases that the disk has at the moment. */
  readonly onDisk: () => readonly unknown[];
  /** A file that the fault on an instance changes and its undo sets back. */
  readonly fileOf: (instance: string) => string;
  readonly stop: () => void;
  /** Squeezes the first `count` instances, unless `deed` says otherwise. */
  readonly fault: (count: number, deed?: Partial<Deed>) => Fault;
}

function aCase(changes: Partial<InjectContext> = {}): Case {
  const state = stateHost();
  const files = scratch();
  const { host } = state;
  const run = "inject-test";
  const leases = openLeases(host, run);
  const events: EventBody[] = [];
  const stopping = new AbortController();
  const target = targetOf([0, 1, 2].map((i) => instanceOf({ pid: process.pid, startedAt: 1 }, i)));
  const fileOf = (instance: string) => join(files.dir, instance);
  for (const { id } of target.instances()) writeFileSync(fileOf(id), "former\n");
  return {
    events,
    fileOf,
    types: () => events.map((it) => it.type),
    onDisk: () => readRunFolder(state.leases, run)?.leases.map((it) => it.lease) ?? [],
    stop: () => stopping.abort(),
    context: {
      host,
      env: {},
      log: () => undefined,
      journal: (event) => events.push(event),
      leases,
      target,
      random: () => 0,
      loadStart: host.clock.now(),
      unsteady: () => null,
      hit: new Set(),
      maxTargets: 1,
      signal: stopping.signal,
      ...changes,
    },
    fault: (count, deed = {}) => ({
      kind: "squeeze",
      help: "for tests",
      options: z.strictObject({}),
      requires: [],
      nature: "lasting",
      hits: "instances",
      reach: () => count,
      plan: (_, { instances }) =>
        instances()
          .slice(0, count)
          .map(({ id }) => ({
            instance: id,
            does: `squeeze ${id}`,
            undo: "set it back",
            lease: async () => ({ undo: "write", file: fileOf(id), value: "former", of: null }),
            apply: async () => writeFileSync(fileOf(id), "squeezed\n"),
            landed: async () => ({ grade: "A", text: "seen" }),
            ...deed,
          })),
    }),
    [Symbol.dispose]: () => {
      files[Symbol.dispose]();
      state[Symbol.dispose]();
    },
  };
}

/** Begins at once; without `end` it lasts until it is stopped. */
const planned = (name = "it", end = hour): PlannedFault => ({
  fault: {
    name,
    kind: "squeeze",
    target: "shop",
    phase: "calm",
    atMs: 0,
    forMs: null,
    recovered: null,
    options: {},
  },
  start: 0,
  end,
  reference: null,
});

const whole = ["intent", "leased", "applied", "acknowledged", "reverting", "reverted", "released"];
const steps = (names: readonly string[]) => names.map((it) => `fault.${it}`);

test("each step is journaled in its order, between a lease on the disk and its release", async () => {
  using it = aCase();
  const lease = { undo: "write", file: it.fileOf("shop-0"), value: "former", of: null };
  let told: readonly string[] = [];
  let held: readonly unknown[] = [];
  const apply = async () => {
    [told, held] = [it.types(), it.onDisk()];
    writeFileSync(it.fileOf("shop-0"), "squeezed\n");
  };
  expect(await inject(planned("it", 50), it.fault(1, { apply }), it.context)).toEqual([]);
  expect(told).toEqual(steps(["intent", "leased"]));
  expect(held).toEqual([lease]);
  expect(it.types()).toEqual(steps(whole));
  const at = { fault: "it", target: "shop", instance: "shop-0" };
  expect(it.events[0]).toEqual({ type: "fault.intent", does: "squeeze shop-0", undo: "set it back", ...at });
  expect(it.events[3]).toEqual({ type: "fault.acknowledged", evidence: { grade: "A", text: "seen" }, ...at });
  expect(readFileSync(it.fileOf("shop-0"), "utf8")).toBe("former\n");
  expect(it.onDisk()).toEqual([]);
  expect([...it.context.hit]).toEqual([]);
});

test("every instance that is hit has steps and a lease of its own", async () => {
  using it = aCase();
  expect(await inject(planned("it", 50), it.fault(3), it.context)).toEqual([]);
  for (const instance of ["shop-0", "shop-1", "shop-2"]) {
    const its = it.events.filter((event) => "instance" in event && event.instance === instance);
    expect(its.map((event) => event.type)).toEqual(steps(whole));
  }
});

test("a fault that would hit more instances than allowed is skipped, with the reason", async () => {
  using it = aCase({ maxTargets: 0.5 });
  expect(await inject(planned(), it.fault(2), it.context)).toEqual([]);
  const reason = "it would hit 2 of 3 instances at one time, safety.maxTargets allows 1";
  expect(it.events).toEqual([{ type: "fault.skipped", fault: "it", reason }]);
  expect(readFileSync(it.fileOf("shop-0"), "utf8")).toBe("former\n");
});

test("instances that other faults hold count too, once each, until the last of those faults is reverted", async () => {
  using it = aCase({ maxTargets: 0.34 });
  const short = new AbortController();
  const first = inject(planned("first"), it.fault(1), { ...it.context, signal: short.signal });
  const second = inject(planned("second"), it.fault(1), it.context);
  await eventually(() => expect(it.types().filter((type) => type === "fault.acknowledged")).toHaveLength(2));
  short.abort();
  expect(await first).toEqual([]);

  const other: Fault = {
    ...it.fault(1),
    plan: (...of) =>
      it
        .fault(2)
        .plan(...of)
        .slice(1),
  };
  expect(await inject(planned("third", 0), other, it.context)).toEqual([]);
  expect(it.events.at(-1)).toMatchObject({ type: "fault.skipped", fault: "third" });
  it.stop();
  expect(await second).toEqual([]);
  const { signal } = new AbortController();
  expect(await inject(planned("fourth", 0), other, { ...it.context, signal })).toEqual([]);
  expect(it.events.at(-1)).toMatchObject({ type: "fault.released", fault: "fourth" });
});

test("links are not instances: they are hit whatever the limit is", async () => {
  using it = aCase({ maxTargets: 0 });
  expect(await inject(planned("it", 0), { ...it.fault(1), hits: "link" }, it.context)).toEqual([]);
  expect(it.types()).toEqual(steps(whole));
});

test("a system that is not steady is left alone, and so is one with nobody to hit", async () => {
  using it = aCase();
  await inject(planned(), it.fault(1), { ...it.context, unsteady: () => "shop was short of instances" });
  await inject(planned(), it.fault(0), it.context);
  expect(it.events).toEqual([
    { type: "fault.skipped", fault: "it", reason: "shop was short of instances" },
    { type: "fault.skipped", fault: "it", reason: "no instance of shop was ready" },
  ]);
});

test("a deed that fails half-way did not land, and is reverted all the same", async () => {
  using it = aCase();
  const apply = async () => {
    writeFileSync(it.fileOf("shop-0"), "squeezed\n");
    throw new Error("half-way");
  };
  expect(await inject(planned("it", 50), it.fault(1, { apply }), it.context)).toEqual([]);
  expect(it.types()).toEqual(steps(["intent", "leased", "not-landed", "reverting", "reverted", "released"]));
  expect(it.events[2]).toMatchObject({ reason: "half-way", instance: "shop-0" });
  expect(readFileSync(it.fileOf("shop-0"), "utf8")).toBe("former\n");
  expect(it.onDisk()).toEqual([]);
});

test("without a lease nothing is done", async () => {
  using it = aCase();
  const lease = () => Promise.reject(new Error("no ballast"));
  const apply = async () => expect.unreachable();
  expect(await inject(planned("it", 0), it.fault(1, { lease, apply }), it.context)).toEqual([]);
  expect(it.types()).toEqual(steps(["intent", "not-landed"]));
  expect(it.events[1]).toMatchObject({ reason: "no ballast" });
});

for (const [how, landed, reason] of [
  ["is never seen", async () => null, "no proof while it was on: squeeze shop-0"],
  ["is contradicted", () => Promise.reject(new Error("it was never throttled")), "it was never throttled"],
] as const) {
  test(`a fault whose proof ${how} did not land, told once when it ends`, async () => {
    using it = aCase();
    expect(await inject(planned("it", 100), it.fault(1, { landed }), it.context)).toEqual([]);
    expect(it.types()).toEqual(
      steps(["intent", "leased", "applied", "not-landed", "reverting", "reverted", "released"]),
    );
    expect(it.events[3]).toMatchObject({ reason });
  });
}

test("a fault that can tell what kept its proof away says so", async () => {
  using it = aCase();
  const fault = it.fault(1, { landed: async () => null, unproved: "it had not ended yet" });
  await inject(planned("it", 50), fault, it.context);
  expect(it.events[3]).toMatchObject({
    reason: "no proof while it was on: squeeze shop-0: it had not ended yet",
  });
});

test("proof is asked for again until it is there", async () => {
  using it = aCase();
  let asked = 0;
  const landed = async () => {
    asked++;
    if (asked === 1) throw new Error("not throttled yet");
    return asked === 2 ? null : ({ grade: "B", text: "throttled" } as const);
  };
  const done = inject(planned(), it.fault(1, { landed }), it.context);
  await eventually(() => expect(it.types()).toEqual(steps(whole.slice(0, 4))));
  expect(asked).toBe(3);
  it.stop();
  await done;
});

test("the end of the trial reverts a fault at once", async () => {
  using it = aCase();
  const done = inject(planned(), it.fault(2), it.context);
  await eventually(() => expect(it.types().filter((type) => type === "fault.acknowledged")).toHaveLength(2));
  expect(readFileSync(it.fileOf("shop-1"), "utf8")).toBe("squeezed\n");
  it.stop();
  expect(await done).toEqual([]);
  expect(it.types().filter((type) => type === "fault.released")).toHaveLength(2);
  expect(readFileSync(it.fileOf("shop-1"), "utf8")).toBe("former\n");
});

test("after the end of the trial no fault begins", async () => {
  using it = aCase();
  const done = inject({ ...planned(), start: hour, end: 2 * hour }, it.fault(1), it.context);
  it.stop();
  expect(await done).toEqual([]);
  expect(it.events).toEqual([]);
});

test("what could not be undone is returned and keeps its lease, and the other instances are reverted", async () => {
  using it = aCase();
  // A folder can't be written back.
  const stuck = it.fileOf("stuck");
  mkdirSync(stuck);
  const fault: Fault = {
    ...it.fault(2),
    plan: (...of) => {
      const [first, second] = it.fault(2).plan(...of) as [Deed, Deed];
      return [{ ...first, lease: async () => ({ undo: "write", file: stuck, value: "former", of: null }) }, second];
    },
  };
  const [failure, ...more] = await inject(planned("it", 50), fault, it.context);
  expect(more).toEqual([]);
  expect(failure).toEqual({ reason: expect.stringContaining(stuck), mend: expect.stringContaining(stuck) });
  expect(it.events.filter((event) => event.type === "fault.unreverted")).toEqual([
    { type: "fault.unreverted", fault: "it", target: "shop", instance: "shop-0", ...failure },
  ]);
  expect(it.onDisk()).toEqual([{ undo: "write", file: stuck, value: "former", of: null }]);
  expect(it.context.leases.all()).toHaveLength(1);
  // It is still hit: no other fault may take that for free.
  expect([...it.context.hit]).toEqual(["it shop/shop-0"]);
  const released = it.events.filter((event) => event.type === "fault.released");
  expect(released).toMatchObject([{ instance: "shop-1" }]);
  expect(readFileSync(it.fileOf("shop-1"), "utf8")).toBe("former\n");
});
