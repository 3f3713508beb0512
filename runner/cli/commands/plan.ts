/** `plan`: shows what a run would do, and does nothing. */
import { redactorOf } from "../../record/writer.ts";
import { Exit } from "../../shared/errors.ts";
import { toLine } from "../../shared/lines.ts";
import type { Cli } from "../context.ts";
import { plannedBaseline } from "../run/baseline-ref.ts";
import { refuseContradictions } from "../run/contradictions.ts";
import { planOf } from "../run/plan.ts";
import type { OneRun } from "../run/run-once.ts";
import { onlyArm, type Selection, settingsOf } from "../run/selection.ts";
import { warnBefore } from "../run/warnings.ts";
import { loadScenarios } from "../scenarios.ts";
import { hasStored } from "../stored.ts";

export async function plan(cli: Cli, file: string, flags: Selection & Pick<OneRun, "baselineRef">): Promise<Exit> {
  const loaded = loadScenarios(cli, [file], { ...flags, set: settingsOf(flags) })?.[0];
  if (loaded === undefined) return Exit.usage;
  refuseContradictions(flags);
  const selected = onlyArm(loaded.scenario, flags.only, hasStored(cli.host, loaded.scenario.file, undefined));
  const scenario = await plannedBaseline(cli.host, selected, flags.baselineRef);
  warnBefore(cli, scenario);
  const { text, hash } = planOf(cli.host, scenario);
  cli.host.stdout.write(
    cli.json
      ? toLine({ type: "plan", hash, scenario: redactorOf(cli.host, { scenario }).json(scenario) })
      : `${text}\nplan ${hash}\n`,
  );
  return Exit.pass;
}
