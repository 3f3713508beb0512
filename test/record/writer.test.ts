/** A record is written as the run goes, and what is there can be read at any moment. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Event, JournalLine } from "../../runner/record/events.ts";
import { readJournal, readLatency, readRun, readSeries } from "../../runner/record/reader.ts";
import type { RunFile } from "../../runner/record/run-file.ts";
import { createRecord, DiskFull, reopenRecord } from "../../runner/record/writer.ts";
import { UserError } from "../../runner/shared/errors.ts";
import { eventually } from "../support/eventually.ts";
import { fakeScenario } from "../support/fake-scenario.ts";
import { needs } from "../support/needs.ts";
import { scratch } from "../support/scratch.ts";
import { smallDisk } from "../support/small-disk.ts";
import { virtualHost } from "../support/virtual-host.ts";

const runOf = (given: Partial<RunFile> = {}): RunFile => ({
  ...{
    schema: 1,
    id: "20261121T0912Z-k3f",
    scenario: fakeScenario({ faults: false }),
    source: "name: shop",
    zero: 1000,
  },
  ...{ startedAt: "2026-11-21T09:12:00.000Z", order: [["baseline", "candidate"]], command: ["shakedown", "run"] },
  versions: { shakedown: "0.1.0", node: "v24" },
  host: { platform: "linux", kernel: "6", cpus: 2, cpuModel: "x", memory: 1 },
  environment: { kernel: "6" },
  ...given,
});
const start: Event = { type: "run.start", run: "20261121T0912Z-k3f", at: "2026-11-21T09:12:00.000Z" };
const warning = (text: string): Event => ({ type: "warning", trial: null, text });
const self = {
  v: 1,
  worker: 0,
  type: "self",
  t: 1,
  cpu: 0,
  loopP99: 0,
  lagP50: null,
  lagP99: null,
  inFlight: 0,
  connections: 0,
  rss: 1,
} as const;

describe("the folder of a run", () => {
  test("is named by scenario and run, and holds what was given", () => {
    using tmp = scratch();
    const record = createRecord(virtualHost({ now: 1000 }), { root: tmp.dir, run: runOf() });
    record.close();
    expect(record.dir).toBe(join(tmp.dir, "shop-survives", "20261121T0912Z-k3f"));
    expect(readRun(record.dir)).toEqual(runOf());
    expect(readdirSync(record.dir).sort()).toEqual(["journal.ndjson", "run.json"]);
  });

  test("is never written over", () => {
    using tmp = scratch();
    createRecord(virtualHost({ now: 0 }), { root: tmp.dir, run: runOf() }).close();
    expect(() => createRecord(virtualHost({ now: 0 }), { root: tmp.dir, run: runOf() })).toThrow(UserError);
  });

  test("holds no secret of the environment or of a target", () => {
    using tmp = scratch();
    const scenario = fakeScenario({ faults: false });
    const [arm] = scenario.arms;
    const targets =
      arm?.targets.map((it) => (it.kind === "process" ? { ...it, env: { DB_PASSWORD: "hunter2!" } } : it)) ?? [];
    const run = runOf({
      scenario: { ...scenario, arms: arm ? [{ ...arm, targets }] : [] },
      source: "DB_PASSWORD: hunter2!",
    });
    const record = createRecord(virtualHost({ now: 0 }, { API_TOKEN: "s3cr3t-value" }), { root: tmp.dir, run });
    const seen: JournalLine[] = [];
    record.onEvent((line) => seen.push(line));
    record.journal(warning("connecting with hunter2! and s3cr3t-value"));
    record.close();
    const written = ["run.json", "journal.ndjson"].map((it) => readFileSync(join(record.dir, it), "utf8")).join();
    for (const secret of ["hunter2!", "s3cr3t-value"]) {
      expect(written).not.toContain(secret);
      expect(JSON.stringify(seen)).not.toContain(secret);
    }
    expect(record.run).toBe(run);
  });
});

describe("the journal", () => {
  test("numbers its lines on the run's clock, and tells listeners what was written", () => {
    using tmp = scratch();
    const time = { now: 1000 };
    const record = createRecord(virtualHost(time), { root: tmp.dir, run: runOf() });
    const seen: JournalLine[] = [];
    using _ = record.onEvent((line) => seen.push(line));
    record.journal(start);
    time.now = 1012.3456789;
    record.journal(warning("late"));
    expect(readJournal(record.dir).lines).toEqual(seen);
    expect(seen.map(({ seq, t }) => ({ seq, t }))).toEqual([
      { seq: 0, t: 0 },
      { seq: 1, t: 12.346 },
    ]);
    record.close();
  });

  test("waits for the disk where the order of deeds matters, and only there", () => {
    using tmp = scratch();
    const host = virtualHost({ now: 0 });
    const durable: string[] = [];
    const record = createRecord(
      {
        ...host,
        appendDurable: (fd, text) => {
          durable.push(JSON.parse(text).type);
          host.appendDurable(fd, text);
        },
      },
      { root: tmp.dir, run: runOf() },
    );
    const of = { trial: 1, fault: "f", target: "t", instance: "i" };
    record.journal(start);
    record.journal({ type: "fault.applied", ...of });
    record.journal(warning("plain"));
    record.journal({ type: "instance.ready", trial: 1, target: "t", instance: "i" });
    record.journal({ type: "trial.end", trial: 1, outcome: "ok", reason: null });
    record.journal({ type: "run.end", status: "completed", reason: null });
    record.close();
    expect(durable).toEqual(["run.start", "fault.applied", "trial.end", "run.end"]);
    expect(readJournal(record.dir).lines).toHaveLength(6);
  });
});

describe("a resumed run", () => {
  test("goes on with its numbers and its clock, also on a machine that was started anew", () => {
    using tmp = scratch();
    const time = { now: 1000 };
    const first = createRecord(virtualHost(time), { root: tmp.dir, run: runOf() });
    first.journal(start);
    time.now = 6000;
    first.journal(warning("five seconds in"));
    first.close();
    const again = { now: 40 };
    const second = reopenRecord(virtualHost(again), first.dir, first.run.scenario);
    second.journal({ type: "run.resume", run: second.run.id, at: "2026-11-22T00:00:00.000Z", zero: second.zero });
    again.now = 140;
    second.journal(warning("a tenth later"));
    second.close();
    expect(readJournal(first.dir).lines.map(({ seq, t }) => [seq, t])).toEqual([
      [0, 0],
      [1, 5000],
      [2, 5000],
      [3, 5100],
    ]);
  });

  test("writes nothing onto a line that was cut off", () => {
    using tmp = scratch();
    const first = createRecord(virtualHost({ now: 0 }), { root: tmp.dir, run: runOf() });
    first.journal(start);
    first.journal(warning("cut"));
    first.close();
    const file = join(first.dir, "journal.ndjson");
    writeFileSync(file, readFileSync(file, "utf8").slice(0, -9));
    const second = reopenRecord(virtualHost({ now: 0 }), first.dir, first.run.scenario);
    second.journal(warning("whole"));
    second.close();
    const { lines, damage } = readJournal(first.dir);
    expect(lines.map((it) => it.type === "warning" && it.text)).toEqual([false, "whole"]);
    expect(damage).toEqual(["journal.ndjson: line 2 is unreadable and left out"]);
  });
});

describe("a trial's folder", () => {
  test("gets its lines within moments, without being closed", async () => {
    using tmp = scratch();
    const record = createRecord(virtualHost({ now: 0 }), { root: tmp.dir, run: runOf() });
    const trial = record.trial(1, "baseline");
    expect(trial.dir).toBe(join(record.dir, "trial-01-baseline"));
    expect(statSync(trial.rawDir).isDirectory()).toBe(true);
    trial.latency(self);
    trial.series({ v: 1, metric: "rss", labels: {}, t: [1], x: [2] });
    await eventually(() => {
      expect(readLatency(trial.dir).lines).toEqual([self]);
      expect(readSeries(trial.dir).lines).toHaveLength(1);
    });
    record.close();
  });

  test("keeps little in memory: a flood is on the disk at once", () => {
    using tmp = scratch();
    const record = createRecord(virtualHost({ now: 0 }), { root: tmp.dir, run: runOf() });
    const trial = record.trial(1, "baseline");
    for (let i = 0; i < 5000; i++) trial.latency(self);
    expect(statSync(join(trial.dir, "latency.ndjson")).size).toBeGreaterThan(
      5000 * JSON.stringify(self).length - 2 ** 17,
    );
    trial.close();
    expect(readLatency(trial.dir).lines).toHaveLength(5000);
    record.close();
  });
});

describe("a full disk", () => {
  needs.smallDisk("is told once, keeps what is there readable, and leaves room for the end", () => {
    using disk = smallDisk(400 * 1024);
    if (disk === null) throw new Error("mounting worked a moment ago");
    const record = createRecord(virtualHost({ now: 0 }), { root: disk.dir, run: runOf() });
    record.journal(start);
    const trial = record.trial(1, "baseline");
    const flood = () => {
      for (let i = 0; i < 20_000; i++) trial.latency(self);
    };
    expect(flood).toThrow(DiskFull);
    expect(flood).not.toThrow();
    record.journal({ type: "run.end", status: "failed", reason: "no space" });
    expect(() => trial.close()).not.toThrow();
    record.close();
    const { lines, damage } = readJournal(record.dir);
    expect(lines.map((it) => it.type)).toEqual(["run.start", "run.end"]);
    expect(damage).toEqual([]);
    expect(readLatency(trial.dir).lines.length).toBeGreaterThan(1000);
  });

  needs.smallDisk("in the journal itself loses no event while the reserve lasts", () => {
    using disk = smallDisk(200 * 1024);
    if (disk === null) throw new Error("mounting worked a moment ago");
    const record = createRecord(virtualHost({ now: 0 }), { root: disk.dir, run: runOf() });
    let thrown = 0;
    let count = 0;
    for (; thrown === 0 && count < 10_000; count++) {
      try {
        record.journal(warning(`${count} ${"x".repeat(300)}`));
      } catch (error) {
        expect(error).toBeInstanceOf(DiskFull);
        thrown++;
      }
    }
    expect(thrown).toBe(1);
    record.journal({ type: "run.end", status: "failed", reason: "no space" });
    const { lines } = readJournal(record.dir);
    expect(lines).toHaveLength(count + 1);
    for (let i = 0; i < 1000; i++) record.journal(warning("y".repeat(300)));
    record.close();
    expect(readJournal(record.dir).lines.length).toBeGreaterThan(count);
  });
});
