/** How much memory instances took, whether it grew, whether pages were missing, and whether the kernel killed for it. */
import type { Series, Span } from "../evidence/evidence.ts";
import { theilSenSlope } from "../stats/theil-sen.ts";
import { increase, stepAt } from "./counters.ts";
import { ofFirstProcess } from "./first-process.ts";
import { absent, durationOf, type Measure, type Measurement, seriesOf, value } from "./measure.ts";
import { sampled, sampledOfEach } from "./sampled.ts";

export const within = ({ t, x }: Series, { start, end }: Span): Series => {
  const keep = Array.from(t.keys()).filter((i) => (t[i] as number) >= start && (t[i] as number) < end);
  return {
    labels: {},
    t: Float64Array.from(keep, (i) => t[i] as number),
    x: Float64Array.from(keep, (i) => x[i] as number),
  };
};

/** A level of each process, with that of processes that it started, which is read less often. */
export const withChildren = (
  { trial, target }: Pick<Measurement, "trial" | "target">,
  own: readonly Series[],
  metric: string,
): Series[] => {
  const children = seriesOf(trial, metric, target);
  return own.map((it) => {
    const theirs = children.find(isOf(it));
    return theirs === undefined ? it : { ...it, x: it.x.map((x, i) => x + (stepAt(theirs, it.t[i] as number) ?? 0)) };
  });
};

/** Readings of a process within the phases, and the kernel's high-water mark of it, which sees what falls between them. */
function levels(readings: Series, marks: readonly Series[], phases: readonly Span[]): { t: number; bytes: number }[] {
  const sampled = phases.flatMap((phase) => {
    const { t, x } = within(readings, phase);
    return Array.from(t, (at, i) => ({ t: at, bytes: x[i] as number }));
  });
  // It belongs to the phase in which it rose.
  const risen = marks.filter(isOf(readings)).flatMap((it) =>
    phases.flatMap(({ start, end }) => {
      const [before, after] = [stepAt(it, start), stepAt(it, end)];
      return before !== null && after !== null && after > before ? [{ t: end, bytes: after }] : [];
    }),
  );
  return [...sampled, ...risen];
}

export const isOf =
  ({ labels }: Series) =>
  (other: Series): boolean =>
    other.labels.instance === labels.instance && other.labels.pid === labels.pid;

export const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));

export const memoryPeak: Measure = (of) =>
  sampledOfEach(of, "rss", (own) => {
    const marks = withChildren(of, seriesOf(of.trial, "rss.peak", of.target), "rss.children");
    const all = withChildren(of, own, "rss.children").flatMap((it) => levels(it, marks, of.phases));
    return all.length === 0
      ? absent("no reading of the resident set within the phase")
      : value(largest(all.map((it) => it.bytes)));
  });

export const memoryLimitShare: Measure = (of) =>
  sampled(of, "cgroup.memory.limit", (limits) =>
    sampledOfEach(of, "cgroup.memory", (charged) => {
      const marks = seriesOf(of.trial, "cgroup.memory.peak", of.target);
      const shares = charged.flatMap((it) => {
        const limit = limits.find(isOf(it));
        return levels(it, marks, of.phases).flatMap(({ t, bytes }) => {
          const allowed = limit === undefined ? null : stepAt(limit, t);
          return allowed === null ? [] : [bytes / allowed];
        });
      });
      return shares.length === 0
        ? absent("not applicable: no memory limit was in force in the phase")
        : value(largest(shares));
    }),
  );

/** Readings may end a little early: the sampler's last tick lies within this of the phase's end, ms. */
const edgeMs = 1000;

export const memorySlope: Measure = (of) =>
  sampledOfEach(of, "rss", (own) => {
    const all = withChildren(of, own, "rss.children");
    // Of several phases the longest: a slope across a gap would be that of the gap.
    const phase = of.phases.reduce((longest, it) => (it.end - it.start > longest.end - longest.start ? it : longest));
    const slopes = all
      .filter((it) => (it.t[0] ?? 0) <= phase.start + edgeMs && (it.t.at(-1) ?? 0) >= phase.end - edgeMs)
      .map((it) => within(it, phase))
      .filter((it) => new Set(it.t).size >= 2)
      .map((it) => theilSenSlope(it.t, it.x) * 1000);
    return slopes.length === 0
      ? absent(`no instance of ${of.target} lived through ${phase.name}`)
      : value(Math.max(...slopes));
  });

const pageFaults = (counter: string): Measure =>
  ofFirstProcess((of) =>
    sampledOfEach(of, counter, (counts) => value(increase(counts, of.phases, "zero") / (durationOf(of.phases) / 1000))),
  );

export const majorPageFaults = pageFaults("faults.major");
export const minorPageFaults = pageFaults("faults.minor");

export const oomKills: Measure = (of) =>
  sampledOfEach(of, "cgroup.oom-kills", (kills) => {
    // A kill shows at the reading after it: counted by whole readings, never by halves.
    const whole = kills.map((it): Series => ({ ...it, t: stepped(it.t), x: stepped(it.x, true) }));
    return value(Math.round(increase(whole, of.phases, "group")));
  });

/** Every reading twice, the first of each pair just before the next: a line through them is a staircase. */
function stepped(column: Float64Array, values = false): Float64Array {
  const out: number[] = [];
  column.forEach((it, i) => {
    const next = column[i + 1];
    out.push(it);
    if (next !== undefined) out.push(values ? it : next);
  });
  return Float64Array.from(out);
}
