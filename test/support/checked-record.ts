/** Records on disk, changed as a test wants them, and the checks of their validity. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Check } from "../../reports/analyses/parts.ts";
import { validity } from "../../reports/analyses/validity/validity.ts";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { type FakeRecord, fakeRecord } from "./fake-record.ts";
import { scratch } from "./scratch.ts";

const tmp = scratch();
afterAll(() => tmp[Symbol.dispose]());

let made = 0;
/** @returns its folder, which is gone after the tests of the file */
export const record = (given: FakeRecord): string => fakeRecord(join(tmp.dir, String(made++)), given);

/** The checks after the text of a trial's latency lines, series or the journal was changed. */
export function checks(
  given: FakeRecord,
  change: Readonly<Record<string, (text: string) => string>> = {},
): readonly Check[] {
  const dir = record({ pairs: 1, arms: ["baseline"], faults: false, ...given });
  for (const [name, edit] of Object.entries(change)) {
    const file = join(dir, name === "journal.ndjson" ? name : join("trial-01-baseline", name));
    writeFileSync(file, edit(readFileSync(file, "utf8")));
  }
  return validity(loadEvidence(dir));
}

export const check = (all: readonly Check[], title: string): Check | undefined => all.find((it) => it.title === title);

export const withoutTotals = (text: string): string => text.replaceAll(/^.*"type":"load.done".*\n/gm, "");
