/** How each arm is drawn: grey, dashed and hollow is always the baseline; the others differ in colour and in line style. */
import type { Judgement } from "../../verdict/judgement.ts";

export interface ArmStyle {
  readonly arm: string;
  /** Class of the style sheet: `b` baseline, `r` reference, `c1` to `c4` the judged ones. */
  readonly key: string;
}

const judged = ["c1", "c2", "c3", "c4"];

/** In the order of the run. More than four judged arms share styles; their names stand beside the lines. */
export function armStyles(judgement: Judgement): readonly ArmStyle[] {
  const { arms } = judgement.run;
  const compared = new Set(judgement.gates.map((it) => it.versus).filter((it) => it !== null));
  const isBaseline = (arm: string) => arms.length > 1 && (compared.has(arm) || arm === "baseline");
  const others = arms.filter((arm) => !isBaseline(arm) && arm !== "reference");
  return arms.map((arm) => ({
    arm,
    key: isBaseline(arm) ? "b" : arm === "reference" ? "r" : (judged[others.indexOf(arm) % judged.length] ?? "c1"),
  }));
}

/** An arm that the run does not name is drawn as the first judged one. */
export const styleOf = (styles: readonly ArmStyle[], arm: string): string =>
  styles.find((it) => it.arm === arm)?.key ?? "c1";
