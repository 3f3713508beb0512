import { expect, test } from "vitest";
import { reachedIn } from "../../runner/cli/run/begin.ts";
import type { JournalLine } from "../../runner/record/events.ts";

test("a run goes on after its last block and trial, however long its journal is", () => {
  const warning: JournalLine = { v: 1, seq: 0, t: 2, type: "warning", trial: null, text: "again" };
  const lines: JournalLine[] = [
    { v: 1, seq: 0, t: 0, type: "block.start", block: 1, order: ["baseline"] },
    { v: 1, seq: 0, t: 0, type: "trial.start", trial: 1, block: 1, arm: "baseline", dir: "trial-01-baseline" },
    { v: 1, seq: 0, t: 1, type: "block.end", block: 1 },
    { v: 1, seq: 0, t: 1, type: "block.start", block: 2, order: ["baseline"] },
    { v: 1, seq: 0, t: 1, type: "trial.start", trial: 2, block: 2, arm: "baseline", dir: "trial-02-baseline" },
    ...Array.from({ length: 2_000_000 }, () => warning),
  ];
  expect(reachedIn(lines)).toEqual({ done: 1, lastBlock: 2, lastTrial: 2 });
});
