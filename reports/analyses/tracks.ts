/** The panels of the timeline, and how each of their lines is read from a trial. */
import type { Unit } from "../../runner/shared/quantities.ts";
import type { Evidence, Series, Span, TrialEvidence } from "../evidence/evidence.ts";
import { counterAt, stepsIn } from "./counters.ts";
import { pauseShare, pausesOf } from "./gc.ts";
import { livesOf, overlap, seriesOf } from "./measure.ts";

export interface Track {
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
  const line = (label: string, read: ReadTrack, dashed = false): TrackLine => ({ label, read, dashed });
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
    { title: "Memory, largest instance", unit: "bytes", lines: [line("", largest("rss", load))] },
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
      const steps = series && reaches(trial, it) ? stepsIn(series, spanAt(trial, it, step)) : [];
      return steps.length === 0 ? null : Math.min(...steps.map((found) => found.value));
    });
  };

const largest =
  (metric: string, target: string): ReadTrack =>
  (trial, t, step) => {
    const out: (number | null)[] = t.map(() => null);
    for (const series of seriesOf(trial, metric, target)) {
      series.t.forEach((at, i) => {
        const bin = Math.floor((at - (trial.loadStart ?? 0)) / 1000 / step);
        if (bin >= 0 && bin < out.length) out[bin] = Math.max(out[bin] ?? 0, series.x[i] ?? 0);
      });
    }
    return out;
  };

const cores =
  (target: string): ReadTrack =>
  (trial, t, step) => {
    const all = seriesOf(trial, "cpu.time", target);
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
    return t.map((it) => (reaches(trial, it) ? pauseShare(lives, pauses, [spanAt(trial, it, step)]) : null));
  };
