/** What every measurement of one trial starts from: its phases, its target, and how series become numbers. */
import type { Condition } from "../../runner/record/scenario.ts";
import type { Evidence, PhaseEvidence, Scalar, Series, Span, TrialEvidence } from "../evidence/evidence.ts";

export interface Measurement {
  readonly evidence: Evidence;
  readonly trial: TrialEvidence;
  readonly condition: Condition;
  /** Never empty. */
  readonly phases: readonly PhaseEvidence[];
  readonly target: string;
}
/** One metric in one trial that came to its end. */
export type Measure = (of: Measurement) => Scalar;

export const value = (it: number, warnings: readonly string[] = []): Scalar =>
  warnings.length === 0 ? { kind: "value", value: it } : { kind: "value", value: it, warnings };
export const absent = (reason: string): Scalar => ({ kind: "absent", reason });
export const worst = (reason: string, atLeast: number | null = null): Scalar => ({ kind: "worst", reason, atLeast });

/** Its own phase, else its fault's, else all that are no warm-up and have no faults. */
export function phasesFor<P extends Pick<PhaseEvidence, "name" | "faults" | "warmup">>(
  trial: { readonly phases: readonly P[] },
  { phase, fault }: Pick<Condition, "phase" | "fault">,
): readonly P[] {
  if (phase !== null) return trial.phases.filter((it) => it.name === phase);
  if (fault !== null) return trial.phases.filter((it) => it.faults.includes(fault));
  return trial.phases.filter((it) => !it.warmup && it.faults.length === 0);
}

/** The condition's target, else the one under load. */
export const targetFor = (evidence: Evidence, trial: TrialEvidence, { target }: Condition): string =>
  target ?? evidence.run.scenario.arms.find((it) => it.name === trial.arm)?.load.target ?? "";

/** Why the engine can't give a metric; null when it can. */
export function lacking(trial: TrialEvidence, metric: string): string | null {
  for (const [prefix, why] of Object.entries(trial.declaration?.lacks ?? {})) {
    const name = prefix.replace(/\.?\*$/, "");
    if (metric === name || metric.startsWith(`${name}.`)) return why;
  }
  return null;
}

export const seriesOf = (trial: TrialEvidence, metric: string, target: string): readonly Series[] =>
  trial.series(metric).filter((it) => it.labels.target === target && it.t.length > 0);

export const durationOf = (phases: readonly Span[]): number => phases.reduce((sum, it) => sum + it.end - it.start, 0);

export const endOf = (phases: readonly Span[]): number => Math.max(...phases.map((it) => it.end));

/** A process of a target, from its start to its exit; run clock. `end` is Infinity while nobody saw it exit. */
export interface Life extends Span {
  readonly instance: string;
  readonly pid: number;
}

export function livesOf(trial: TrialEvidence, target: string): readonly Life[] {
  const exits = trial.events.filter((it) => it.type === "instance.exit");
  return trial.events.flatMap((it) =>
    it.type === "instance.start" && it.target === target
      ? [
          {
            instance: it.instance,
            pid: it.pid,
            start: it.t,
            end:
              exits.find((exit) => exit.pid === it.pid && exit.instance === it.instance)?.t ?? Number.POSITIVE_INFINITY,
          },
        ]
      : [],
  );
}

/** Length of the overlap of two spans. */
export const overlap = (a: Span, b: Span): number => Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
