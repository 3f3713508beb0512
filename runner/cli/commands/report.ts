/** `report`: judges and renders a record again, also of an interrupted run, also by other gates. */
import { resolve } from "node:path";
import { findRun, readRun } from "../../record/reader.ts";
import { loadConditions } from "../../scenario/load.ts";
import { Exit } from "../../shared/errors.ts";
import { hasBaseline } from "../beside.ts";
import type { Cli } from "../context.ts";
import { verdictExit } from "../exit.ts";
import { formatsOf, judgeAndRender, printJudgement } from "../reports.ts";
import { tellProblems } from "../tell.ts";

interface ReportFlags {
  readonly format: string;
  readonly gates?: string;
  readonly inconclusive?: "pass" | "fail";
  readonly out: string;
}

export async function report(cli: Cli, ref: string, flags: ReportFlags): Promise<Exit> {
  const { host } = cli;
  const dir = findRun(resolve(host.cwd, flags.out), ref);
  const formats = formatsOf(flags.format);
  const { scenario } = readRun(dir);
  const file = flags.gates === undefined ? scenario.file : resolve(host.cwd, flags.gates);
  let conditions = {};
  if (flags.gates !== undefined) {
    const loaded = loadConditions(file, scenario, hasBaseline(dir));
    if (!loaded.ok) {
      tellProblems(cli, loaded.diagnostics);
      return Exit.usage;
    }
    conditions = { conditions: loaded.conditions };
  }
  const { judgement, paths } = await judgeAndRender(cli, dir, { formats, file, ...conditions });
  printJudgement(cli, judgement, paths, { file, inconclusive: flags.inconclusive });
  return verdictExit(judgement.verdict, flags.inconclusive);
}
