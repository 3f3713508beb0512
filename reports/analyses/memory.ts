/** How much memory instances took, whether it grew, and whether the kernel killed for it. */
import type { Series, Span } from "../evidence/evidence.ts";
import { theilSenSlope } from "../stats/theil-sen.ts";
import { increase, stepAt } from "./counters.ts";
import { absent, type Measure, seriesOf, value, whyAbsent } from "./measure.ts";

export const within = ({ t, x }: Series, { start, end }: Span): Series => {
  const keep = Array.from(t.keys()).filter((i) => (t[i] as number) >= start && (t[i] as number) < end);
  return {
    labels: {},
    t: Float64Array.from(keep, (i) => t[i] as number),
    x: Float64Array.from(keep, (i) => x[i] as number),
  };
};

export const memoryPeak: Measure = ({ trial, target, phases }) => {
  const sampled = seriesOf(trial, "rss", target).flatMap((it) => phases.flatMap((phase) => [...within(it, phase).x]));
  // The kernel's high-water mark sees what falls between samples; it belongs to the phase in which it rose.
  const marks = seriesOf(trial, "rss.peak", target).flatMap((it) =>
    phases.flatMap(({ start, end }) => {
      const [before, after] = [stepAt(it, start), stepAt(it, end)];
      return before !== null && after !== null && after > before ? [after] : [];
    }),
  );
  const all = [...sampled, ...marks];
  return all.length === 0 ? absent(whyAbsent(trial, "rss", target)) : value(all.reduce((a, b) => Math.max(a, b)));
};

/** Readings may end a little early: the sampler's last tick lies within this of the phase's end, ms. */
const edgeMs = 1000;

export const memorySlope: Measure = ({ trial, target, phases }) => {
  const all = seriesOf(trial, "rss", target);
  if (all.length === 0) return absent(whyAbsent(trial, "rss", target));
  // Of several phases the longest: a slope across a gap would be that of the gap.
  const phase = phases.reduce((longest, it) => (it.end - it.start > longest.end - longest.start ? it : longest));
  const slopes = all
    .filter((it) => (it.t[0] ?? 0) <= phase.start + edgeMs && (it.t.at(-1) ?? 0) >= phase.end - edgeMs)
    .map((it) => within(it, phase))
    .filter((it) => new Set(it.t).size >= 2)
    .map((it) => theilSenSlope(it.t, it.x) * 1000);
  return slopes.length === 0
    ? absent(`no instance of ${target} lived through ${phase.name}`)
    : value(Math.max(...slopes));
};

export const oomKills: Measure = ({ trial, target, phases }) => {
  const kills = seriesOf(trial, "cgroup.oom-kills", target);
  if (kills.length === 0) return absent(whyAbsent(trial, "cgroup.oom-kills", target));
  // A kill shows at the reading after it: counted by whole readings, never by halves.
  const whole = kills.map((it): Series => ({ ...it, t: stepped(it.t), x: stepped(it.x, true) }));
  return value(Math.round(increase(whole, phases, "group")));
};

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
