/** `run`: everything is checked first; then record, judgement, reports, one sentence and one exit code. */
import { resolve } from "node:path";
import { loadEvidence } from "../../../reports/evidence/load.ts";
import { steerByLooks } from "../../../reports/steer/looks.ts";
import { judge } from "../../../reports/verdict/judge.ts";
import { environmentOf, hostFacts } from "../../orchestrate/facts.ts";
import { conductRun, type RunResult } from "../../orchestrate/run.ts";
import { findRun, readRun } from "../../record/reader.ts";
import type { Condition, Scenario } from "../../record/scenario.ts";
import { Exit, messageOf, UserError } from "../../shared/errors.ts";
import type { Host } from "../../shared/host.ts";
import { detectCgroup } from "../../substrate/cgroup/detect.ts";
import { lockOrigins } from "../../undo/target-lock.ts";
import { withBaselineRef } from "../baseline-ref.ts";
import { type Begun, beginRun, newRun, resumeRun } from "../begin.ts";
import { type Cli, commandName, defaultOut } from "../context.ts";
import { verdictExit, worstExit } from "../exit.ts";
import { judgeAndRender, printJudgement } from "../judge.ts";
import { type Loaded, loadScenarios } from "../load.ts";
import { confirmPlan } from "../plan.ts";
import { followProgress } from "../progress.ts";

export interface RunFlags {
  readonly set: readonly string[];
  readonly trials?: number;
  readonly seed?: number;
  readonly only?: string;
  readonly out: string;
  readonly baselineRef?: string;
  readonly resume?: string;
  readonly inconclusive?: "pass" | "fail";
  readonly yes?: boolean;
  readonly plan?: string;
}

export async function run(cli: Cli, files: readonly string[], flags: RunFlags): Promise<Exit> {
  if (flags.resume !== undefined && files.length > 1) {
    throw new UserError("--resume goes on with one run of one scenario", { hint: "name one scenario file" });
  }
  const set = [
    ...flags.set,
    ...(flags.trials === undefined ? [] : [`trials.count=${flags.trials}`]),
    ...(flags.seed === undefined ? [] : [`trials.seed=${flags.seed}`]),
  ];
  const scenarios = loadScenarios(cli, files, set);
  if (scenarios === null) return Exit.usage;
  const selected = scenarios.map((it) => ({ ...it, scenario: onlyArm(it.scenario, flags.only) }));
  for (const { scenario } of selected) await confirmPlan(cli, scenario, flags);

  const exits: Exit[] = [];
  for (const [i, loaded] of selected.entries()) {
    const exit = await runOne(cli, loaded, files[i] as string, flags);
    exits.push(exit);
    if (exit === Exit.interrupted || exit === Exit.terminated || exit === Exit.unreverted) break;
  }
  return worstExit(exits);
}

function onlyArm(scenario: Scenario, only: string | undefined): Scenario {
  if (only === undefined) return scenario;
  const arm = scenario.arms.find((it) => it.name === only);
  if (arm === undefined) {
    throw new UserError(`no arm of ${scenario.name} is named "${only}"`, {
      hint: `its arms: ${scenario.arms.map((it) => it.name).join(", ")}`,
    });
  }
  const stays = (it: Condition) => it.versus === null && (it.arm === null || it.arm === only);
  return { ...scenario, arms: [arm], gates: scenario.gates.filter(stays), claims: scenario.claims.filter(stays) };
}

