/** Evidence of some arms alone, as if the others had not been run. */
import type { Evidence } from "./evidence.ts";

export function onlyArms(evidence: Evidence, names: readonly string[]): Evidence {
  const { run, trials } = evidence;
  const stays = (name: string): boolean => names.includes(name);
  return {
    ...evidence,
    run: { ...run, scenario: { ...run.scenario, arms: run.scenario.arms.filter((it) => stays(it.name)) } },
    trials: trials.filter((it) => stays(it.arm)),
  };
}
