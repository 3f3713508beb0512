/** `baseline accept`: stores what a run measured of one arm beside its scenario, and says what that changes. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type StoredBaseline, serialize } from "../../../reports/baseline/format.ts";
import { placeInWords } from "../../../reports/baseline/place.ts";
import { storedFrom } from "../../../reports/baseline/store.ts";
import { type Changes, changesBetween } from "../../../reports/baseline/summary.ts";
import { loadEvidence } from "../../../reports/evidence/load.ts";
import { judge } from "../../../reports/verdict/judge.ts";
import type { Judgement } from "../../../reports/verdict/judgement.ts";
import { findRun } from "../../record/reader.ts";
import { redactor } from "../../record/redact.ts";
import { Exit, messageOf, UserError } from "../../shared/errors.ts";
import { writeWhole } from "../../shared/files.ts";
import { counted, formatValue, plainSpaces } from "../../shared/format.ts";
import { toLine } from "../../shared/lines.ts";
import { readBeside } from "../beside.ts";
import { type Cli, commandName } from "../context.ts";
import { armOf, baselineFileOf, readStored, shownFrom } from "../stored.ts";

export interface AcceptFlags {
  readonly arm?: string;
  readonly out: string;
  readonly scenario?: string;
  readonly force?: boolean;
}

export async function baselineAccept(cli: Cli, ref: string, flags: AcceptFlags): Promise<Exit> {
  const { host } = cli;
  const dir = findRun(resolve(host.cwd, flags.out), ref);
  const evidence = loadEvidence(dir);
  const { run } = evidence;
  const scenarioFile = flags.scenario === undefined ? run.scenario.file : resolve(host.cwd, flags.scenario);
  if (!existsSync(scenarioFile)) {
    throw new UserError(`the scenario of run ${run.id} is not at ${scenarioFile}, and its baseline belongs beside it`, {
      hint: "say where it is now: --scenario FILE",
    });
  }
  if (run.scenario.search !== undefined) {
    throw new UserError(
      `run ${run.id} searched for a capacity: its trials had many loads, and no baseline is one of them`,
      {
        hint: "gate capacity.rate with min instead",
      },
    );
  }
  const judgement = judge(evidence, readBeside(dir));
  const why = refusal(judgement);
  if (why !== null && flags.force !== true) {
    throw new UserError(`run ${run.id} is no baseline: ${why}`, {
      hint: "--force accepts it all the same; every report against it will say so",
    });
  }
  const options = { arm: armOf(run, flags.arm, "--arm"), verdict: judgement.verdict, forced: why !== null };
  const stored = redactor([host.env]).json(storedFrom(evidence, options));
  const file = baselineFileOf(scenarioFile);
  const old = oldOne(cli, file, scenarioFile);
  writeWhole(file, serialize(stored));
  if (judgement.verdict === "inconclusive" && why === null) {
    host.stderr.write("note: the run is inconclusive: nothing shows that it is no worse than what it replaces\n");
  }
  tell(cli, { file: shownFrom(host, file), scenario: shownFrom(host, scenarioFile), stored, old });
  return Exit.pass;
}

/** Why a run should not be what later ones are compared with; null when it may. An inconclusive one may: the first of all is. */
function refusal({ run, verdict, headline }: Judgement): string | null {
  if (run.status !== "completed")
    return `it ${run.status === "failed" ? "failed" : "was interrupted"} after ${run.blocks.done} of ${counted(run.blocks.planned, "block")}`;
  return verdict === "pass" || verdict === "inconclusive"
    ? null
    : `its verdict is ${verdict}: ${plainSpaces(headline)}`;
}

/** Null when there is none, or none that can be read: accepting a new one is what mends that. */
function oldOne({ host }: Cli, file: string, scenarioFile: string): StoredBaseline | null {
  if (!existsSync(file)) return null;
  try {
    return readStored(host, file, scenarioFile);
  } catch (error) {
    host.stderr.write(`note: replaced without a comparison: ${messageOf(error)}\n`);
    return null;
  }
}

interface Told {
  readonly file: string;
  readonly scenario: string;
  readonly stored: StoredBaseline;
  readonly old: StoredBaseline | null;
}

function tell(cli: Cli, { file, scenario, stored, old }: Told): void {
  const changes = old === null ? null : changesBetween(old, stored);
  const { run, arm, trials, samples, forced } = stored;
  if (cli.json) {
    cli.host.stdout.write(toLine({ type: "baseline", file, run, arm, trials: trials.length, forced, changes }));
    return;
  }
  const lines = [
    `${file}: ${arm} of run ${run}, ${counted(trials.length, "trial")}, ${counted(samples.length, "measurement")}${forced ? ", by force" : ""}`,
    ...(changes === null ? [] : changesInWords(changes)),
    `Commit it with the scenario. Next: ${commandName(cli.host)} run ${scenario}`,
  ];
  cli.host.stdout.write(`${plainSpaces(lines.join("\n"))}\n`);
}

function changesInWords({ moved, stayed, added, gone, around }: Changes): string[] {
  const names = moved.map(({ is }) => [is.title, placeInWords(is.place)].filter((it) => it !== "").join(" · "));
  const widest = Math.max(0, ...names.map((it) => it.length));
  const counts = [
    `${stayed} stayed in the range of the old trials`,
    ...(added > 0 ? [`${added} new`] : []),
    ...(gone > 0 ? [`${gone} no longer measured`] : []),
  ];
  return [
    ...moved.map(({ was, is }, i) => {
      const like = Math.max(Math.abs(was.center.center), Math.abs(is.center.center));
      const [from, to] = [was, is].map((it) => formatValue(it.center.center, it.unit, { like }));
      return `  ${names[i]?.padEnd(widest)}  ${from} → ${to}`;
    }),
    `  ${counts.join(", ")}`,
    ...around.map((it) => `  ${it}`),
  ];
}