async function runOne(cli: Cli, { scenario: declared, source }: Loaded, file: string, flags: RunFlags): Promise<Exit> {
  const { host } = cli;
  const root = resolve(host.cwd, flags.out);
  await using baseline = await withBaselineRef(host, declared, flags.baselineRef);
  const { scenario } = baseline;
  const cgroups = detectCgroup();
  const facts = hostFacts();
  const environment = environmentOf(facts, {
    node: process.version,
    confinement: cgroups.version === null ? "none" : `cgroup v${cgroups.version}`,
    ...baseline.environment,
  });
  const about = flags.resume === undefined ? newRun(host) : readRun(findRun(root, flags.resume));
  // Before the record: a run that may not begin leaves none.
  using _ = lockOrigins(host, about.id, foreignUrls(scenario));
  const command = commandOf(host, file, flags);
  const begun =
    flags.resume === undefined
      ? beginRun(host, root, { ...about, scenario, source, host: facts, environment, command })
      : resumeRun(host, root, flags.resume, scenario, environment);
  const { result, signalled } = await conduct(cli, begun, (options) =>
    conductRun({
      ...options,
      host,
      run: begun.run,
      record: begun.record,
      cgroups,
      blocks: scenario.trials.count,
      from: begun.from,
      steer: steerOf(begun),
    }),
  );

  const exits: Exit[] = [];
  if (signalled !== null) exits.push(signalled === "SIGINT" ? Exit.interrupted : Exit.terminated);
  if (result.exit !== null) exits.push(result.exit);
  try {
    const { judgement, paths } = await judgeAndRender(cli, begun.record.dir, {
      formats: ["html", "json", "junit", "md"],
    });
    printJudgement(cli, judgement, paths);
    exits.push(verdictExit(judgement.verdict, flags.inconclusive));
  } catch (error) {
    exits.push(error instanceof UserError ? error.exit : Exit.internal);
    host.stderr.write(`the record ${begun.record.dir} is kept, but could not be judged: ${messageOf(error)}\n`);
    if (cli.verbose && error instanceof Error) host.stderr.write(`${error.stack}\n`);
  }
  // The last line is the command that mends it.
  for (const it of result.unreverted) host.stderr.write(`NOT REVERTED: ${it.reason}\n${it.mend}\n`);
  if (result.unreverted.length > 0) exits.push(Exit.unreverted);
  return worstExit(exits);
}

const foreignUrls = ({ arms }: Scenario): string[] =>
  arms.flatMap(({ targets }) => targets.flatMap((it) => (it.kind === "http" ? [it.url] : [])));

/** Looks are judged from the record, like everything else. */
const steerOf = ({ record, run }: Begun) => {
  const { looks } = run.scenario.trials;
  return (done: number) =>
    looks === undefined ? null : steerByLooks(looks, done, () => judge(loadEvidence(record.dir)).verdict);
};

/** One Ctrl-C may arrive twice: from the terminal, and passed on by the launcher. */
const sameSignalMs = 500;

/** Conducts a run under its progress view; the first signal undoes everything, a second one leaves that to the watchdog. */
async function conduct(
  cli: Cli,
  { run: about, record, first, from }: Begun,
  start: (options: Pick<Parameters<typeof conductRun>[0], "signal" | "onProgress">) => Promise<RunResult>,
): Promise<{ readonly result: RunResult; readonly signalled: "SIGINT" | "SIGTERM" | null }> {
  const { host } = cli;
  const stop = new AbortController();
  let signalled: "SIGINT" | "SIGTERM" | null = null;
  let signalledAt = 0;
  const view = followProgress(cli, about, record, from);
  record.journal(first);
  using _ = host.onInterrupt((signal) => {
    if (signalled !== null) {
      if (host.clock.now() - signalledAt < sameSignalMs) return;
      view.close();
      host.stderr.write("ended at once; the watchdog undoes what is left\n");
      process.exit(signalled === "SIGINT" ? Exit.interrupted : Exit.terminated);
    }
    signalled = signal;
    signalledAt = host.clock.now();
    view.say("interrupted: undoing faults and stopping targets (once more to leave that to the watchdog)");
    stop.abort();
  });
  try {
    return { result: await start({ signal: stop.signal, onProgress: view.progress }), signalled };
  } finally {
    view.close();
  }
}

/** The command that runs this again. */
const commandOf = (host: Host, file: string, flags: RunFlags): string[] => [
  ...commandName(host).split(" "),
  "run",
  file,
  ...flags.set.flatMap((it) => ["--set", it]),
  ...(flags.trials === undefined ? [] : ["--trials", String(flags.trials)]),
  ...(flags.seed === undefined ? [] : ["--seed", String(flags.seed)]),
  ...(flags.only === undefined ? [] : ["--only", flags.only]),
  ...(flags.out === defaultOut ? [] : ["--out", flags.out]),
  ...(flags.baselineRef === undefined ? [] : ["--baseline-ref", flags.baselineRef]),
];
