/** Counts of events compared exactly, and whether the counts of several trials may be pooled first. */
import { type ExactTest, exactTest } from "./counted.ts";
import { OutOfDomain, TooFew } from "./errors.ts";
import { incompleteGamma } from "./special.ts";

/** Events over an exposure (seconds, requests): any positive amount, in one unit for all that are compared. */
interface Rate {
  readonly events: number;
  readonly exposure: number;
}

/** Events of so many attempts, each an event or not. */
export interface Share {
  readonly events: number;
  readonly of: number;
}

function checkRate({ events, exposure }: Rate): void {
  if (!(Number.isInteger(events) && events >= 0)) throw new OutOfDomain("events must be a count", events);
  if (!(exposure > 0 && exposure < Number.POSITIVE_INFINITY))
    throw new OutOfDomain("an exposure must be positive", exposure);
}

function checkShare({ events, of }: Share): void {
  if (!(Number.isInteger(of) && of >= 1)) throw new OutOfDomain("attempts must be a whole number of at least 1", of);
  if (!(Number.isInteger(events) && events >= 0 && events <= of))
    throw new OutOfDomain(`events must be a count up to ${of}`, events);
}

/**
 * Exact comparison of two Poisson rates, given the events of both together (Przyborowski and Wilenski 1940).
 * Only for counts that vary as Poisson's do: see `dispersion`.
 * @returns p-values that the first rate is larger, smaller, or different; all 1 when there are no events
 * @throws OutOfDomain for events that are no count or an exposure that is not positive
 */
export function comparePoisson(first: Rate, second: Rate): ExactTest {
  checkRate(first);
  checkRate(second);
  const n = first.events + second.events;
  const odds = first.exposure / second.exposure;
  return exactTest(first.events, {
    lowest: 0,
    highest: n,
    mode: Math.min(n, Math.floor((n + 1) / (1 + 1 / odds))),
    ratio: (k) => ((n - k) / (k + 1)) * odds,
  });
}

/**
 * Fisher's exact test of two shares, given the events of both together (Fisher 1935).
 * @returns p-values that the first share is larger, smaller, or different
 * @throws OutOfDomain for events out of attempts that are no counts
 */
export function fisherExact(first: Share, second: Share): ExactTest {
  checkShare(first);
  checkShare(second);
  const events = first.events + second.events;
  const all = first.of + second.of;
  return exactTest(first.events, {
    lowest: Math.max(0, events - second.of),
    highest: Math.min(events, first.of),
    mode: Math.floor(((events + 1) * (first.of + 1)) / (all + 2)),
    ratio: (k) => ((first.of - k) / (k + 1)) * ((events - k) / (second.of - events + k + 1)),
  });
}

interface Dispersion {
  /** Pearson's chi-squared over its degrees of freedom: near 1 when trials differ only by chance, above when they differ by more. */
  readonly ratio: number;
  readonly statistic: number;
  readonly df: number;
  /** That trials with a common rate vary as much or more. */
  readonly p: number;
}

/**
 * Pearson dispersion of event counts of trials around a common rate. Well above 1, the totals must not be compared as Poisson counts.
 * @returns a ratio of 0 when there are no events: nothing varies
 * @throws TooFew below two trials; OutOfDomain for what is no rate
 * McCullagh and Nelder (1989), section 4.5. The p-value wants about one expected event a trial, or more.
 */
export function dispersion(trials: readonly Rate[]): Dispersion {
  trials.forEach(checkRate);
  return pearson(
    trials.map((it) => ({ events: it.events, of: it.exposure })),
    () => 1,
  );
}

/**
 * The same for events out of attempts, around a common share: what has to be near 1 before totals go into `fisherExact`.
 * @returns a ratio of 0 when none or all attempts are events
 * @throws TooFew below two trials; OutOfDomain for what is no share
 */
export function shareDispersion(trials: readonly Share[]): Dispersion {
  trials.forEach(checkShare);
  return pearson(trials, (share) => 1 - share);
}

function pearson(trials: readonly Share[], variance: (share: number) => number): Dispersion {
  if (trials.length < 2) throw new TooFew({ have: trials.length, need: 2 });
  const df = trials.length - 1;
  const common = trials.reduce((sum, it) => sum + it.events, 0) / trials.reduce((sum, it) => sum + it.of, 0);
  const spread = common * variance(common);
  const statistic =
    spread === 0 ? 0 : trials.reduce((sum, it) => sum + (it.events - common * it.of) ** 2 / (spread * it.of), 0);
  return { ratio: statistic / df, statistic, df, p: incompleteGamma(df / 2, statistic / 2).upper };
}
