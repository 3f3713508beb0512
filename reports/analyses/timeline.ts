/** What happened: stacked panels on one time axis, the median trial of each arm with the range over its trials. */
import type { Evidence, TrialEvidence } from "../evidence/evidence.ts";
import { medianOf } from "./centers.ts";
import type { Panel, Timeline } from "./parts.ts";
import { tracks } from "./tracks.ts";

/** Finest step, and steps that people read; s. */
const steps = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
const mostPoints = 600;

/** Null when no trial had load. */
export function timeline(evidence: Evidence): Timeline | null {
  const loaded = evidence.trials.filter((it) => it.loadStart !== null);
  const whole = loaded.filter((it) => it.outcome === "ok");
  const trials = whole.length > 0 ? whole : loaded;
  const [first] = trials;
  if (!first) return null;
  const seconds = trials.reduce((most, it) => Math.max(most, lengthOf(it)), 0) / 1000;
  // A bin that is wider than the step would stand in one of its steps, and leave zeros in the others.
  const bin = trials.reduce((most, it) => Math.max(most, it.bins.every), 0) / 1000;
  const step = steps.find((it) => it >= bin && seconds / it <= mostPoints) ?? Math.ceil(seconds / mostPoints);
  const t = Array.from({ length: Math.ceil(seconds / step - 1e-9) }, (_, i) => i * step);
  const arms = evidence.run.scenario.arms.map((it) => it.name);
  const panels = tracks(evidence).map(({ title, unit, lines }): Panel => {
    const shown = lines.flatMap(({ label, dashed, read }) =>
      arms.flatMap((arm) => {
        const columns = trials.filter((it) => it.arm === arm).map((it) => read(it, t, step));
        const bins = t.map((_, i) => columns.map((it) => it[i] ?? null));
        if (bins.every((it) => it.every((value) => value === null))) return [];
        const many = columns.length > 1;
        return [
          {
            ...{ label, arm, dashed, center: bins.map(medianOf) },
            low: many ? bins.map((it) => edge(it, Math.min)) : null,
            high: many ? bins.map((it) => edge(it, Math.max)) : null,
          },
        ];
      }),
    );
    return { title, unit, lines: shown };
  });
  return {
    t,
    phases: first.phases.map(({ name, start, end, warmup }) => ({
      ...{ name, warmup, start: since(first, start), end: since(first, end) },
    })),
    faults: marks(trials),
    panels: panels.filter((it) => it.lines.length > 0),
  };
}

const lengthOf = ({ phases, loadStart }: TrialEvidence): number => (phases.at(-1)?.end ?? 0) - (loadStart ?? 0);

/** s since the load's start, of a time on the run clock. */
const since = (trial: TrialEvidence, t: number): number => (t - (trial.loadStart ?? 0)) / 1000;

const edge = (values: readonly (number | null)[], of: (...values: number[]) => number): number | null => {
  const known = values.filter((it) => it !== null);
  return known.length === 0 ? null : of(...known);
};

/** From its acknowledgement, or when clients felt it if that was sooner, until they felt it no more, else to its revert; medians over the trials in which it landed. */
function marks(trials: readonly TrialEvidence[]): Timeline["faults"] {
  const landed = trials.flatMap((trial) => trial.faults.filter((it) => it.landed).map((fault) => ({ trial, fault })));
  return [...Map.groupBy(landed, ({ fault }) => fault.name)].flatMap(([name, all]) => {
    const windows = all.map(({ trial, fault }) => {
      const { observed, acknowledged, requested } = fault;
      const begun = [observed?.start, acknowledged?.start].filter((it) => it !== undefined);
      const start = begun.length > 0 ? Math.min(...begun) : (requested?.start ?? 0);
      return {
        start: since(trial, start),
        end: since(trial, observed?.end ?? acknowledged?.end ?? requested?.end ?? start),
      };
    });
    const [start, end] = [medianOf(windows.map((it) => it.start)), medianOf(windows.map((it) => it.end))];
    return start === null || end === null ? [] : [{ name, start, end: Math.max(start, end) }];
  });
}
