import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { judge } from "../../reports/verdict/judge.ts";
import { historyPlace } from "../../runner/cli/history-place.ts";
import { aaSessionsOf, keepAa } from "../../runner/cli/run/aa.ts";
import { readRun } from "../../runner/record/reader.ts";
import { fakeRecord } from "../support/fake-record.ts";
import { scratch } from "../support/scratch.ts";
import { virtualHost } from "../support/virtual-host.ts";

/** An A/A session that was measured, the place where it is to be kept, and what is said when it is. */
function measured(folder: string) {
  const dir = fakeRecord(join(folder, "results"), { pairs: 5, faults: false });
  const run = readRun(dir);
  const said: string[] = [];
  const host = {
    ...virtualHost({ now: 0 }),
    cwd: folder,
    stderr: { write: (it: string) => said.push(it), isTTY: false, columns: 80 },
  };
  const cli = { host, json: false, quiet: false, verbose: false, color: { out: false, err: false } };
  const place = historyPlace(host, run.scenario, folder);
  return { place, said, run, keep: () => keepAa(cli, place, run, judge(loadEvidence(dir))) };
}

test("an A/A session after a line that was cut off is on a line of its own", () => {
  using folder = scratch();
  const { place, run, keep, said } = measured(folder.dir);
  keep();
  appendFileSync(place.calibration, '{"v":1,"cut":');
  keep();
  const { sessions, problems } = aaSessionsOf(place, run.scenario);
  expect(sessions).toHaveLength(2);
  expect(problems).toHaveLength(1);
  expect(said.at(-1)).toContain("kept as A/A session 2");
});

test("an A/A session that can't be written is told, and costs the run nothing else", () => {
  using folder = scratch();
  const { place, keep, said } = measured(folder.dir);
  writeFileSync(place.folder, "a file where the folder belongs");
  keep();
  expect(said.join("")).toMatch(/^! this A\/A session is not kept: .* could not be written/);
  expect(existsSync(place.calibration)).toBe(false);
});
