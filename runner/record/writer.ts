/** Writes a record as the run goes: append-only, streaming, readable when cut off at any byte. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Exit, UserError } from "../shared/errors.ts";
import { makeFolder, writeWhole } from "../shared/files.ts";
import type { Host } from "../shared/host.ts";
import { toLine } from "../shared/lines.ts";
import { isDiskFull, openAppend } from "./append-file.ts";
import type { Event, JournalLine } from "./events.ts";
import { readJournal, readRun } from "./reader.ts";
import { type Redactor, redactor, secretArguments } from "./redact.ts";
import type { RunFile } from "./run-file.ts";
import type { Scenario } from "./scenario.ts";
import { type TrialWriter, trialFolder, trialWriter } from "./trial-writer.ts";

export interface RecordWriter {
  readonly dir: string;
  /** As given, with its secrets: only what is written is redacted. After `reopenRecord`: as read. */
  readonly run: RunFile;
  /** host.clock.now() at t = 0 of the journal. */
  readonly zero: number;
  /** Appends an event and returns its line as written. Synchronous; events of the run, blocks, trials and faults reach the disk before it returns. */
  readonly journal: (event: Event) => JournalLine;
  readonly onEvent: (listener: (line: JournalLine) => void) => Disposable;
  /** Makes the trial's folder. Lines are on their way to the disk within a second. */
  readonly trial: (index: number, arm: string) => TrialWriter;
  /** For what others write into a trial's raw/ folder. */
  readonly redact: (text: string) => string;
  readonly close: () => void;
}

/** No space left for the record. Thrown once per record; afterwards what can't be written is left out in silence. */
export class DiskFull extends UserError {
  constructor(dir: string, cause: unknown) {
    super(`no space left on the device for the record ${dir}`, {
      exit: Exit.invalid,
      hint: "free some space (`shakedown prune` removes raw files of old runs), or give another place with --out, and resume the run",
      cause,
    });
  }
}

/** Freed when the disk is full, so that what ends the run can still be written. Bytes. */
const reserveSize = 64 * 1024;

/**
 * Starts a record in `<root>/<scenario>/<run.id>/` and writes run.json. The caller journals `run.start`.
 * @throws UserError when the folder exists or can't be made; DiskFull
 */
export function createRecord(host: Host, options: { readonly root: string; readonly run: RunFile }): RecordWriter {
  const { root, run } = options;
  const dir = join(root, run.scenario.name, run.id);
  const secrets = redactorOf(host, run);
  try {
    makeFolder(join(root, run.scenario.name));
    mkdirSync(dir);
    writeWhole(join(dir, "run.json"), `${JSON.stringify(secrets.json(run), null, 2)}\n`);
  } catch (error) {
    if (isDiskFull(error)) throw new DiskFull(dir, error);
    throw new UserError(`the record ${dir} can't be made: ${(error as Error).message}`, {
      hint: "give another place with --out, or remove what is in the way",
      cause: error,
    });
  }
  return writer(host, { dir, run, secrets, zero: run.zero, seq: 0, endsWhole: true });
}

/**
 * Goes on with a record. `t` continues after the last event: `zero` is new, the caller journals it as `run.resume`.
 * Secrets in `run` are redacted: resolve the scenario anew, compare the arms' hashes, and give it as `scenario`, which knows
 * what to redact from here on.
 * @throws UserError when `dir` is not a record that this version can read
 */
export function reopenRecord(host: Host, dir: string, scenario: Scenario): RecordWriter {
  const run = readRun(dir);
  const { lines } = readJournal(dir);
  const seq = lines.reduce((most, it) => Math.max(most, it.seq + 1), 0);
  const t = lines.reduce((most, it) => Math.max(most, it.t), 0);
  const endsWhole = endsWithNewline(join(dir, "journal.ndjson"));
  return writer(host, {
    dir,
    run,
    secrets: redactorOf(host, { scenario }),
    zero: host.clock.now() - t,
    seq,
    endsWhole,
  });
}

interface Start {
  readonly dir: string;
  readonly run: RunFile;
  readonly secrets: Redactor;
  readonly zero: number;
  readonly seq: number;
  readonly endsWhole: boolean;
}

function writer(host: Host, start: Start): RecordWriter {
  const { dir, run, secrets, zero } = start;
  const listeners = new Set<(line: JournalLine) => void>();
  const trials = new Set<TrialWriter>();
  const reserve = join(dir, ".reserve");
  let { seq } = start;
  let full = false;

  /** Runs a write. On the first full disk: frees the reserve, tries once more what must not be lost, and throws DiskFull. */
  const guarded = (write: () => void, again: boolean): void => {
    try {
      write();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      const first = !full;
      full = true;
      rmSync(reserve, { force: true });
      if (again) ignoringFull(write);
      if (first) throw new DiskFull(dir, error);
    }
  };

  guarded(() => writeFileSync(reserve, Buffer.alloc(reserveSize, 0x0a)), false);
  const journal = openAppend(host, join(dir, "journal.ndjson"), start.endsWhole);

  return {
    dir,
    run,
    zero,
    journal(event) {
      const t = Math.round((host.clock.now() - zero) * 1000) / 1000;
      const line = secrets.json({ v: 1, seq: seq++, t, ...event } satisfies JournalLine);
      try {
        guarded(() => journal.append(toLine(line), isDurable(event)), true);
      } finally {
        for (const listener of listeners) listener(line);
      }
      return line;
    },
    onEvent(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    trial(index, arm) {
      const trial = trialWriter(host, join(dir, trialFolder(index, arm)), (write) => {
        // The rest of the space belongs to the journal.
        if (!full) guarded(write, false);
      });
      trials.add(trial);
      return trial;
    },
    redact: secrets.text,
    close() {
      for (const trial of trials) trial.close();
      journal.close();
      rmSync(reserve, { force: true });
    },
  };
}

const isDurable = (event: Event): boolean => /^(fault|run|trial|block)\./.test(event.type);

const ignoringFull = (write: () => void): void => {
  try {
    write();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
};

/** Knows the secrets of the environment and of a scenario, its commands included. */
export const redactorOf = (host: Pick<Host, "env">, { scenario }: Pick<RunFile, "scenario">): Redactor =>
  redactor([
    host.env,
    ...scenario.arms.flatMap(({ targets, load }) => [
      ...targets.flatMap((it) =>
        it.kind === "process" ? [it.env, ...secretArguments(it.command), ...secretArguments(it.build ?? [])] : [],
      ),
      ...load.requests.map((it) => it.headers),
    ]),
    ...[...scenario.before, ...scenario.after].flatMap((it) => secretArguments(it.command)),
  ]);

function endsWithNewline(file: string): boolean {
  try {
    const text = readFileSync(file);
    return text.length === 0 || text.at(-1) === 0x0a;
  } catch {
    return true;
  }
}
