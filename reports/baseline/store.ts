/** From a record to a stored baseline: every metric of one arm wherever it is measured, a value for each trial. */
import { conditionKey } from "../../runner/record/condition-key.ts";
import { metricNamed, metrics } from "../../runner/record/metrics.ts";
import type { Arm, Condition } from "../../runner/record/scenario.ts";
import { UserError } from "../../runner/shared/errors.ts";
import { where } from "../analyses/centers.ts";
import { absorbedInSome, faultState } from "../analyses/fault-state.ts";
import { scalarOf } from "../analyses/scalars.ts";
import { placesOf } from "../analyses/table.ts";
import type { Evidence, Scalar, TrialEvidence } from "../evidence/evidence.ts";
import { ended, trialsOf } from "../evidence/trials-of.ts";
import { machineOf } from "./fingerprint.ts";
import { BASELINE_SCHEMA, type StoredBaseline, type StoredSample, type StoredValue } from "./format.ts";
import { placeOf } from "./place.ts";

export interface StoreOptions extends Pick<StoredBaseline, "verdict" | "forced"> {
  readonly arm: string;
  /** Asked beside the scenario's own gates and claims. */
  readonly conditions?: readonly Condition[];
}

/** Digits of a value: a hundredth of what histograms tell apart, and few enough to be read. */
const DIGITS = 5;

/**
 * @throws UserError for an arm that the run does not have, one with fewer than two trials that came to their end, or a record of a
 *   version that did not note what it measured under
 */
export function storedFrom(
  evidence: Evidence,
  { arm: name, verdict, forced, conditions = [] }: StoreOptions,
): StoredBaseline {
  const { run } = evidence;
  const arm = armOf(run.scenario.arms, name);
  if (arm.setup === undefined) {
    throw new UserError(
      `run ${run.id} was recorded by shakedown ${run.versions.shakedown}, which did not note what it measured under`,
      {
        hint: "run the scenario again with this version",
      },
    );
  }
  const trials = trialsOf(evidence, name).filter(ended);
  if (trials.length < 2) {
    throw new UserError(
      `run ${run.id} has ${trials.length} trials of ${name} that came to their end: nothing can be compared with fewer than 2`,
      {
        hint: "run it with more trials (--trials)",
      },
    );
  }
  const reference = name === "reference" ? undefined : run.scenario.arms.find((it) => it.name === "reference");
  return {
    schema: BASELINE_SCHEMA,
    scenario: run.scenario.name,
    arm: name,
    run: run.id,
    measuredAt: run.startedAt,
    verdict,
    forced,
    versions: run.versions,
    hash: arm.hash,
    setup: arm.setup,
    reference: reference?.hash ?? null,
    environment: machineOf(run.environment),
    trials: trials.map(({ index, block, outcome, reason }) => ({
      trial: index,
      block,
      outcome: outcome === "failed" ? "failed" : "ok",
      ...(reason === null ? {} : { reason }),
    })),
    samples: samplesOf(evidence, arm, trials, {
      conditions: [...run.scenario.gates, ...run.scenario.claims, ...conditions],
      reference: reference === undefined ? null : trialsOf(evidence, reference.name).filter(ended),
    }),
  };
}

function armOf(arms: readonly Arm[], name: string): Arm {
  const arm = arms.find((it) => it.name === name);
  if (arm !== undefined) return arm;
  throw new UserError(`the run has no arm named ${name}`, {
    hint: `its arms: ${arms.map((it) => it.name).join(", ")}`,
  });
}

function samplesOf(
  evidence: Evidence,
  arm: Arm,
  trials: readonly TrialEvidence[],
  {
    conditions,
    reference,
  }: { readonly conditions: readonly Condition[]; readonly reference: readonly TrialEvidence[] | null },
): StoredSample[] {
  const asked = conditions.flatMap((it) => (metricNamed(it.metric)?.kind === "latency" ? [it, errorsOf(it)] : [it]));
  const seen = new Set<string>();
  return metrics.flatMap((metric) => {
    const everywhere = placesOf(evidence, metric).map((it) => ({ condition: it.condition, asked: false }));
    const wanted = asked.filter((it) => it.metric === metric.name).map((condition) => ({ condition, asked: true }));
    return [...wanted, ...everywhere].flatMap(({ condition, asked }): StoredSample[] => {
      const place = placeOf(condition, { phases: evidence.run.scenario.phases, load: arm.load });
      const key = conditionKey(place);
      if (seen.has(key)) return [];
      seen.add(key);
      const { metric: name, ...parts } = place;
      const head = { metric: name, ...withoutNulls(parts), unit: metric.unit };
      const full = where(name, parts);
      const scalars = trials.map((it) => scalarOf(evidence, it, full));
      const absent = faultState(full, trials).obstacle ?? absorbedInSome(full, trials) ?? nothing(scalars);
      if (absent !== null) return asked ? [{ ...head, absent }] : [];
      const beside = (it: TrialEvidence): StoredValue => {
        const partner = reference?.find((other) => other.block === it.block);
        return partner === undefined ? null : storedValue(scalarOf(evidence, partner, full));
      };
      return [
        { ...head, values: scalars.map(storedValue), ...(reference === null ? {} : { reference: trials.map(beside) }) },
      ];
    });
  });
}

/** A latency gate implies one on the errors of the same requests. */
const errorsOf = (it: Condition): Condition => ({ ...it, metric: "errors.ratio" });

const nothing = (scalars: readonly Scalar[]): string | null => {
  const reasons = scalars.flatMap((it) => (it.kind === "absent" ? [it.reason] : []));
  return reasons.length === scalars.length ? [...new Set(reasons)].join("; ") : null;
};

function storedValue(scalar: Scalar): StoredValue {
  switch (scalar.kind) {
    case "absent":
      return null;
    case "value":
      return rounded(scalar.value);
    case "worst":
      return scalar.atLeast === null ? "worst" : `>=${rounded(scalar.atLeast)}`;
  }
}

const rounded = (value: number): number => Number(value.toPrecision(DIGITS));

const withoutNulls = <T extends Readonly<Record<string, string | null>>>(parts: T): { [K in keyof T]?: string } =>
  Object.fromEntries(Object.entries(parts).filter(([, it]) => it !== null)) as { [K in keyof T]?: string };
