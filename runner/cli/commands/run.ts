/** `run`: everything is checked first; then record, judgement, reports, one sentence and one exit code. */
import { resolve } from "node:path";
import { findRun, readRun } from "../../record/reader.ts";
import type { RunFile } from "../../record/run-file.ts";
import type { Condition, Scenario } from "../../record/scenario.ts";
import type { Setting } from "../../scenario/document/set.ts";
import { Exit, UserError } from "../../shared/errors.ts";
import type { Host } from "../../shared/host.ts";
import { type Cli, defaultOut, programName } from "../context.ts";
import { verdictExit, worstExit } from "../exit.ts";
import { historyPlace } from "../history-place.ts";
import { printJudgement } from "../reports.ts";
import { asAa, keepAa } from "../run/aa.ts";
import { plannedBaseline } from "../run/baseline-ref.ts";
import { confirmRegression } from "../run/confirm.ts";
import { refuseContradictions } from "../run/contradictions.ts";
import { warnOfMargins } from "../run/margins.ts";
import { nightOf } from "../run/night.ts";
import { confirmPlan } from "../run/plan.ts";
import { type OneRun, type Outcome, runOnce } from "../run/run-once.ts";
import { onlyArm, type Selection, settingsOf } from "../run/selection.ts";
import { warnBefore } from "../run/warnings.ts";
import { type Loaded, loadScenarios } from "../scenarios.ts";
import { hasStored, storedFor } from "../stored.ts";
import { tellUnreverted } from "../tell.ts";

interface RunFlags extends Selection {
  readonly out: string;
  readonly against?: string;
  readonly baselineRef?: string;
  readonly resume?: string;
  readonly aa?: boolean;
  readonly confirm?: boolean;
  /** False: it leaves no line in the history. */
  readonly history?: string | false;
  readonly inconclusive?: "pass" | "fail";
  readonly yes?: boolean;
  readonly plan?: string;
}

export async function run(cli: Cli, files: readonly string[], flags: RunFlags): Promise<Exit> {
  if (flags.resume !== undefined && files.length > 1) {
    throw new UserError("--resume goes on with one run of one scenario", { hint: "name one scenario file" });
  }
  refuseContradictions(flags);
  const set = [
    ...(flags.resume === undefined ? [] : plannedIn(readRun(findRun(resolve(cli.host.cwd, flags.out), flags.resume)))),
    ...settingsOf(flags),
  ];
  const scenarios = loadScenarios(cli, files, { ...flags, set });
  if (scenarios === null) return Exit.usage;
  const selected = scenarios.map((it) => ({
    ...it,
    scenario: flags.aa
      ? asAa(it.scenario)
      : onlyArm(it.scenario, flags.only, hasStored(cli.host, it.scenario.file, flags.against)),
  }));
  const stored = selected.map(({ scenario }) =>
    flags.resume === undefined ? storedFor(cli.host, scenario, flags.against) : null,
  );
  for (const [i, it] of scenarios.entries()) tellLeftOut(cli, it.scenario, selected[i]?.scenario, flags.only);
  for (const { scenario } of selected)
    await confirmPlan(cli, await plannedBaseline(cli.host, scenario, flags.baselineRef), flags);

  const exits: Exit[] = [];
  for (const [i, loaded] of selected.entries()) {
    const exit = await runOne(cli, { ...loaded, stored: stored[i] ?? null }, files[i] as string, flags);
    exits.push(exit);
    if (exit === Exit.interrupted || exit === Exit.terminated || exit === Exit.unreverted) break;
  }
  return worstExit(exits);
}

/** A run that goes on has the blocks and the seed it began with, whatever the file says: `--trials` and `--seed` may have named them. */
const plannedIn = ({ id, scenario: { trials, search } }: RunFile): readonly Setting[] =>
  [
    ...(trials.looks === undefined && search === undefined ? [`trials.count=${trials.count}`] : []),
    `trials.seed=${trials.seed}`,
  ].map((argument) => ({ argument, typed: `--resume ${id}` }));

/** What `--only` leaves out is told: a run that asks less than its file could pass for the whole. */
function tellLeftOut({ host }: Cli, whole: Scenario, part: Scenario | undefined, only: string | undefined): void {
  const asked = (it: Scenario | undefined): Condition[] => [...(it?.gates ?? []), ...(it?.claims ?? [])];
  const kept = asked(part);
  const left = only === undefined ? [] : asked(whole).filter((it) => !kept.includes(it));
  if (left.length > 0)
    host.stderr.write(
      `! --only ${only} leaves out what another arm is needed for: ${left.map((it) => it.label ?? it.name).join(", ")}\n`,
    );
}

async function runOne(cli: Cli, loaded: Loaded & Pick<OneRun, "stored">, file: string, flags: RunFlags): Promise<Exit> {
  const { host } = cli;
  const place = historyPlace(host, loaded.scenario, flags.history || undefined);
  warnBefore(cli, loaded.scenario);
  if (!flags.aa) warnOfMargins(cli, loaded.scenario, place);
  const kept = flags.history !== false && !flags.aa;
  const one: OneRun = {
    ...flags,
    ...loaded,
    place,
    night: kept ? await nightOf(cli, loaded.scenario, place, flags.confirm === true) : null,
    command: commandOf(host, file, flags),
    ...(flags.aa ? { purpose: "aa" } : {}),
  };
  const first = await runOnce(cli, one);
  const outcome = flags.confirm ? await confirmRegression(cli, one, first) : first;
  if (outcome.judged !== null) {
    const about = { file: outcome.run.scenario.file, inconclusive: flags.inconclusive };
    printJudgement(cli, outcome.judged.judgement, outcome.judged.paths, about);
    if (flags.aa) keepAa(cli, place, outcome.run, outcome.judged.judgement);
  }
  // The last line is the command that mends it.
  tellUnreverted(host, outcome.unreverted);
  return worstExit([...outcome.exits, ...verdictOf(outcome, flags)]);
}

const verdictOf = ({ judged }: Outcome, { inconclusive }: RunFlags): Exit[] =>
  judged === null ? [] : [verdictExit(judged.judgement.verdict, inconclusive)];

/** The command that runs this again. */
const commandOf = (host: Host, file: string, flags: RunFlags): string[] => [
  ...programName(host).split(" "),
  "run",
  file,
  ...flags.set.flatMap((it) => ["--set", it]),
  ...(flags.trials === undefined ? [] : ["--trials", String(flags.trials)]),
  ...(flags.seed === undefined ? [] : ["--seed", String(flags.seed)]),
  ...(flags.only === undefined ? [] : ["--only", flags.only]),
  ...(flags.out === defaultOut ? [] : ["--out", flags.out]),
  ...(flags.against === undefined ? [] : ["--against", flags.against]),
  ...(flags.baselineRef === undefined ? [] : ["--baseline-ref", flags.baselineRef]),
  ...(flags.history === undefined ? [] : flags.history === false ? ["--no-history"] : ["--history", flags.history]),
  ...(flags.aa ? ["--aa"] : []),
  ...(flags.confirm ? ["--confirm"] : []),
];
