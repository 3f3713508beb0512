/** What options of `run` and `plan` make of a scenario: its trials, its seed, one of its arms. */
import type { Condition, Scenario } from "../../record/scenario.ts";
import type { Setting } from "../../scenario/document/set.ts";
import { UserError } from "../../shared/errors.ts";

export interface Selection {
  readonly set: readonly string[];
  readonly trials?: number;
  readonly seed?: number;
  readonly only?: string;
}

export const settingsOf = ({ set, trials, seed }: Selection): readonly Setting[] => [
  ...set,
  ...(trials === undefined ? [] : [{ argument: `trials.count=${trials}`, typed: `--trials ${trials}` }]),
  ...(seed === undefined ? [] : [{ argument: `trials.seed=${seed}`, typed: `--seed ${seed}` }]),
];

/** What one arm can't answer alone is left out, but for what a stored baseline answers the other side of. */
export function onlyArm(scenario: Scenario, only: string | undefined, stored: boolean): Scenario {
  if (only === undefined) return scenario;
  const arm = scenario.arms.find((it) => it.name === only);
  if (arm === undefined) {
    throw new UserError(`no arm of ${scenario.name} is named "${only}"`, {
      hint: `its arms: ${scenario.arms.map((it) => it.name).join(", ")}`,
    });
  }
  const answered = (it: Condition) => it.versus === null || (stored && it.versus === "baseline" && only !== "baseline");
  const stays = (it: Condition) => answered(it) && (it.arm === null || it.arm === only);
  return { ...scenario, arms: [arm], gates: scenario.gates.filter(stays), claims: scenario.claims.filter(stays) };
}
