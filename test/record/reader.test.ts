/** A record stays readable, however it was cut off. */
import { cpSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fc, test as prop } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { migrated } from "../../runner/record/migrations.ts";
import { findRun, listRuns, readJournal, readLatency, readRun, readSeries } from "../../runner/record/reader.ts";
import { fakeRecord } from "../support/fake-record.ts";
import { scratch } from "../support/scratch.ts";

const problemOf = (act: () => unknown): { message: string; hint: string | undefined } => {
  try {
    act();
  } catch (error) {
    const { name, message, hint } = error as Error & { hint?: string };
    expect(name).toBe("UserError");
    return { message, hint };
  }
  throw new Error("nothing was thrown");
};

describe("run.json", () => {
  const broken = (change: (run: Record<string, unknown>) => unknown) => {
    using tmp = scratch();
    const dir = fakeRecord(tmp.dir, { pairs: 0 });
    const file = join(dir, "run.json");
    writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, "utf8")))));
    return problemOf(() => readRun(dir));
  };

  test("of a newer schema is refused with the version that wrote it", () => {
    const { message, hint } = broken((run) => ({ ...run, schema: 7, versions: { shakedown: "9.1.0" } }));
    expect(message).toContain("schema 7, written by shakedown 9.1.0");
    expect(hint).toContain("9.1.0");
  });

  test("that is no record's is refused in words", () => {
    expect(broken(() => []).message).toContain("no schema version");
    expect(broken(() => ({ schema: 1 })).message).toContain("is damaged: id");
    using tmp = scratch();
    expect(problemOf(() => readRun(tmp.dir)).message).toContain("is not a record");
  });

  test("may hold more than this version knows", () => {
    using tmp = scratch();
    const dir = fakeRecord(tmp.dir, { pairs: 0 });
    const file = join(dir, "run.json");
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), future: { x: 1 } }));
    expect(readRun(dir)).toHaveProperty("future", { x: 1 });
  });
});

describe("lines", () => {
  const small = { pairs: 1, arms: ["baseline"], faults: false, rate: 20 } as const;

  test("are whole or left out, at every byte at which the journal may be cut", () => {
    using tmp = scratch();
    const dir = fakeRecord(tmp.dir, small);
    const file = join(dir, "journal.ndjson");
    const text = readFileSync(file, "utf8");
    const whole = readJournal(dir).lines;
    for (let size = text.length; size >= 0; size--) {
      truncateSync(file, size);
      const { lines, damage } = readJournal(dir);
      const complete = text.slice(0, size).split("\n").length - 1;
      const unended = text[size] === "\n" ? 1 : 0;
      expect(lines).toEqual(whole.slice(0, complete + unended));
      expect(damage).toEqual(
        size === 0 || unended === 1 || text[size - 1] === "\n" ? [] : ["journal.ndjson: the last line is cut off"],
      );
    }
  });

  prop.prop([fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 40 })])(
    "survive any bytes written over them",
    (position, bytes) => {
      using tmp = scratch();
      const dir = fakeRecord(tmp.dir, small);
      const trial = join(dir, "trial-01-baseline");
      const before = readLatency(trial).lines.length + readSeries(trial).lines.length;
      for (const name of ["latency.ndjson", "series.ndjson"]) {
        const file = readFileSync(join(trial, name));
        file.set(bytes, position % Math.max(1, file.length - bytes.length));
        writeFileSync(join(trial, name), file);
      }
      const after = readLatency(trial).lines.length + readSeries(trial).lines.length;
      expect(after).toBeGreaterThanOrEqual(before - 2 - 2 * bytes.filter((it) => it === 10).length - 42);
    },
  );

  test("of a kind that this version does not know are told, not fatal", () => {
    using tmp = scratch();
    const dir = fakeRecord(tmp.dir, { pairs: 0 });
    const file = join(dir, "journal.ndjson");
    const extra = ['{"v":1,"seq":9,"t":1,"type":"new.thing"}', '{"v":2,"seq":9,"t":1,"type":"run.start"}', "null", "{"];
    writeFileSync(file, `${extra.join("\n")}\n${readFileSync(file, "utf8")}`);
    const { lines, damage } = readJournal(dir);
    expect(lines.map((it) => it.type)).toEqual(["run.start", "run.end"]);
    expect(damage).toEqual(["journal.ndjson: 4 lines are (first: 1) unreadable and left out"]);
  });

  test("of an older version go through every step up to now", () => {
    const steps = [
      { from: 1, step: (_: string, it: unknown) => `${it} 1>2` },
      { from: 2, step: (_: string, it: unknown) => `${it} 2>3` },
    ];
    expect([1, 2, 3].map((version) => migrated("journal", version, "x", steps))).toEqual(["x 1>2 2>3", "x 2>3", "x"]);
  });
});

describe("finding a run", () => {
  const results = (root: string, ids: readonly string[]) => {
    using tmp = scratch();
    const dir = fakeRecord(tmp.dir, { pairs: 0 });
    for (const id of ids) cpSync(dir, join(root, "shop", id), { recursive: true });
    mkdirSync(join(root, "shop", "not-a-run"));
  };

  test("takes its path or that of a file in it, an id, or the beginning of one", () => {
    using tmp = scratch();
    results(tmp.dir, ["20261121T0912Z-k3f", "20261122T0912Z-abc"]);
    const dir = join(tmp.dir, "shop", "20261122T0912Z-abc");
    writeFileSync(join(dir, "report.html"), "");
    for (const ref of [dir, join(dir, "run.json"), join(dir, "report.html"), "20261122T0912Z-abc", "20261122"])
      expect(findRun(tmp.dir, ref)).toBe(dir);
    expect(listRuns(tmp.dir).map((it) => it.id)).toEqual(["20261122T0912Z-abc", "20261121T0912Z-k3f"]);
  });

  test("a results folder that is none is told, not taken for an empty one", () => {
    using tmp = scratch();
    const file = join(tmp.dir, "results");
    writeFileSync(file, "");
    for (const read of [() => listRuns(file), () => findRun(file, "2026")])
      expect(problemOf(read).message).toBe(`${file} can't be read: it is no folder`);
    expect(listRuns(join(tmp.dir, "nowhere"))).toEqual([]);
  });

  test("says which runs fit when several do, and what there is when none does", () => {
    using tmp = scratch();
    results(tmp.dir, ["20261121T0912Z-k3f", "20261122T0912Z-abc"]);
    expect(problemOf(() => findRun(tmp.dir, "2026")).hint).toContain("20261121T0912Z-k3f");
    expect(problemOf(() => findRun(tmp.dir, "nope")).hint).toContain("20261122T0912Z-abc");
    expect(problemOf(() => findRun(join(tmp.dir, "empty"), "nope")).hint).toContain("nothing was recorded");
    expect(readdirSync(tmp.dir)).toEqual(["shop"]);
  });
});
