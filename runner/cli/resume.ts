/** `--resume`: goes on with an earlier run at its next block. */

import { findRun, readJournal, readRun } from "../record/reader.ts";
import type { RunFile } from "../record/run-file.ts";
import type { Scenario } from "../record/scenario.ts";
import { type RecordWriter, reopenRecord } from "../record/writer.ts";
import { UserError } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";

export interface Begun {
  readonly run: RunFile;
  readonly record: RecordWriter;
  readonly from: { readonly done: number; readonly lastBlock: number; readonly lastTrial: number };
}

/**
 * @throws UserError when the run measured something else (the scenario hash of an arm differs), on another machine, or is complete
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
  const changed = Object.keys(environment).filter((it) => environment[it] !== earlier.environment[it]);
  if (changed.length > 0) {
    throw new UserError(
      `run ${earlier.id} was made elsewhere: ${changed.map((it) => `${it} was ${earlier.environment[it] ?? "absent"}, is ${environment[it]}`).join("; ")}`,
      {
        hint: "trials of one run share one machine; start a new run",
      },
    );
  }
  const { lines } = readJournal(dir);
  const done = lines.filter((it) => it.type === "block.end").length;
  if (done >= scenario.trials.count) {
    throw new UserError(`run ${earlier.id} has its ${done} blocks already`, {
      hint: `ask for more with --trials ${done + 5}`,
    });
  }
  const record = reopenRecord(host, dir);
  const at = host.clock.wall().toISOString();
  record.journal({ type: "run.resume", run: earlier.id, at, zero: record.zero });
  return {
    run: { ...earlier, scenario },
    record,
    from: {
      done,
      lastBlock: Math.max(0, ...lines.map((it) => (it.type === "block.start" ? it.block : 0))),
      lastTrial: Math.max(0, ...lines.map((it) => (it.type === "trial.start" ? it.trial : 0))),
    },
  };
}
