/** The one-sided levels at which a judgement decides: fixed in advance, or spent over pre-registered looks. */
import { nominalLevels, sequentialP } from "../../stats/sequential.ts";
import { type Spend, spendOBrienFleming, spendPocock } from "../../stats/spending.ts";

export interface Levels {
  /** Of passing: the chance that a change as large as the margin passes. */
  readonly alpha: number;
  /** Of failing, for all gates together. */
  readonly alphaFail: number;
  /** What of `alpha` may be used now: a one-sided nominal level. */
  readonly pass: number;
  /** What of a share of `alphaFail` may be used now. */
  readonly fail: (share: number) => number;
  /** The p-value of now as one over all looks: at most a share of `alphaFail` exactly when p is at most `fail(share)`. */
  readonly overall: (p: number) => number;
  /** Null without looks. */
  readonly look: Look | null;
  /** The looks still to come, each with its own levels. */
  readonly ahead: () => readonly { readonly blocks: number; readonly levels: Levels }[];
}

export interface Look {
  /** Blocks of each look that was taken, this one included. */
  readonly taken: readonly number[];
  /** Blocks at the last look. */
  readonly of: number;
}

/** Instead of the zero of a look far too early to spend anything: no data reach it, and every bound at it is still a number. */
const LEAST = 1e-100;

/** Decided once, when all trials are done. */
export const fixedLevels = (alpha: number, alphaFail: number): Levels => ({
  alpha,
  alphaFail,
  pass: alpha,
  fail: (share) => share,
  overall: (p) => p,
  look: null,
  ahead: () => [],
});

/**
 * Decided at looks: passing spends as O'Brien and Fleming, which keeps nearly all for the end; failing spends as Pocock, more evenly, since
 * an early look at a small share of a small level could never stop (Lan and DeMets 1983; over several gates Maurer and Bretz 2013).
 *
 * @param looks blocks at each look, ascending; registered before the run
 * @param done blocks there are, at least one. A run that ended between two looks is looked at where it ended: Lan and DeMets allow any
 *   time that was not chosen for its outcome
 */
export function levelsAt(
  looks: readonly number[],
  done: number,
  { alpha, alphaFail }: Pick<Levels, "alpha" | "alphaFail">,
): Levels {
  const of = looks.at(-1) ?? done;
  const taken = [...looks.filter((it) => it < done), Math.min(done, of)];
  const fractions = taken.map((it) => it / of);
  const now = (level: number, spend: Spend) => Math.max(LEAST, nominalLevels(fractions, level, spend).at(-1) ?? level);
  return {
    alpha,
    alphaFail,
    pass: now(alpha, spendOBrienFleming),
    fail: remembered((share) => now(share, spendPocock)),
    // Only the look of now may fail: one that would have failed before would have ended the run.
    overall: (p) =>
      sequentialP(
        fractions.map((fraction, i) => ({ fraction, p: i === fractions.length - 1 ? p : 1 })),
        spendPocock,
      ),
    look: { taken, of },
    ahead: () =>
      looks.filter((it) => it > done).map((it) => ({ blocks: it, levels: levelsAt(looks, it, { alpha, alphaFail }) })),
  };
}

/** Every session of a batch asks for the same few levels. */
function remembered(of: (share: number) => number): (share: number) => number {
  const known = new Map<number, number>();
  return (share) => {
    const level = known.get(share) ?? of(share);
    known.set(share, level);
    return level;
  };
}
