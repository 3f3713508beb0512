/** Two independent sets of finite values compared by their means; ranks accompany them. Numbers only. */
import { behrensFisherQuantile, behrensFisherTail, type Estimated } from "../../stats/behrens-fisher.ts";
import { mean, seenSpread, standardDeviation } from "../../stats/describe.ts";
import { mannWhitney } from "../../stats/mann-whitney.ts";
import { studentCdf, studentQuantile } from "../../stats/student.ts";
import { type Companion, type Comparison, noiseOf, reachOf, sizeOf, type Terms } from "./comparison.ts";
import { rankCompanion } from "./rank-sum.ts";

/** How far two sessions of the same thing are apart, by the history of many: what no number of trials in either of them shows. */
export interface Drift {
  /** Standard deviation of one session, a logarithm on the ratio scale. */
  readonly sd: number;
  /** That it was estimated from; at least two. */
  readonly sessions: number;
}

/**
 * Bounds are Welch's (1947): two sessions differ by twice the variance of one, and that part of it comes from few sessions and lends
 * them its degrees of freedom (Satterthwaite 1946). Worse is asked of Behrens and Fisher's distribution, since Welch's fails up to 15
 * times too often at strict levels when a small sample is the noisier one; and with fewer than four values on a side the bounds are too.
 */
export function byWelch(
  theirs: readonly number[],
  own: readonly number[],
  margin: number,
  { drift, ...terms }: Terms & { readonly drift: Drift | null },
): Comparison {
  const estimate = mean(own) - mean(theirs);
  const size = sizeOf([...theirs, ...own], terms.scale);
  const parts = partsOf(theirs, own, drift, size);
  // Ranks of trials say nothing of sessions: they may disagree, but can't vouch for what is decided by drift.
  const asFarAs = (it: Companion): Companion => (drift !== null && it === "agrees" ? "silent" : it);
  const pairs = Math.min(theirs.length, own.length);
  const error = errorOf(parts.all);
  const seen = error * Math.sqrt(pairs);
  const welch = (level: number): number => -studentQuantile(level, satterthwaite(parts.all));
  const few = pairs < ENOUGH && error > 0;
  const reach = (level: number): number =>
    reachOf(few ? behrensFisherQuantile(level, ...parts.two) / error : welch(level), seen, pairs, terms.rounding);
  const noise = noiseOf(seen, terms.resolution);
  const shifted = own.map((it) => it - margin);
  const p =
    noise === 0
      ? estimate > 0
        ? mannWhitney(own, theirs).greater
        : 1
      : pWorse(estimate, atLeast(parts, noise / Math.sqrt(pairs)));
  return {
    pairs,
    margin,
    estimate,
    // Those of few values cost hundreds of times what a decision does, and most are never shown.
    get lower() {
      return estimate - reach(terms.alpha);
    },
    get upper() {
      return estimate + reach(terms.alpha);
    },
    spread: seen,
    noise,
    p,
    student: p,
    method: "welch",
    // Theirs lie further out than Welch's.
    passes:
      estimate + reachOf(welch(terms.alpha), seen, pairs, terms.rounding) < margin &&
      (!few || estimate + reach(terms.alpha) < margin),
    passCompanion: () => asFarAs(rankCompanion(theirs, shifted, terms.alpha, size)),
    worseAt: (level) => ({
      get lower() {
        return estimate - reach(level);
      },
      companion: () => asFarAs(rankCompanion(own, theirs, level, size)),
    }),
  };
}

/** At levels up to this one Behrens and Fisher decide; above, what Welch's exceeds is next to nothing. */
const STRICT = 0.02;

function pWorse(estimate: number, { all, two }: Parts): number {
  // A resolution beyond all numbers, of a share of next to nothing, hides any difference.
  if (!Number.isFinite(errorOf(all))) return 1;
  const welch = studentCdf(-estimate / errorOf(all), satterthwaite(all));
  return welch > STRICT ? welch : Math.min(STRICT, behrensFisherTail(estimate, ...two));
}

const errorOf = (parts: readonly Estimated[]): number => Math.hypot(...parts.map((it) => it.error));

/** As much as the resolution hides: all the same share more, or the two sides alike where nothing was seen. */
function atLeast({ all, two }: Parts, error: number): Parts {
  const seen = errorOf(all);
  const more = (it: Estimated): Estimated => ({
    ...it,
    error: seen === 0 ? error / Math.SQRT2 : (it.error * error) / seen,
  });
  return { all: seen === 0 ? two.map(more) : all.map(more), two: [more(two[0]), more(two[1])] };
}

/** Values on a side from which on Welch's bounds hold what they promise at 5 %, whatever the two spreads are. */
const ENOUGH = 4;

interface Parts {
  /** Of the difference of means: a standard error each, independent of each other. */
  readonly all: readonly Estimated[];
  /** The same as two: where sessions drift, the trials of both together with the degrees of the smaller. */
  readonly two: readonly [Estimated, Estimated];
}

function partsOf(x: readonly number[], y: readonly number[], drift: Drift | null, size: number): Parts {
  const [one, two] = [x, y].map((it) => ({
    error: seenSpread(standardDeviation(it), size) / Math.sqrt(it.length),
    df: it.length - 1,
  })) as [Estimated, Estimated];
  if (drift === null) return { all: [one, two], two: [one, two] };
  const sessions = { error: Math.SQRT2 * drift.sd, df: drift.sessions - 1 };
  const trials = { error: Math.hypot(one.error, two.error), df: Math.min(one.df, two.df) };
  return { all: [one, two, sessions], two: [trials, sessions] };
}

/** Without any spread the degrees of freedom of a pooled test. */
function satterthwaite(parts: readonly Estimated[]): number {
  // Shares of the whole, whose squares can't be beyond all numbers.
  const whole = errorOf(parts);
  return whole === 0
    ? parts.reduce((all, it) => all + it.df, 0)
    : 1 / parts.reduce((all, it) => all + (it.error / whole) ** 4 / it.df, 0);
}
