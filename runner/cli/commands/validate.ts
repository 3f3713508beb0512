/** `validate`: says what is wrong with scenarios, or that nothing is. */
import { Exit } from "../../shared/errors.ts";
import type { Cli } from "../context.ts";
import { loadScenarios } from "../load.ts";
import { paint } from "../paint.ts";
import { storedFor } from "../stored.ts";

export async function validate(
  cli: Cli,
  files: readonly string[],
  flags: { readonly set: readonly string[] },
): Promise<Exit> {
  const scenarios = loadScenarios(cli, files, flags, false);
  if (scenarios === null) return Exit.usage;
  for (const { scenario } of scenarios) storedFor(cli.host, scenario, undefined);
  const good = paint(cli.color.out).good("✓");
  for (const { scenario } of scenarios) {
    const seconds = scenario.phases.reduce((sum, it) => sum + it.durationMs, 0) / 1000;
    cli.host.stdout.write(
      `${good} ${scenario.name}: ${scenario.arms.length} arm${scenario.arms.length === 1 ? "" : "s"}, ${scenario.trials.count} trials each of ${seconds} s, ` +
        `${scenario.faults.length} faults, ${scenario.gates.length} gates\n`,
    );
  }
  return Exit.pass;
}
