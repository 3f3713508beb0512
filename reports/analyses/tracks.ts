/** The panels of the timeline, and how each of their lines is read from a trial. */
import type { Arm, Scenario } from "../../runner/record/scenario.ts";
import type { Unit } from "../../runner/shared/quantities.ts";
import type { Evidence, Series, Span, TrialEvidence } from "../evidence/evidence.ts";
import { counterAt, stepsIn } from "./counters.ts";
import { pauseShare, pausesOf, toldBy } from "./gc.ts";
import { livesOf, overlap, seriesOf } from "./measure.ts";
import { isOf, withChildren } from "./memory.ts";

interface Track {
  readonly title: string;
  readonly unit: Unit;
  readonly lines: readonly TrackLine[];
}
interface TrackLine {
  readonly label: string;
  readonly dashed: boolean;
  readonly read: ReadTrack;
}
/** One value per bin; `t` are the bins' starts and `step` their width, s since the load's start. */
type ReadTrack = (trial: TrialEvidence, t: readonly number[], step: number) => readonly (number | null)[];

export function tracks({ run }: Evidence): readonly Track[] {
  const load = run.scenario.arms[0]?.load.target ?? "";
  const others = (run.scenario.arms[0]?.targets ?? []).map((it) => it.name).filter((it) => it !== load);
  const hit = others.filter((name) => run.scenario.faults.some((it) => it.target === name));
  // Without a declared one, a limit is in force for the moment that a fault needs to kill: no panel's worth.
  const limited = run.scenario.arms.some((arm) => declaredLimit(arm, load) !== null);
  const line = (label: string, read: ReadTrack, dashed = false): TrackLine => ({ label, read, dashed });
  const nearest: Track = {
    title: "Memory nearest to its limit",
    unit: "bytes",
    lines: [line("charged", nearestToLimit("charged", load)), line("limit", nearestToLimit("limit", load), true)],
  };
  return [
    { title: "Throughput", unit: "1/s", lines: [line("ok", rate("ok")), line("due", rate("due"), true)] },
    { title: "Failed requests", unit: "ratio", lines: [line("", failedShare)] },
    { title: "Response time", unit: "ms", lines: [line("p99", quantile("p99")), line("p50", quantile("p50"), true)] },
    ...[load, ...hit].map(
      (target): Track => ({
        title: `Instances of ${target}`,
        unit: "count",
        lines: [
          line("ready", fewest("instances.ready", target)),
          line("desired", fewest("instances.desired", target), true),
        ],
      }),
    ),
    {
      title: "Memory, largest instance",
      unit: "bytes",
      lines: [line("used", largest("rss", load)), line("limit", emulatedLimit(run.scenario, load), true)],
    },
    ...(limited ? [nearest] : []),
    { title: "CPU", unit: "cores", lines: [line("", cores(load))] },
    { title: "GC pause share", unit: "ratio", lines: [line("", gcShare(load))] },
  ];
}

/** Sum of a column of the load's bins over [t, t + step). */
function total(trial: TrialEvidence, column: Float64Array, t: number, step: number): number {
  const { every } = trial.bins;
  let sum = 0;
  for (let i = Math.round((t * 1000) / every); i < Math.round(((t + step) * 1000) / every); i++) sum += column[i] ?? 0;
  return sum;
}

const rate =
  (column: "ok" | "due"): ReadTrack =>
  (trial, t, step) =>
    t.map((it) => (reaches(trial, it) ? total(trial, trial.bins[column], it, step) / step : null));

const failedShare: ReadTrack = (trial, t, step) =>
  t.map((it) => {
    const due = total(trial, trial.bins.due, it, step);
    const failed = total(trial, trial.bins.bad, it, step) - total(trial, trial.bins.slow, it, step);
    return due > 0 ? failed / due : null;
  });

/** A line of one second stands in every bin of that second. */
const quantile =
  (which: "p50" | "p99"): ReadTrack =>
  (trial, t, step) => {
    const seconds = trial.seconds();
    return t.map((it) => {
      const inside = seconds.filter((second) => second.t / 1000 < it + step && second.t / 1000 + 1 > it);
      const values = inside.flatMap((second) => second[which] ?? []);
      return values.length === 0 ? null : values.reduce((a, b) => Math.max(a, b));
    });
  };

const reaches = (trial: TrialEvidence, t: number): boolean =>
  t * 1000 < (trial.phases.at(-1)?.end ?? 0) - (trial.loadStart ?? 0);

