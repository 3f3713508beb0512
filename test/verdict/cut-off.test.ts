/** A record that was cut off, in any of its files, at any byte: judged and shown all the same, and never a pass without its end. */
import { cpSync, readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { fc, test as prop } from "@fast-check/vitest";
import { afterAll, expect, test } from "vitest";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { renderHtml } from "../../reports/render/html/html.ts";
import { judge } from "../../reports/verdict/judge.ts";
import { UserError } from "../../runner/shared/errors.ts";
import { fakeRecord } from "../support/fake-record.ts";
import { condition } from "../support/fake-scenario.ts";
import { scratch } from "../support/scratch.ts";

const tmp = scratch();
afterAll(() => tmp[Symbol.dispose]());

const gates = [
  condition({ metric: "latency.p50", phase: "steady", max: 1000 }),
  condition({ metric: "errors.ratio", phase: "steady", max: 0.5 }),
  condition({ metric: "recovery.time", fault: "one-dies", max: 4000 }),
];
const whole = fakeRecord(tmp.dir, { pairs: 2, arms: ["candidate"], rate: 20, seed: 3, gates });
const files = readdirSync(whole, { recursive: true, encoding: "utf8" })
  .filter((it) => statSync(join(whole, it)).isFile())
  .sort();

const shown = (dir: string) => {
  const judgement = judge(loadEvidence(dir));
  expect(renderHtml(judgement)).toContain("<!doctype html>");
  return judgement;
};

test("whole, it passes: what is cut off is what keeps it from that", () => {
  expect(shown(whole).verdict).toBe("pass");
  expect(files).toEqual([
    "journal.ndjson",
    "run.json",
    "trial-01-candidate/latency.ndjson",
    "trial-01-candidate/series.ndjson",
    "trial-02-candidate/latency.ndjson",
    "trial-02-candidate/series.ndjson",
  ]);
});

/** The journal as often as all others. */
const anyFile = fc.oneof(fc.constant("journal.ndjson"), fc.constantFrom(...files));
/** How much of a file is left: of any share, or all but a few lines, where everything that was asked is already known. */
const left = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }).map((share) => ({ share, less: 0 })),
  fc.integer({ min: 2, max: 400 }).map((less) => ({ share: 1, less })),
);

prop.prop([anyFile, left], { numRuns: 60 })("cut anywhere", (file, { share, less }) => {
  using other = scratch();
  const dir = join(other.dir, "run");
  cpSync(whole, dir, { recursive: true });
  const { size } = statSync(join(dir, file));
  // At least the last byte of the last line goes with its newline.
  truncateSync(join(dir, file), Math.max(0, Math.min(size - 2, Math.floor(size * share) - less)));
  // Without it nobody knows what was asked: that is refused in words.
  if (file === "run.json") {
    expect(() => loadEvidence(dir)).toThrow(UserError);
    return;
  }
  const { verdict } = shown(dir);
  // Its last line is the run's end.
  if (file === "journal.ndjson") expect(verdict).not.toBe("pass");
});
