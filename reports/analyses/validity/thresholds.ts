/** What a k6 script's own thresholds say of the load: shown, never deciding. */
import type { ScriptThreshold } from "../../../runner/record/script-threshold.ts";
import { counted } from "../../../runner/shared/format.ts";
import type { TrialEvidence } from "../../evidence/evidence.ts";
import type { Check } from "../parts.ts";

interface InTrial extends ScriptThreshold {
  readonly trial: number;
}

/** Null where no script has any. A trial crosses one when the share of any worker does. */
export function thresholdsCheck(trials: readonly TrialEvidence[]): Check | null {
  const all = trials.flatMap(({ index, events }) =>
    events
      .flatMap((it) => (it.type === "load.done" ? (it.thresholds ?? []) : []))
      .map((it): InTrial => ({ ...it, trial: index })),
  );
  if (all.length === 0) return null;
  const told = [...Map.groupBy(all, (it) => it.expression)].map(([expression, of]) => `${expression} ${inWords(of)}`);
  return {
    status: all.every((it) => it.met === true) ? "ok" : "warning",
    title: "Script",
    text: `its thresholds, which do not decide: ${told.join("; ")}`,
  };
}

function inWords(all: readonly InTrial[]): string {
  const trials = counted(trialsOf(all), "trial");
  const crossed = all.filter((it) => it.met === false);
  const unknown = all.filter((it) => it.met === null);
  const [first] = crossed.length > 0 ? crossed : unknown;
  if (first === undefined) return `met in ${trials} (${all[0]?.found} in trial ${all[0]?.trial})`;
  if (first.met === null) return `${first.found} in ${trialsOf(unknown)} of ${trials}`;
  return `crossed in ${trialsOf(crossed)} of ${trials} (${first.found} in trial ${first.trial})`;
}

const trialsOf = (all: readonly InTrial[]): number => new Set(all.map((it) => it.trial)).size;
