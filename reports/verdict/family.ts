/** Decisions over a family of comparisons: passing each at alpha, failing any at alphaFail for the whole family. */
import { benjaminiHochberg, holm } from "../stats/multiplicity.ts";
import { detectableEffect, pairsNeeded } from "../stats/power.ts";
import { MOST_PAIRS } from "./limits.ts";
import type { Companion, Comparison } from "./paired.ts";

export interface Levels {
  readonly alpha: number;
  readonly alphaFail: number;
}

export interface Decision {
  readonly verdict: "pass" | "regressed" | "inconclusive";
  readonly p: { readonly raw: number; readonly adjusted: number };
  /** The one-sided level at which "worse" was asked. */
  readonly level: number;
  readonly tags: readonly Tag[];
  /** In all; null when decided or out of reach. */
  readonly pairsNeeded: number | null;
  /** In "worse" units; null without a spread. */
  readonly mde: number | null;
}

export type Tag =
  | "improved"
  | "worse within tolerance"
  | "beyond margin proven"
  | "relies on normality"
  | "fragile"
  | "no spread"
  | "at least"
  | "by ranks";

/**
 * Holm over all that gate: a member without a comparison (null: nothing measured) keeps its place in the family, and is null again.
 * Passing needs no correction, since every gate has to pass (intersection-union).
 */
export function decideFamily(
  family: readonly (Comparison | null)[],
  { alpha, alphaFail }: Levels,
): (Decision | null)[] {
  const raw = family.map((it) => it?.p ?? 1);
  const adjusted = holm(raw);
  const order = raw.map((_, i) => i).sort((a, b) => (raw[a] as number) - (raw[b] as number) || a - b);
  const levels = new Array<number>(family.length);
  order.forEach((index, step) => {
    levels[index] = alphaFail / (family.length - step);
  });
  return family.map((comparison, i) =>
    comparison === null
      ? null
      : decide(comparison, alpha, {
          level: levels[i] as number,
          adjusted: adjusted[i] as number,
          worse: (adjusted[i] as number) <= alphaFail,
        }),
  );
}

/** Benjamini and Hochberg over what only advises: of those called worse, at most a share alpha is expected to be wrong. */
export function decideAdvisory(family: readonly (Comparison | null)[], alpha: number): (Decision | null)[] {
  const measured = family.filter((it) => it !== null);
  const adjusted = benjaminiHochberg(measured.map((it) => it.p));
  const kept = adjusted.filter((it) => it <= alpha).length;
  const level = (alpha * Math.max(1, kept)) / Math.max(1, measured.length);
  let next = 0;
  return family.map((comparison) => {
    if (comparison === null) return null;
    const p = adjusted[next++] as number;
    return decide(comparison, alpha, { level, adjusted: p, worse: p <= alpha });
  });
}

interface Worse {
  readonly level: number;
  readonly adjusted: number;
  /** The multiplicity-adjusted test says: worse than nothing. */
  readonly worse: boolean;
}

function decide(it: Comparison, alpha: number, { level, adjusted, worse }: Worse): Decision {
  const strict = it.worseAt(level);
  const regresses = worse && it.estimate >= it.margin;
  const companion: Companion = regresses ? strict.companion : it.passes ? it.passCompanion : "agrees";
  const fragile = companion === "disagrees";
  const verdict = fragile ? "inconclusive" : regresses ? "regressed" : it.passes ? "pass" : "inconclusive";
  const tags: Tag[] = [];
  if (it.method === "ranks") tags.push("by ranks");
  if (it.method === "least") tags.push("at least");
  if (it.spread === 0) tags.push("no spread");
  if (fragile) tags.push("fragile");
  if (companion === "silent" && it.spread !== 0) tags.push("relies on normality");
  if (verdict === "regressed" && strict.lower > it.margin) tags.push("beyond margin proven");
  if (verdict === "pass" && it.upper < 0) tags.push("improved");
  if (verdict === "pass" && it.lower > 0) tags.push("worse within tolerance");
  const spread = it.spread ?? 0;
  return {
    verdict,
    p: { raw: it.p, adjusted },
    level,
    tags,
    pairsNeeded: verdict === "inconclusive" ? needed(it, alpha, level) : null,
    mde: spread > 0 ? detectableEffect(it.pairs, alpha) * spread : null,
  };
}

/** Pairs, if the effect and the spread stay what they are, for the nearer of the two decisions: below the margin, or worse than nothing. */
function needed(it: Comparison, alpha: number, level: number): number | null {
  if (it.noise === null || it.noise === 0) return null;
  const [distance, at] = it.estimate < it.margin ? [it.margin - it.estimate, alpha] : [it.estimate, level];
  if (!(distance > 0) || !Number.isFinite(distance)) return null;
  const pairs = pairsNeeded(distance / it.noise, at, MOST_PAIRS);
  return pairs === null ? null : Math.max(it.pairs + 1, pairs);
}
