/** `plan`: shows what a run would do, and does nothing. */
import { redactorOf } from "../../record/writer.ts";
import { Exit } from "../../shared/errors.ts";
import type { Cli } from "../context.ts";
import { loadScenarios } from "../load.ts";
import { planOf } from "../plan.ts";

export async function plan(cli: Cli, file: string, flags: { readonly set: readonly string[] }): Promise<Exit> {
  const loaded = loadScenarios(cli, [file], flags)?.[0];
  if (loaded === undefined) return Exit.usage;
  const { text, hash } = planOf(cli.host, loaded.scenario);
  cli.host.stdout.write(
    cli.json
      ? `${JSON.stringify({ scenario: redactorOf(cli.host, loaded).json(loaded.scenario), hash })}\n`
      : `${text}\nplan ${hash}\n`,
  );
  return Exit.pass;
}