const spanAt = (trial: TrialEvidence, t: number, step: number): Span => {
  const start = (trial.loadStart ?? 0) + t * 1000;
  return { start, end: start + step * 1000 };
};

const fewest =
  (metric: string, target: string): ReadTrack =>
  (trial, t, step) => {
    const [series] = seriesOf(trial, metric, target);
    return t.map((it) => {
      const span = spanAt(trial, it, step);
      const told = series && reaches(trial, it) && trial.absent(metric, span.end) === null;
      const steps = told ? stepsIn(series, span) : [];
      return steps.length === 0 ? null : Math.min(...steps.map((found) => found.value));
    });
  };

const largest =
  (metric: string, target: string): ReadTrack =>
  (trial, t, step) => {
    const out: (number | null)[] = t.map(() => null);
    for (const series of withChildren({ trial, target }, seriesOf(trial, metric, target), `${metric}.children`)) {
      series.t.forEach((at, i) => {
        const bin = Math.floor((at - (trial.loadStart ?? 0)) / 1000 / step);
        if (bin >= 0 && bin < out.length) out[bin] = Math.max(out[bin] ?? 0, series.x[i] ?? 0);
      });
    }
    return out;
  };

const declaredLimit = ({ targets }: Arm, target: string): number | null => {
  const spec = targets.find((it) => it.name === target);
  return spec?.kind === "process" ? spec.limits.memory : null;
};

/** Where no cgroup holds it: what was declared, which the harness then enforces on the resident set. */
const emulatedLimit =
  ({ arms }: Scenario, target: string): ReadTrack =>
  (trial, t) => {
    const arm = arms.find((it) => it.name === trial.arm);
    const emulated = trial.events.some(
      (it) => it.type === "target.ready" && it.target === target && it.confinement === "emulated",
    );
    const limit = emulated && arm ? declaredLimit(arm, target) : null;
    return t.map((it) => (reaches(trial, it) ? limit : null));
  };

/** Of the instance that is charged the largest share of its limit; a fault may squeeze one of them. Null while no limit is in force. */
const nearestToLimit =
  (which: "charged" | "limit", target: string): ReadTrack =>
  (trial, t, step) => {
    const limits = seriesOf(trial, "cgroup.memory.limit", target);
    const pairs = seriesOf(trial, "cgroup.memory", target).flatMap((charged) =>
      limits.filter(isOf(charged)).map((limit) => ({ charged, limit })),
    );
    return t.map((it) => {
      const span = spanAt(trial, it, step);
      const seen = pairs
        .filter(({ charged, limit }) => overlap(span, inForce(limit)) > 0 && overlap(span, rangeOf(charged)) > 0)
        .map(({ charged, limit }) => ({
          charged: Math.max(...stepsIn(charged, span).map(({ value }) => value)),
          limit: Math.min(...stepsIn(limit, span).map(({ value }) => value)),
        }));
      const [first] = seen.sort((a, b) => b.charged / b.limit - a.charged / a.limit);
      return first === undefined ? null : first[which];
    });
  };

/** Limits are read once a second, and hold in between. */
const inForce = ({ t }: Series): Span => ({ start: t[0] ?? 0, end: (t.at(-1) ?? 0) + 1000 });

const cores =
  (target: string): ReadTrack =>
  (trial, t, step) => {
    const all = ["cpu.time", "cpu.children"].flatMap((it) => seriesOf(trial, it, target));
    return t.map((it) => {
      const span = spanAt(trial, it, step);
      const seen = all.filter((series) => overlap(span, rangeOf(series)) > 0);
      if (seen.length === 0) return null;
      return (
        seen.reduce((sum, series) => sum + counterAt(series, span.end, 0) - counterAt(series, span.start, 0), 0) /
        (step * 1000)
      );
    });
  };

const rangeOf = ({ t }: Series): Span => ({ start: t[0] ?? 0, end: t.at(-1) ?? 0 });

const gcShare =
  (target: string): ReadTrack =>
  (trial, t, step) => {
    const pauses = pausesOf(trial, target);
    const lives = livesOf(trial, target);
    const metric = toldBy({ trial, target });
    return t.map((it) => {
      const span = spanAt(trial, it, step);
      const told = reaches(trial, it) && trial.absent(metric, span.end) === null;
      return told ? pauseShare(lives, pauses, [span]) : null;
    });
  };
