/** One run of one scenario: its record, its judgement, and every exit code that applies. */
import { resolve } from "node:path";
import type { StoredBaseline } from "../../../reports/baseline/format.ts";
import { loadEvidence } from "../../../reports/evidence/load.ts";
import { steerByLooks } from "../../../reports/steer/looks.ts";
import { stepFrom } from "../../../reports/steer/search/from-record.ts";
import { judge } from "../../../reports/verdict/judge.ts";
import type { Judgement } from "../../../reports/verdict/judgement.ts";
import { findK6 } from "../../engines/k6/find.ts";
import { environmentOf, hostFacts } from "../../orchestrate/facts.ts";
import { conductRun, type RunResult } from "../../orchestrate/run.ts";
import { findRun, readRun } from "../../record/reader.ts";
import type { RunFile } from "../../record/run-file.ts";
import type { Scenario } from "../../record/scenario.ts";
import { redactorOf } from "../../record/writer.ts";
import { Exit, messageOf, UserError } from "../../shared/errors.ts";
import { detectCgroup } from "../../substrate/cgroup/detect.ts";
import { lockOrigins } from "../../undo/target-lock.ts";
import { keepBaseline, keepDrift, keepSessions, readBeside } from "../beside.ts";
import type { Cli } from "../context.ts";
import { driftAt } from "../history.ts";
import type { HistoryPlace } from "../history-place.ts";
import { judgeAndRender, type Written } from "../reports.ts";
import type { Loaded } from "../scenarios.ts";
import { tellFailure, tellUnreverted } from "../tell.ts";
import { aaSessionsOf } from "./aa.ts";
import { type WithBaseline, withBaselineRef } from "./baseline-ref.ts";
import { type Begun, beginRun, newRun } from "./begin.ts";
import { conduct } from "./conduct.ts";
import { warnOfDrift } from "./drift.ts";
import { keepNight, type Night } from "./night.ts";
import { resumeRun } from "./resume.ts";

export interface OneRun extends Loaded, Pick<RunFile, "command"> {
  /** Folder of records. */
  readonly out: string;
  readonly baselineRef?: string;
  /** A stored session that stands in for an arm that does not run; a run that goes on has its own. */
  readonly stored?: StoredBaseline | null;
  /** Where calibration and history are kept. */
  readonly place: HistoryPlace;
  /** Its line in the history; null: it leaves none. */
  readonly night: Night | null;
  /** A run to go on with. */
  readonly resume?: string;
  /** Why it is run, where that is not to compare arms. */
  readonly purpose?: RunFile["purpose"];
}

export interface Outcome {
  readonly run: RunFile;
  readonly dir: string;
  /** Null when the record could not be judged: that was told. */
  readonly judged: { readonly judgement: Judgement; readonly paths: readonly Written[] } | null;
  /** Apart from the verdict's. */
  readonly exits: readonly Exit[];
  /** To be told last: what could not be reverted, and the command that mends it. */
  readonly unreverted: RunResult["unreverted"];
}

export async function runOnce(cli: Cli, one: OneRun): Promise<Outcome> {
  const baseline = await withBaselineRef(cli.host, one.scenario, one.baselineRef);
  let outcome: Outcome;
  try {
    outcome = await runBeside(cli, one, baseline);
  } catch (error) {
    const left = await baseline.remove();
    if (left !== null) tellUnreverted(cli.host, [left]);
    throw error;
  }
  const left = await baseline.remove();
  if (left === null) return outcome;
  return {
    ...outcome,
    exits: [...outcome.exits, Exit.unreverted],
    unreverted: [...outcome.unreverted, left],
  };
}

/** Of the k6 that sends, where one does. */
function k6Version({ host }: Cli, { arms }: Scenario): Record<string, string> {
  if (!arms.some((it) => it.load.engine === "k6")) return {};
  const found = findK6(host.env);
  return typeof found === "string" ? {} : { k6: found.version };
}

async function runBeside(cli: Cli, one: OneRun, baseline: WithBaseline): Promise<Outcome> {
  const { host } = cli;
  const root = resolve(host.cwd, one.out);
  const { scenario } = baseline;
  const cgroups = detectCgroup();
  const facts = hostFacts();
  const environment = environmentOf(facts, {
    node: process.version,
    confinement: cgroups.version === null ? "none" : `cgroup v${cgroups.version}`,
    ...k6Version(cli, scenario),
    ...baseline.environment,
  });
  const about = one.resume === undefined ? newRun(host) : readRun(findRun(root, one.resume));
  // Before the record: a run that may not begin leaves none.
  using _ = lockOrigins(host, about.id, foreignUrls(scenario));
  const { source, command, purpose } = one;
  const begun =
    one.resume === undefined
      ? beginRun(host, root, {
          ...about,
          ...{ scenario, source, host: facts, environment, command },
          ...(purpose === undefined ? {} : { purpose }),
        })
      : resumeRun(host, root, one.resume, { scenario, environment, command, purpose });
  if (one.resume === undefined && one.stored != null) {
    keepBaseline(begun.record.dir, redactorOf(host, begun.run).json(one.stored));
    keepDrift(begun.record.dir, driftAt(one.place, begun.run.scenario));
    warnOfDrift(cli, begun.run, readBeside(begun.record.dir));
  }
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
      search: searchOf(begun),
    }),
  );

  const exits: Exit[] = [];
  if (signalled !== null) exits.push(signalled === "SIGINT" ? Exit.interrupted : Exit.terminated);
  if (result.diskFull !== null) exits.push(tellFailure(cli, result.diskFull));
  if (result.unreverted.length > 0) exits.push(Exit.unreverted);
  if (result.failure !== null) exits.push(tellFailure(cli, result.failure));
  let judged: Outcome["judged"] = null;
  try {
    keepSessions(begun.record.dir, aaSessionsOf(one.place, begun.run.scenario).sessions);
    judged = await judgeAndRender(cli, begun.record.dir, { formats: ["html", "json", "junit", "md"] });
    // Nights are compared trial by trial; those of a search have loads of their own.
    if (one.night !== null && begun.run.scenario.search === undefined)
      keepNight(cli, one.place, one.night, begun.record.dir, judged.judgement);
  } catch (error) {
    exits.push(error instanceof UserError ? error.exit : Exit.internal);
    host.stderr.write(`the record ${begun.record.dir} is kept, but could not be judged: ${messageOf(error)}\n`);
    if (cli.verbose && error instanceof Error) host.stderr.write(`${error.stack}\n`);
  }
  return { run: begun.run, dir: begun.record.dir, judged, exits, unreverted: result.unreverted };
}

const foreignUrls = ({ arms }: Scenario): string[] =>
  arms.flatMap(({ targets }) => targets.flatMap((it) => (it.kind === "http" ? [it.url] : [])));

/** What a look finds is the verdict if the run ended there: that it goes on so far is no interruption. */
const asEnded = { status: "completed", statusReason: null } as const;

/** Looks are judged from the record, like everything else. */
const steerOf = ({ record, run }: Begun) => {
  const { looks } = run.scenario.trials;
  const verdictNow = () => judge({ ...loadEvidence(record.dir), ...asEnded }, readBeside(record.dir)).verdict;
  return (done: number) => (looks === undefined ? null : steerByLooks(looks, done, verdictNow));
};

const searchOf = ({ record, run }: Begun) =>
  run.scenario.search === undefined ? null : () => stepFrom({ ...loadEvidence(record.dir), run });
