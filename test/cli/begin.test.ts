import { appendFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { resumeRun } from "../../runner/cli/begin.ts";
import { readRun } from "../../runner/record/reader.ts";
import { toLine } from "../../runner/shared/lines.ts";
import { fakeRecord } from "../support/fake-record.ts";
import { scratch } from "../support/scratch.ts";
import { virtualHost } from "../support/virtual-host.ts";

test("a run goes on after its last block and trial, however long its journal is", () => {
  using folder = scratch();
  const dir = fakeRecord(folder.dir, { pairs: 3, cutAfter: 4, faults: false });
  const line = toLine({ t: 1, type: "warning", trial: null, text: "x" });
  appendFileSync(join(dir, "journal.ndjson"), line.repeat(200_000));
  const { scenario, environment } = readRun(dir);
  const host = virtualHost({ now: 0 }, { XDG_STATE_HOME: folder.dir });
  const { record, from } = resumeRun(host, folder.dir, basename(dir), scenario, environment);
  record.close();
  expect(from).toEqual({ done: 2, lastBlock: 3, lastTrial: 4 });
});
