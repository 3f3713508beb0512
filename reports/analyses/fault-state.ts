/** Whether the faults that a condition is about were there to be measured: landed, met by requests, absorbed or felt. */
import type { Condition } from "../../runner/record/scenario.ts";
import type { FaultEvidence, TrialEvidence } from "../evidence/evidence.ts";

export interface FaultState {
  /** Why the condition can't be decided; null when every fault landed and was exposed to requests. */
  readonly obstacle: string | null;
  /** Landed everywhere, and no client felt it in any trial. */
  readonly absorbed: boolean;
}

/** The faults that a condition names, or whose phase it names, in every trial that came to an end. */
export function faultState(condition: Condition, trials: readonly TrialEvidence[]): FaultState {
  const faults = trials
    .filter((trial) => trial.outcome === "ok")
    .flatMap((trial) => trial.faults.filter((it) => concerns(condition, it)).map((fault) => ({ trial, fault })));
  const missed = faults.find(({ fault }) => whyNot(fault) !== null);
  const [first] = faults;
  if (missed !== undefined) {
    const others = faults.filter(({ fault }) => whyNot(fault) !== null).length - 1;
    const more = others > 0 ? `, and ${others} more` : "";
    const { trial, fault } = missed;
    return {
      obstacle: `the fault ${fault.name} ${whyNot(fault)} (trial ${trial.index}, ${trial.arm}${more})`,
      absorbed: false,
    };
  }
  return {
    obstacle: null,
    absorbed: first !== undefined && faults.every(({ fault }) => fault.observed === null),
  };
}

const concerns = (condition: Condition, fault: FaultEvidence): boolean =>
  condition.fault === null ? fault.phase === condition.phase : fault.name === condition.fault;

function whyNot(fault: FaultEvidence): string | null {
  if (fault.skipped !== null) return `was not injected: ${fault.skipped}`;
  if (!fault.landed) return `did not land${fault.proof.length > 0 ? `: ${fault.proof.join("; ")}` : ""}`;
  return fault.exposed === 0 ? "landed, but no request was due while it was on" : null;
}

/**
 * Where nothing was felt there is no time to effect, neither a good nor a bad one: leaving such trials out would select on the outcome,
 * and no rank of theirs is right in both directions. Null for every other metric, and where every trial or none absorbed the fault.
 */
export function absorbedInSome({ metric, fault: name }: Condition, trials: readonly TrialEvidence[]): string | null {
  if (metric !== "effect.delay") return null;
  const faults = trials
    .filter((trial) => trial.outcome === "ok")
    .flatMap((trial) => trial.faults.filter((it) => it.name === name && it.landed && it.exposed > 0));
  const absorbed = faults.filter((it) => it.effectDelayMs === null).length;
  return absorbed === 0 || absorbed === faults.length
    ? null
    : `${absorbed} of ${faults.length} trials absorbed the fault ${name}: they have no time to effect, and judging by the others would select on the outcome`;
}
