/** What samplers told of a target becomes a number only where it was read to its end, and of every instance: what was not read is no zero. */
import { formatDuration } from "../../runner/shared/format.ts";
import type { Scalar, Series } from "../evidence/evidence.ts";
import { absent, durationOf, endOf, livesOf, type Measurement, overlap, seriesOf } from "./measure.ts";

type Told = readonly [Series, ...Series[]];

/** Absent where a sampler told nothing of the target, or went silent before the end of the phases. */
export function sampled(
  { trial, target, phases }: Measurement,
  metric: string,
  measure: (series: Told) => Scalar,
): Scalar {
  const [first, ...others] = seriesOf(trial, metric, target);
  if (first === undefined) return absent(trial.absent(metric) ?? `${metric} was not sampled for ${target}`);
  const why = trial.absent(metric, endOf(phases));
  return why === null ? measure([first, ...others]) : absent(why);
}

/** So much of the phases may lie behind the last reading of a process: a share, and at least ms, in which a busy sampler may be late. */
const mostUnread = { share: 0.2, ms: 500 };
/** For what is read, or told by the process itself, once a second. */
const SELDOM_MS = 2000;

/**
 * As `sampled`, for what is read of each process: one that is not read any more, while others are, seems to stand still, or to have
 * nothing. Its readings must reach the end of the phases, or of its life.
 */
export function sampledOfEach(
  of: Measurement,
  metric: string,
  measure: (series: Told) => Scalar,
  leastMs = mostUnread.ms,
): Scalar {
  return sampled(of, metric, (series) => {
    const why = unread(of, metric, series, leastMs);
    return why === null ? measure(series) : absent(why);
  });
}

export const sampledSeldom = (of: Measurement, metric: string, measure: (series: Told) => Scalar): Scalar =>
  sampledOfEach(of, metric, measure, SELDOM_MS);

/** Which process went unread for too long of the phases; null when none did. */
function unread(
  { evidence, trial, target, phases }: Measurement,
  metric: string,
  series: Told,
  leastMs: number,
): string | null {
  const most = Math.max(leastMs, mostUnread.share * durationOf(phases));
  for (const life of livesOf(trial, target)) {
    const own = series.filter(({ labels }) => labels.instance === life.instance && isPid(labels.pid, life.pid));
    const silent = { start: Math.max(life.start, ...own.map((it) => it.t.at(-1) as number)), end: life.end };
    const ms = phases.reduce((sum, it) => sum + overlap(it, silent), 0);
    // One that ended could not be read once more.
    const allowed = life.end < endOf(phases) ? evidence.run.scenario.samplers.everyMs : 0;
    if (ms > most + allowed)
      return `the last ${formatDuration(ms)} of ${life.instance} in the phase have no reading of ${metric}: samplers.every is too long for the phase, or the harness stalled or had no descriptors left`;
  }
  return null;
}

/** A group's counter has none: it outlives processes. */
const isPid = (told: string | undefined, pid: number): boolean => told === undefined || told === String(pid);
