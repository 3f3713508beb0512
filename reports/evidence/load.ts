/** Reads a record into evidence. Whatever is damaged is left out and told; only a folder that is no record is refused. */
import type { JournalLine } from "../../runner/record/events.ts";
import { readJournal, readRun } from "../../runner/record/reader.ts";
import type { Evidence } from "./evidence.ts";
import { trialEvidence } from "./trial.ts";

/**
 * @param dir the run's folder
 * @throws UserError when run.json is missing, damaged, or of a newer schema
 */
export function loadEvidence(dir: string): Evidence {
  const run = readRun(dir);
  const journal = readJournal(dir);
  const events = journal.lines;
  const byTrial = Map.groupBy(events, (it) => ("trial" in it ? it.trial : null));
  const started = events.filter((it) => it.type === "trial.start");
  const loaded = started.map((it) => trialEvidence(dir, run, it, byTrial.get(it.trial) ?? []));
  return {
    run,
    dir,
    ...endOf(events),
    endedAt: events.reduce((latest, it) => Math.max(latest, it.t), 0),
    events,
    trials: loaded.map((it) => it.trial),
    damage: [...journal.damage, ...loaded.flatMap((it) => it.damage)],
  };
}

/** The last run.end counts, unless the run was resumed after it. */
function endOf(events: readonly JournalLine[]): Pick<Evidence, "status" | "statusReason"> {
  const last = events.findLast((it) => it.type === "run.end" || it.type === "run.resume");
  if (last?.type === "run.end") return { status: last.status, statusReason: last.reason };
  return { status: "interrupted", statusReason: "the record has no end: the harness was killed, or is still running" };
}
