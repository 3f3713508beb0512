/** How long a fault took to be felt, and how long until the clients were served as before. */
import type { FaultEvidence } from "../evidence/evidence.ts";
import { absent, type Measure, type Measurement, value, worst } from "./measure.ts";

const ofFault =
  (read: (fault: FaultEvidence) => ReturnType<Measure>): Measure =>
  ({ trial, condition }: Measurement) => {
    const fault = trial.faults.find((it) => it.name === condition.fault);
    if (!fault)
      return absent(
        condition.fault === null ? "no fault is named" : `${condition.fault} was not reached in this trial`,
      );
    if (fault.skipped !== null) return absent(`${fault.name} was not injected: ${fault.skipped}`);
    if (!fault.landed) return absent(`${fault.name} did not land: ${fault.proof.join("; ") || "no proof"}`);
    if (fault.exposed === 0) return absent(`no request was due while ${fault.name} was on`);
    return read(fault);
  };

export const recoveryTime = ofFault((fault) => {
  if (fault.recoveryMs !== null) return value(fault.recoveryMs);
  if (fault.censored) return worst("not seen normal for 2 s before the next fault or the end of load", fault.atLeastMs);
  return absent("the bins counted slow answers by another threshold than its recovered: condition");
});

/** A condition on it stays undecided where some trials absorbed the fault (fault-state.ts). */
export const effectDelay = ofFault((fault) =>
  fault.effectDelayMs === null
    ? absent("absorbed: clients felt nothing that lasted for two bins")
    : value(fault.effectDelayMs),
);
