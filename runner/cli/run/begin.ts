/** Where a run begins: at its first block in a new record. */
import { blockOrder } from "../../orchestrate/schedule.ts";
import type { Event, JournalLine } from "../../record/events.ts";
import type { RunFile } from "../../record/run-file.ts";
import { createRecord, type RecordWriter } from "../../record/writer.ts";
import type { Host } from "../../shared/host.ts";
import { packageVersion } from "../../shared/package.ts";

export interface Begun {
  readonly run: RunFile;
  readonly record: RecordWriter;
  /** To be journaled first, once somebody follows the journal. */
  readonly first: readonly Event[];
  readonly from: { readonly done: number; readonly lastBlock: number; readonly lastTrial: number };
}

/** The name of a run that begins now. */
export function newRun(host: Host): Pick<RunFile, "id" | "startedAt"> {
  const startedAt = host.clock.wall().toISOString();
  return { id: runId(startedAt), startedAt };
}

/** @throws UserError when the record can't be made */
export function beginRun(
  host: Host,
  root: string,
  about: Pick<RunFile, "id" | "startedAt" | "scenario" | "source" | "host" | "environment" | "purpose" | "command">,
): Begun {
  const { arms, trials } = about.scenario;
  const names = arms.map((it) => it.name);
  const run: RunFile = {
    schema: 1,
    zero: host.clock.now(),
    // What a search tries next is known only then.
    order: about.scenario.search === undefined ? blockOrder(names, trials.count, trials.seed) : [],
    versions: { shakedown: packageVersion, node: process.version },
    ...about,
  };
  const record = createRecord(host, { root, run });
  const first: Event = { type: "run.start", run: run.id, at: run.startedAt };
  return { run, record, first: [first], from: { done: 0, lastBlock: 0, lastTrial: 0 } };
}

/** `20261121T091203Z-k3f0`: sorts by time, and the last letters keep two runs of one second apart. */
function runId(startedAt: string): string {
  const time = startedAt.replace(/[-:]/g, "").replace(/\.\d+Z$/, "Z");
  const alphabet = "0123456789abcdefghijkmnpqrstvwxyz";
  const letters = Array.from({ length: 4 }, () => alphabet[Math.floor(Math.random() * alphabet.length)]);
  return `${time}-${letters.join("")}`;
}

/** How far a journal of any length came. */
export const reachedIn = (lines: readonly JournalLine[]): Begun["from"] => ({
  done: lines.filter((it) => it.type === "block.end").length,
  lastBlock: lines.reduce((last, it) => (it.type === "block.start" ? Math.max(last, it.block) : last), 0),
  lastTrial: lines.reduce((last, it) => (it.type === "trial.start" ? Math.max(last, it.trial) : last), 0),
});
