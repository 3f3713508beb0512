/** `plan`: shows what a run would do, and does nothing. */
import { redactorOf } from "../../record/writer.ts";
import { Exit } from "../../shared/errors.ts";
import { toLine } from "../../shared/lines.ts";
import type { Cli } from "../context.ts";
import { warnOfFewRequests } from "../few-requests.ts";
import { loadScenarios } from "../load.ts";
import { planOf } from "../plan.ts";

export async function plan(cli: Cli, file: string, flags: { readonly set: readonly string[] }): Promise<Exit> {
  const loaded = loadScenarios(cli, [file], flags)?.[0];
  if (loaded === undefined) return Exit.usage;
  warnOfFewRequests(cli, loaded.scenario);
  const { text, hash } = planOf(cli.host, loaded.scenario);
  cli.host.stdout.write(
    cli.json
      ? toLine({ type: "plan", hash, scenario: redactorOf(cli.host, loaded).json(loaded.scenario) })
      : `${text}\nplan ${hash}\n`,
  );
  return Exit.pass;
}
