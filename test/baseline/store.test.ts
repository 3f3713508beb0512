/** From a record to a stored baseline, to text, and back. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { scalarsOf, where } from "../../reports/analyses/centers.ts";
import { type StoredBaseline, serialize } from "../../reports/baseline/format.ts";
import { readBaseline } from "../../reports/baseline/read.ts";
import { type StoreOptions, storedFrom } from "../../reports/baseline/store.ts";
import { changesBetween, rowsOf } from "../../reports/baseline/summary.ts";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { type FakeRecord, fakeRecord } from "../support/fake-record.ts";
import { absolute, condition, relative } from "../support/fake-scenario.ts";

const root = mkdtempSync(join(tmpdir(), "shakedown-baseline-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;

const evidenceOf = (given: FakeRecord) => loadEvidence(fakeRecord(join(root, String(++made)), given));
const stored = (given: FakeRecord, options: Partial<StoreOptions> = {}): StoredBaseline =>
  storedFrom(evidenceOf(given), { arm: "candidate", verdict: "pass", forced: false, ...options });
const short: FakeRecord = { faults: false, pairs: 3, gates: [] };
const mend = "shakedown baseline accept <run>";
const sampleOf = ({ samples }: StoredBaseline, metric: string, at: Readonly<Record<string, string>> = {}) =>
  samples.filter(
    (it) => it.metric === metric && Object.entries(at).every(([name, value]) => it[name as "phase"] === value),
  );

describe("a stored baseline", () => {
  const three = stored({ pairs: 3 });

  test("holds a value of every trial for every metric that was measured, wherever the full table shows it", () => {
    expect(three.trials.map((it) => it.block)).toEqual([1, 2, 3]);
    expect(sampleOf(three, "latency.p50").map((it) => it.phase ?? it.request)).toEqual([
      "steady",
      "steady",
      "steady",
      "kill",
      "slow",
      "squeeze",
    ]);
    expect(sampleOf(three, "latency.p50", { phase: "steady" }).map((it) => it.request)).toEqual([
      undefined,
      "checkout",
      "browse",
    ]);
    expect(sampleOf(three, "recovery.time").map((it) => it.fault)).toEqual(["one-dies", "slow-db", "hungry"]);
    expect(sampleOf(three, "memory.peak").map((it) => it.target)).toContain("db");
    for (const it of three.samples) expect(it.values, it.metric).toHaveLength(3);
  });

  test("holds what the trials measured, to five digits", () => {
    const evidence = evidenceOf(short);
    const measured = scalarsOf(evidence, "candidate", where("latency.p99", { phase: "steady" })).map(({ scalar }) =>
      scalar.kind === "value" ? Number(scalar.value.toPrecision(5)) : scalar,
    );
    const [sample] = sampleOf(stored(short), "latency.p99", { phase: "steady" });
    expect(sample?.values).toEqual(measured);
  });

  test("holds what gates ask where the full table does not look, with the errors that a latency gate implies", () => {
    const gates = [condition({ metric: "latency.p90", request: "browse", phase: "kill", margin: relative(0.1) })];
    const at = { request: "browse", phase: "kill" };
    const asked = stored({ pairs: 2, gates });
    expect(sampleOf(asked, "latency.p90", at)).toHaveLength(1);
    expect(sampleOf(asked, "errors.ratio", at)).toHaveLength(1);
    expect(sampleOf(three, "latency.p90", at)).toHaveLength(0);
  });

  test("a failed trial is worst in every metric, and one that the harness broke is not in it", () => {
    const outcomes = {
      1: { outcome: "failed", reason: "never ready" },
      4: { outcome: "failed", reason: "never ready" },
    } as const;
    const one = stored({ ...short, arms: ["candidate"], pairs: 4, outcomes });
    expect(one.trials.map((it) => it.outcome)).toEqual(["failed", "ok", "ok", "failed"]);
    expect(sampleOf(one, "throughput")[0]?.values).toEqual(["worst", expect.any(Number), expect.any(Number), "worst"]);
    const broken = { 2: { outcome: "broken", reason: "no space left" } } as const;
    const other = stored({ ...short, arms: ["candidate"], pairs: 3, outcomes: broken });
    expect(other.trials.map((it) => it.block)).toEqual([1, 3]);
  });

  test("where a fault did not land there is no value, only the reason, and only where it was asked", () => {
    const gates = [
      condition({ metric: "recovery.time", fault: "one-dies", margin: absolute(500) }),
      condition({ metric: "latency.p50", phase: "kill", margin: relative(0.1) }),
    ];
    const it = stored({ pairs: 2, gates, notLanded: ["one-dies"] });
    for (const sample of [
      ...sampleOf(it, "recovery.time", { fault: "one-dies" }),
      ...sampleOf(it, "latency.p50", { phase: "kill" }),
    ]) {
      expect(sample.values).toBeUndefined();
      expect(sample.absent).toContain("did not land");
    }
    expect(sampleOf(it, "latency.p95", { phase: "kill" })).toEqual([]);
    expect(sampleOf(it, "recovery.time", { fault: "slow-db" })[0]?.values).toHaveLength(2);
  });

  test("keeps the values of the reference arm of the same blocks, and its hash", () => {
    const it = stored({ ...short, arms: ["candidate", "reference"] });
    expect(it.reference).toBe("hash-of-reference");
    expect(sampleOf(it, "cpu.per-request")[0]?.reference).toHaveLength(3);
    expect(stored(short).reference).toBeNull();
    expect(sampleOf(stored(short), "cpu.per-request")[0]?.reference).toBeUndefined();
  });

  test("says of an arm that is not there which there are, and refuses a single trial and an older record", () => {
    expect(() => stored(short, { arm: "canary" })).toThrow("no arm named canary");
    expect(() => stored({ ...short, pairs: 1 })).toThrow("nothing can be compared with fewer than 2");
    const older: FakeRecord = {
      ...short,
      scenario: (it) => ({ ...it, arms: it.arms.map(({ setup: _, ...arm }) => arm) }),
    };
    expect(() => stored(older)).toThrow("did not note what it measured under");
  });
});

describe("its text", () => {
  const it = stored({ pairs: 2, arms: ["candidate", "reference"] });
  const text = serialize(it);

  test("is read back as it was, and is the same each time", () => {
    expect(readBaseline(text, "shop.baseline.json", mend)).toEqual(it);
    expect(serialize(readBaseline(text, "shop.baseline.json", mend))).toBe(text);
    expect(serialize(stored({ pairs: 2, arms: ["candidate", "reference"] }))).toBe(text);
  });

  test("has a line for each metric and place, so that a review shows what changed", () => {
    const lines = text.split("\n");
    expect(lines.filter((line) => line.startsWith('    { "metric": '))).toHaveLength(it.samples.length);
    expect(lines.filter((line) => line.startsWith('    { "trial": '))).toHaveLength(2);
    expect(lines.find((line) => line.includes('"throughput"'))).toMatch(
      /^ {4}\{ "metric": "throughput", "phase": "steady", "unit": "1\/s", "values": \[[\d.]+, [\d.]+\], "reference": \[[\d.]+, [\d.]+\] \},$/,
    );
  });

  /** Loose on purpose: it is broken by hand. */
  interface RawSample {
    [field: string]: unknown;
    values?: unknown[];
  }
  interface Raw {
    [field: string]: unknown;
    samples: [RawSample, RawSample, ...RawSample[]];
    trials: unknown[];
  }
  const broken = (change: (raw: Raw) => void): string => {
    const raw: Raw = JSON.parse(text);
    change(raw);
    return JSON.stringify(raw);
  };

  test.each([
    ["is cut off", text.slice(0, 900), "it is no JSON"],
    ["is empty", "", "it is no JSON"],
    ["is something else", "{}", "it has no schema version"],
    ["is a list", "[]", "it has no schema version"],
    [
      "is newer",
      broken((raw) => {
        raw.schema = 2;
      }),
      "has schema 2; this version reads up to 1",
    ],
    [
      "misses a field",
      broken((raw) => {
        delete raw.hash;
      }),
      "is damaged: hash: ",
    ],
    [
      "has one more",
      broken((raw) => {
        raw.note = "by hand";
      }),
      "is damaged: its fields: ",
    ],
    [
      "has a word for a value",
      broken((raw) => {
        raw.samples[1].values = ["fast", 1];
      }),
      "is damaged: samples.1.values.0: ",
    ],
    [
      "lost a value",
      broken((raw) => {
        raw.samples[0].values?.pop();
      }),
      "has 1 values for 2 trials",
    ],
    [
      "lost a trial",
      broken((raw) => {
        raw.trials.pop();
      }),
      "it has fewer than two trials",
    ],
    [
      "says a thing twice",
      broken((raw) => {
        raw.samples.push(raw.samples[0]);
      }),
      "is in it twice",
    ],
    [
      "has another unit",
      broken((raw) => {
        raw.samples[0].unit = "s";
      }),
      "is in s, but this version measures it in ms",
    ],
    [
      "has no values",
      broken((raw) => {
        delete raw.samples[0].values;
      }),
      "needs values, or why it is absent",
    ],
    [
      "has a reference without a hash",
      broken((raw) => {
        raw.reference = null;
      }),
      "values of a reference, which has no hash",
    ],
  ])("that %s is an error that names the command to mend it", (_, given, why) => {
    let error: { message: string; hint?: string } = { message: "nothing was thrown" };
    try {
      readBaseline(given, "shop.baseline.json", mend);
    } catch (thrown) {
      error = thrown as typeof error;
    }
    expect(error.message).toContain("the stored baseline shop.baseline.json");
    expect(error.message).toContain(why);
    expect(error.hint).toContain(mend);
  });
});

describe("what a new one changed", () => {
  const before = stored(short);

  test("is nothing against itself", () => {
    expect(changesBetween(before, before)).toEqual({
      moved: [],
      stayed: rowsOf(before).length,
      added: 0,
      gone: 0,
      around: [],
    });
  });

  test("is told for each metric whose center left the range of the old trials, and of what is around it", () => {
    const after = stored({ ...short, effect: { cpu: 2 }, environment: { kernel: "6.19.0" } });
    const changes = changesBetween(before, after);
    expect(changes.moved.map(({ is }) => is.place.metric)).toContain("cpu.per-request");
    expect(changes.moved.map(({ is }) => is.place.metric)).not.toContain("memory.peak");
    expect(changes.around).toEqual(["kernel was 6.18.0, is 6.19.0"]);
    const other = { ...before, setup: { ...before.setup, load: "load-2" }, reference: "hash" };
    expect(changesBetween(before, other).around).toEqual(["load changed", "reference arm added"]);
  });
});
