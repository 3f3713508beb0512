/** The faults of a run: how often they landed, were felt and reverted in each arm, and their three windows. */
import { median } from "simple-statistics";
import type { Evidence, FaultEvidence, Span } from "../evidence/evidence.ts";
import type { FaultReport } from "./parts.ts";

/** As many proofs as a person reads. */
const shownProofs = 5;

export function faultReports({ run, trials }: Evidence): readonly FaultReport[] {
  return run.scenario.faults.map((spec) => {
    const all = trials.flatMap((trial) =>
      trial.faults.filter((it) => it.name === spec.name).map((fault) => ({ arm: trial.arm, fault })),
    );
    const grades = all.filter(({ fault }) => fault.landed).map(({ fault }) => fault.grade);
    return {
      ...{ name: spec.name, kind: spec.kind, target: spec.target, phase: spec.phase },
      grade: grades.reduce<FaultReport["grade"]>(
        (worst, it) => (worst === null || (it ?? "") > worst ? it : worst),
        null,
      ),
      arms: run.scenario.arms.map(({ name }) =>
        armOf(
          name,
          all.filter((it) => it.arm === name).map((it) => it.fault),
        ),
      ),
      proofs: [...new Set(all.flatMap(({ fault }) => fault.proof))].slice(0, shownProofs),
    };
  });
}

function armOf(arm: string, faults: readonly FaultEvidence[]): FaultReport["arms"][number] {
  const count = (of: (fault: FaultEvidence) => boolean) => faults.filter(of).length;
  const recovered = faults.flatMap((it) => (it.recoveryMs === null ? [] : [it.recoveryMs]));
  const censored = count((it) => it.censored);
  return {
    arm,
    trials: faults.length,
    landed: count((it) => it.landed),
    felt: count((it) => it.landed && it.observed !== null),
    absorbed: count((it) => it.landed && it.exposed > 0 && it.observed === null),
    skipped: count((it) => it.skipped !== null),
    reverted: count((it) => it.landed && it.reverted),
    requested: spanOf(faults, (it) => it.requested),
    acknowledged: spanOf(faults, (it) => it.acknowledged),
    observed: spanOf(faults, (it) => it.observed),
    recoveryMs:
      recovered.length + censored === 0
        ? null
        : { median: recovered.length === 0 ? null : median(recovered), censored },
  };
}

/** Medians relative to the requested start, ms; an open end counts to the requested one. */
function spanOf(
  faults: readonly FaultEvidence[],
  window: (fault: FaultEvidence) => { readonly start: number; readonly end: number | null } | null,
): Span | null {
  const spans = faults.flatMap((it) => {
    const found = window(it);
    if (found === null || it.requested === null) return [];
    const { start, end } = it.requested;
    return [{ start: found.start - start, end: (found.end ?? end) - start }];
  });
  return spans.length === 0
    ? null
    : { start: median(spans.map((it) => it.start)), end: median(spans.map((it) => it.end)) };
}
