/** Minimum detectable effects: what so many pairs say with 80 % power at the noise that was seen. Numbers only. */
import { normalQuantile } from "../../stats/normal.ts";
import { detectableEffect, POWER } from "../../stats/power.ts";
import { type Comparison, reported, type Terms } from "./comparison.ts";
import type { Levels } from "./levels.ts";
import { ALPHA } from "./limits.ts";

/** In "worse" units. */
export interface Detectable {
  /** The smallest margin that passes where nothing changed. */
  readonly pass: number;
  /** The smallest true worsening that is called regressed: significant at the strictest level that the family asks, and estimated at the margin or more. */
  readonly fail: number;
}

/**
 * @param strictest share of the family's level to fail that is asked of one that is worse alone
 * @returns null without a spread
 */
export function detectableBy(
  { pairs, spread, noise, margin, method }: Pick<Comparison, "pairs" | "spread" | "noise" | "margin" | "method">,
  { pass, fail }: Pick<Levels, "pass" | "fail">,
  strictest: number,
): Detectable | null {
  if (spread === null || spread === 0) return null;
  const seen = noise ?? spread;
  const level = fail(strictest);
  const least = (at: number): number => (method === "t" ? oneSided(pairs, at) : 0);
  return {
    pass: Math.max(detectableEffect(pairs, pass), least(pass)) * spread,
    fail: Math.max(detectableEffect(pairs, level, margin / seen), least(level)) * seen,
  };
}

/** So few pairs that the companion agrees only where all of them lie on one side: the effect at which they do with the same power. */
const oneSided = (pairs: number, level: number): number =>
  2 * 2 ** -pairs > Math.max(level, ALPHA) ? normalQuantile(POWER ** (1 / pairs)) : 0;

/** On the scale of a change, never negative; null where there is none, or beyond any number. */
export function mdesOf(
  it: Detectable | null,
  terms: Pick<Terms, "scale" | "better">,
): { readonly mde: number | null; readonly mdeFail: number | null } {
  const size = (worse: number | undefined): number | null => {
    const found = Math.abs(reported(worse ?? Number.NaN, terms));
    return Number.isFinite(found) ? found : null;
  };
  return { mde: size(it?.pass), mdeFail: size(it?.fail) };
}
