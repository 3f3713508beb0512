/** What of a good scenario is likely not meant, told before a run. */
import type { Scenario } from "../../record/scenario.ts";
import type { Cli } from "../context.ts";
import { warnOfFewRequests } from "./few-requests.ts";
import { warnOfMisspeltEnv } from "./misspelt-env.ts";
import { warnOfShortWatch } from "./short-watch.ts";

export function warnBefore(cli: Cli, scenario: Scenario): void {
  if (cli.quiet) return;
  warnOfFewRequests(cli, scenario);
  warnOfShortWatch(cli, scenario);
  warnOfMisspeltEnv(cli, scenario);
}
