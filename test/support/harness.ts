/** The harness as a user runs it: the launcher in a process of its own, in a folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Judgement } from "../../reports/verdict/judgement.ts";
import type { JournalLine } from "../../runner/record/events.ts";
import { Exit } from "../../runner/shared/errors.ts";
import { collected } from "./child.ts";
import { eventually } from "./eventually.ts";

const root = join(import.meta.dirname, "..", "..");
export const service = (name: "db" | "shop"): string => join(root, "scenarios", "targets", "node", `${name}.mjs`);

/** For a scenario whose exit code is asserted exactly: nothing is sampled by which a busy machine is called too noisy to decide. */
export const noNoiseCheck = "samplers: { off: [host, process] }";

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Harness extends Disposable {
  readonly dir: string;
  readonly write: (file: string, text: string) => void;
  /** Starts `shakedown …argv`; `done` resolves when it has ended. */
  readonly start: (...argv: string[]) => { readonly child: ChildProcess; readonly done: Promise<Finished> };
  readonly run: (...argv: string[]) => Promise<Finished>;
  /** The folder of the newest run. */
  readonly newest: () => string;
  readonly journal: () => JournalLine[];
  readonly judgement: () => Judgement;
  /** Waits until the newest run's journal has an event of this type. */
  readonly reached: (type: JournalLine["type"]) => Promise<void>;
}

/** Where others kept the generator from the CPU, as the run itself says, nothing is known of what the test asks: it is asked again. */
export const mostTries = 5;
export const keptWaiting = "run it where less else runs";

/** @param given environment beside this process's own */
export function harness(given: Readonly<Record<string, string>> = {}): Harness {
  const dir = mkdtempSync(join(tmpdir(), "shakedown-e2e-"));
  // Called through npx, where nothing else is said.
  const env = { ...process.env, npm_command: "exec", XDG_STATE_HOME: join(dir, "state"), NO_COLOR: "1", ...given };
  const start: Harness["start"] = (...argv) => {
    const child = spawn(process.execPath, [join(root, "runner", "cli", "shakedown.mjs"), ...argv], {
      cwd: dir,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { out, err, closed } = collected(child);
    return { child, done: closed.then(({ code }) => ({ code, out: out(), err: err() })) };
  };
  const newest = () => {
    const results = join(dir, "results");
    const scenario = join(results, readdirSync(results)[0] as string);
    return join(scenario, readdirSync(scenario).sort().at(-1) as string);
  };
  const journal = (): JournalLine[] =>
    readFileSync(join(newest(), "journal.ndjson"), "utf8")
      .split("\n")
      .slice(0, -1)
      .map((it) => JSON.parse(it));
  const judgement = (): Judgement => JSON.parse(readFileSync(join(newest(), "judgement.json"), "utf8"));
  const wasKeptWaiting = (): boolean =>
    existsSync(join(dir, "results")) && judgement().trust.some((it) => it.text.includes(keptWaiting));
  return {
    dir,
    write: (file, text) => writeFileSync(join(dir, file), text),
    start,
    run: async (...argv) => {
      for (let tries = 1; ; tries++) {
        const ended = await start(...argv).done;
        // What went on with an earlier run can't be taken back.
        const isFinal = tries === mostTries || argv.includes("--resume");
        if (ended.code !== Exit.invalid || isFinal || !wasKeptWaiting()) return ended;
        // As if it had not been: tests count runs.
        rmSync(newest(), { recursive: true });
      }
    },
    newest,
    journal,
    judgement,
    reached: (type) =>
      eventually(() => {
        if (!journal().some((it) => it.type === type)) throw new Error(`${type} was not reached`);
      }, 90_000),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}
