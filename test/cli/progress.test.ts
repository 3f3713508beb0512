/** The progress block on a terminal: what is erased has to be what was painted. */
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { followProgress } from "../../runner/cli/run/progress.ts";
import type { Progress } from "../../runner/orchestrate/progress.ts";
import type { Event, JournalLine } from "../../runner/record/events.ts";
import type { RunFile } from "../../runner/record/run-file.ts";
import type { RecordWriter } from "../../runner/record/writer.ts";
import { fakeScenario } from "../support/fake-scenario.ts";
import { virtualHost } from "../support/virtual-host.ts";

const scenario = fakeScenario({ name: "a-scenario-whose-name-is-rather-long" });
const run = { scenario, order: [["baseline", "candidate"]] } as unknown as RunFile;
const record = { onEvent: () => ({ [Symbol.dispose]: () => undefined }) } as unknown as RecordWriter;
const progress: Progress = {
  trial: 1,
  block: 1,
  arm: "candidate",
  phase: "squeeze",
  phaseElapsedMs: 2_000,
  phaseLengthMs: 6_000,
  elapsedMs: 12_000,
  lengthMs: 24_000,
  due: 300,
  failedRatio: 0.031,
  dropped: 12,
  p99: 214,
  targets: [{ name: "shop", ready: 2, desired: 3 }],
};

/** What is painted, as rows without colours. */
function painted(columns: number, color: boolean): { readonly rows: readonly string[]; readonly colors: number } {
  const written: string[] = [];
  const out = { write: (it: string) => void written.push(it), isTTY: true, columns };
  const host = { ...virtualHost({ now: 1_000 }), stderr: out };
  const cli = { host, json: false, quiet: false, verbose: false, color: { out: color, err: color } };
  followProgress(cli, run, record, { done: 0, lastBlock: 0, lastTrial: 0 }).progress(progress);
  const text = written.join("");
  return { rows: stripVTControlCharacters(text).split("\n").slice(0, -1), colors: text.split("\u001b[").length - 1 };
}

test.each([60, 20, 1])("no line is wider than a terminal of %i columns, with colours or without", (columns) => {
  for (const color of [true, false]) {
    const { rows } = painted(columns, color);
    expect(rows).toHaveLength(2);
    for (const row of rows) expect([...row].length).toBeLessThanOrEqual(columns);
    expect(rows[0]?.endsWith("…")).toBe(true);
  }
});

test("a wide terminal gets all of it, the colours where they belong", () => {
  const { rows, colors } = painted(200, true);
  expect(rows[0]).toContain("pair 1 of 1  candidate  ████████░░░░░░░  squeeze 2 of 6 s");
  expect(rows[1]).toContain("shop 2 of 3 ready");
  expect(colors).toBe(4);
});

test("a log gets a line for each phase of each trial", () => {
  const written: string[] = [];
  const host = {
    ...virtualHost({ now: 1_000 }),
    stderr: { write: (it: string) => void written.push(it), isTTY: false, columns: 80 },
  };
  const cli = { host, json: false, quiet: false, verbose: false, color: { out: false, err: false } };
  const view = followProgress(cli, run, record, { done: 0, lastBlock: 0, lastTrial: 0 });
  const steady = { ...progress, phase: "steady", phaseLengthMs: 2_500 };
  for (const it of [steady, steady, progress, progress, { ...steady, trial: 2 }]) view.progress(it);
  expect(written).toEqual(["  steady, 2.50 s\n", "  squeeze, 6.00 s\n", "  steady, 2.50 s\n"]);
});

/** A log of a run of so many blocks: what it holds, and what tells it of an event. */
function log(blocks = 1) {
  const written: string[] = [];
  const host = {
    ...virtualHost({ now: 1_000 }),
    stderr: { write: (it: string) => void written.push(it), isTTY: false, columns: undefined },
  };
  const cli = { host, json: false, quiet: false, verbose: false, color: { out: false, err: false } };
  const heard: ((line: JournalLine) => void)[] = [];
  const listening = {
    onEvent: (it: (line: JournalLine) => void) => {
      heard.push(it);
      return { [Symbol.dispose]: () => undefined };
    },
  };
  const of = { ...run, order: Array.from({ length: blocks }, () => ["baseline", "candidate"]) };
  followProgress(cli, of, listening as unknown as RecordWriter, { done: 0, lastBlock: 0, lastTrial: 0 });
  const tell = (event: Event) => heard[0]?.({ v: 1, seq: 1, t: 1, ...event } as JournalLine);
  return { written, tell };
}

test("what an instance wrote moves no cursor and paints nothing", () => {
  const { written, tell } = log();
  const reason = "its last output:\n  | \u001b[31mred\u001b[2J\u001b]0;title\u0007 \u202eover\u0008\r\n  | more";
  tell({ type: "trial.end", trial: 1, outcome: "failed", reason });
  expect(written).toEqual(["! trial 1 failed: its last output:\n  | red \ufffdover\ufffd\n  | more\n"]);
});

test("a target that somebody else runs is ready at its own address", () => {
  const { written, tell } = log();
  const ready = { type: "target.ready", trial: 1, target: "shop", host: "127.0.0.1", port: 4000 } as const;
  for (const instances of [3, 0]) tell({ ...ready, instances, confinement: "none" });
  expect(written).toEqual([
    "  shop ready: 3 instances at 127.0.0.1:4000\n",
    "  shop ready, reached through 127.0.0.1:4000\n",
  ]);
});

test("a look that ends the run before its last block says so", () => {
  const { written, tell } = log(8);
  tell({ type: "look", look: 1, blocks: 3, decision: "more" });
  tell({ type: "look", look: 2, blocks: 5, decision: "stop" });
  expect(written).toEqual([`${scenario.name}  decided at the look after 5 of 8 blocks: the run ends here\n`]);
  const last = log(8);
  last.tell({ type: "look", look: 3, blocks: 8, decision: "stop" });
  expect(last.written).toEqual([]);
});
