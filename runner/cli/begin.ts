/** Where a run begins: at its first block in a new record, or (`--resume`) at the next block of an earlier one. */
import { blockOrder } from "../orchestrate/schedule.ts";
import type { Event, JournalLine } from "../record/events.ts";
import { findRun, readJournal, readRun } from "../record/reader.ts";
import type { RunFile } from "../record/run-file.ts";
import type { Scenario } from "../record/scenario.ts";
import { createRecord, type RecordWriter, reopenRecord } from "../record/writer.ts";
import { UserError } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import { packageVersion } from "../shared/package.ts";
import { refuseClaimed } from "../undo/store.ts";
import { refuseOtherSearch } from "./resume-search.ts";

export interface Begun {
  readonly run: RunFile;
  readonly record: RecordWriter;
  /** To be journaled first, once somebody follows the journal. */
  readonly first: Event;
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
  return { run, record, first, from: { done: 0, lastBlock: 0, lastTrial: 0 } };
}

/** `20261121T091203Z-k3f0`: sorts by time, and the last letters keep two runs of one second apart. */
function runId(startedAt: string): string {
  const time = startedAt.replace(/[-:]/g, "").replace(/\.\d+Z$/, "Z");
  const alphabet = "0123456789abcdefghijkmnpqrstvwxyz";
  const letters = Array.from({ length: 4 }, () => alphabet[Math.floor(Math.random() * alphabet.length)]);
  return `${time}-${letters.join("")}`;
}

/**
 * @throws UserError when the run measured something else (the scenario hash of an arm differs), on another machine, is complete, or can't
 *   be believed any more
 */
export function resumeRun(
  host: Host,
  root: string,
  ref: string,
  scenario: Scenario,
  environment: Readonly<Record<string, string>>,
): Begun {
  const dir = findRun(root, ref);
  const earlier = readRun(dir);
  const hashes = (it: Scenario) => it.arms.map((arm) => `${arm.name} ${arm.hash}`).join("\n");
  if (hashes(earlier.scenario) !== hashes(scenario)) {
    throw new UserError(
      `run ${earlier.id} measured something else: targets, load, phases or faults of ${scenario.name} changed since`,
      {
        hint: `start a new run, or take the scenario as it was: it is in ${dir}/run.json under "source"`,
      },
    );
  }
  if (earlier.scenario.trials.seed !== scenario.trials.seed) {
    throw new UserError(
      `run ${earlier.id} was drawn from seed ${earlier.scenario.trials.seed}, not ${scenario.trials.seed}`,
      { hint: `go on with --seed ${earlier.scenario.trials.seed}, or start a new run` },
    );
  }
  const looksOf = (it: Scenario) => (it.trials.looks ?? []).join(", ");
  if (looksOf(earlier.scenario) !== looksOf(scenario)) {
    throw new UserError(
      `run ${earlier.id} registered looks at [${looksOf(earlier.scenario)}], not at [${looksOf(scenario)}]: levels are spent over the looks that were fixed before it`,
      { hint: "resume it with the looks it began with, or start a new run" },
    );
  }
  const facts = new Set([...Object.keys(environment), ...Object.keys(earlier.environment)]);
  const changed = [...facts].filter((it) => environment[it] !== earlier.environment[it]);
  if (changed.length > 0) {
    throw new UserError(
      `run ${earlier.id} was made elsewhere: ${changed.map((it) => `${it} was ${earlier.environment[it] ?? "absent"}, is ${environment[it] ?? "absent"}`).join("; ")}`,
      {
        hint: "trials of one run share one machine; start a new run",
      },
    );
  }
  const { lines } = readJournal(dir);
  refuseBroken(earlier, lines);
  const from = reachedIn(lines);
  const { done } = from;
  refuseOtherSearch(earlier, scenario, lines);
  if (lines.some((it) => it.type === "look" && it.decision === "stop")) {
    throw new UserError(`run ${earlier.id} was ended by its look after ${done} blocks`, {
      hint: "what a look decided stays decided; start a new run",
    });
  }
  if (scenario.search === undefined) refuseComplete(earlier, scenario, lines, done);
  refuseClaimed(host, earlier.id);
  const record = reopenRecord(host, dir, scenario);
  return {
    // What is asked of a record stands in it: other gates are for `report --gates`.
    run: { ...earlier, scenario: { ...scenario, gates: earlier.scenario.gates, claims: earlier.scenario.claims } },
    record,
    first: { type: "run.resume", run: earlier.id, at: host.clock.wall().toISOString(), zero: record.zero },
    from,
  };
}

/** @throws UserError when it stays invalid, whatever is added to it */
function refuseBroken({ id }: RunFile, lines: readonly JournalLine[]): void {
  const broken = lines.find((it) => it.type === "trial.end" && it.outcome === "broken");
  if (broken?.type !== "trial.end") return;
  throw new UserError(
    `run ${id} stays invalid: its trial ${broken.trial} broke down, which says nothing of the arm: ${broken.reason ?? "no reason recorded"}`,
    { hint: "mend that, then start a new run" },
  );
}

/** @throws UserError when all its blocks are there, or it is to have more than it was planned with */
function refuseComplete(earlier: RunFile, scenario: Scenario, lines: readonly JournalLine[], done: number): void {
  const last = lines.findLast((it) => it.type === "run.end" || it.type === "run.resume");
  if ((last?.type === "run.end" && last.status === "completed") || done >= earlier.scenario.trials.count) {
    throw new UserError(
      `run ${earlier.id} came to its end after ${done} blocks and was judged: to add trials until it decides would double the chance of a false verdict`,
      {
        hint: `start a new run with --trials ${done + 5}, or register looks before it: trials: { looks: [${done}, ${2 * done}] }`,
      },
    );
  }
  if (earlier.scenario.trials.count !== scenario.trials.count) {
    throw new UserError(
      `run ${earlier.id} was planned with ${earlier.scenario.trials.count} blocks, not ${scenario.trials.count}: how long to go on may not hang on what was seen`,
      { hint: "leave out --trials, or start a new run" },
    );
  }
}

/** How far a journal of any length came. */
export const reachedIn = (lines: readonly JournalLine[]): Begun["from"] => ({
  done: lines.filter((it) => it.type === "block.end").length,
  lastBlock: lines.reduce((last, it) => (it.type === "block.start" ? Math.max(last, it.block) : last), 0),
  lastTrial: lines.reduce((last, it) => (it.type === "trial.start" ? Math.max(last, it.trial) : last), 0),
});
