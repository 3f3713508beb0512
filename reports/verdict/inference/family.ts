/** Decisions over a family of comparisons: passing each at alpha, failing any at alphaFail for the whole family. */
import { benjaminiHochberg, holm } from "../../stats/multiplicity.ts";
import { detectableEffect, pairsNeeded } from "../../stats/power.ts";
import type { Companion, Comparison } from "./comparison.ts";
import { type Detectable, detectableBy } from "./detectable.ts";
import type { Levels } from "./levels.ts";
import { MOST_PAIRS } from "./limits.ts";

/** What costs integrals, and a decision does not need, is worked out when it is asked for. */
export interface Decision {
  readonly verdict: "pass" | "regressed" | "inconclusive";
  readonly p: { readonly raw: number; readonly adjusted: () => number };
  /** The one-sided level at which "worse" was asked. */
  readonly level: number;
  readonly tags: readonly Tag[];
  /** In all; null when decided or out of reach. */
  readonly pairsNeeded: () => number | null;
  /** Null without a spread. */
  readonly detects: () => Detectable | null;
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
export function decideFamily(family: readonly (Comparison | null)[], levels: Levels): (Decision | null)[] {
  const raw = family.map((it) => it?.p ?? 1);
  const adjusted = once(() => holm(raw.map(levels.overall)));
  const asked = new Array<Asked>(family.length);
  let worse = true;
  ascending(raw).forEach((index, step) => {
    const share = levels.alphaFail / (family.length - step);
    const level = levels.fail(share);
    worse &&= (raw[index] as number) <= level;
    asked[index] = {
      level,
      share,
      strictest: levels.alphaFail / family.length,
      worse,
      adjusted: () => adjusted()[index] as number,
    };
  });
  return family.map((it, i) => (it === null ? null : decide(it, levels, asked[i] as Asked)));
}

/** Benjamini and Hochberg over what only advises: of those called worse, at most a share alpha is expected to be wrong. */
export function decideAdvisory(family: readonly (Comparison | null)[], levels: Levels): (Decision | null)[] {
  const measured = family.filter((it) => it !== null);
  // A share of none is no level.
  if (measured.length === 0) return family.map(() => null);
  const raw = measured.map((it) => it.p);
  const adjusted = once(() => benjaminiHochberg(raw.map(levels.overall)));
  const shareOf = (kept: number) => (levels.alpha * kept) / measured.length;
  const kept = ascending(raw).findLastIndex((index, i) => (raw[index] as number) <= levels.fail(shareOf(i + 1))) + 1;
  const share = shareOf(Math.max(1, kept));
  const level = levels.fail(share);
  let next = 0;
  return family.map((it) => {
    if (it === null) return null;
    const index = next++;
    return decide(it, levels, {
      level,
      share,
      strictest: shareOf(1),
      worse: kept > 0 && it.p <= level,
      adjusted: () => adjusted()[index] as number,
    });
  });
}

/** Of all that are compared, each in its family: those that gate by `decideFamily`, those that only advise by `decideAdvisory`. */
export function decisionsOf<T>(
  all: readonly T[],
  of: { readonly comparison: (it: T) => Comparison | null; readonly isAdvisory: (it: T) => boolean },
  levels: Levels,
): ReadonlyMap<T, Decision | null> {
  const decided = (family: readonly T[], decide: typeof decideFamily) => {
    const decisions = decide(family.map(of.comparison), levels);
    return family.map((it, i) => [it, decisions[i] ?? null] as const);
  };
  const gating = all.filter((it) => !of.isAdvisory(it));
  return new Map([...decided(gating, decideFamily), ...decided(all.filter(of.isAdvisory), decideAdvisory)]);
}

/** Indices from the smallest value to the largest. */
const ascending = (p: readonly number[]): number[] =>
  p.map((_, i) => i).sort((a, b) => (p[a] as number) - (p[b] as number) || a - b);

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

interface Asked {
  readonly level: number;
  /** The share of the family's level that it is of: what more pairs would be held against. */
  readonly share: number;
  /** The share that is asked of one that is worse alone. */
  readonly strictest: number;
  /** The multiplicity-adjusted test says: worse than nothing. */
  readonly worse: boolean;
  readonly adjusted: () => number;
}

function decide(it: Comparison, levels: Levels, { level, share, strictest, adjusted, worse }: Asked): Decision {
  const strict = it.worseAt(level);
  const large = it.estimate >= it.margin;
  const regresses = worse && large;
  // By t alone it would be: what keeps it from it is the test that no odd pair carries.
  const odd = !worse && large && it.student !== null && it.student <= level;
  const companion: Companion = regresses
    ? strict.companion()
    : it.passes
      ? it.passCompanion()
      : odd
        ? "disagrees"
        : "agrees";
  const fragile = companion === "disagrees";
  const verdict = fragile ? "inconclusive" : regresses ? "regressed" : it.passes ? "pass" : "inconclusive";
  const tags: Tag[] = [];
  if (it.method === "ranks" || it.method === "rank-sum") tags.push("by ranks");
  if (it.method === "least") tags.push("at least");
  if (it.spread === 0) tags.push("no spread");
  if (fragile) tags.push("fragile");
  if (companion === "silent" && it.spread !== 0) tags.push("relies on normality");
  if (verdict === "regressed" && strict.lower > it.margin) tags.push("beyond margin proven");
  if (verdict === "pass" && it.upper < 0) tags.push("improved");
  if (verdict === "pass" && it.lower > 0) tags.push("worse within tolerance");
  return {
    verdict,
    p: { raw: it.p, adjusted },
    level,
    tags,
    pairsNeeded: () => (verdict === "inconclusive" ? needed(it, levels, share) : null),
    detects: () => detectableBy(it, levels, strictest),
  };
}

/**
 * Pairs, if the effect and the spread stay what they are, for the nearer of the two decisions: below the margin, or worse than nothing.
 * With looks the first of those to come that is likely to decide it, at its own level: between them nothing is decided.
 */
function needed(it: Comparison, { alpha, look, ahead }: Levels, share: number): number | null {
  if (it.noise === null || it.noise === 0) return null;
  const passing = it.estimate < it.margin;
  const distance = passing ? it.margin - it.estimate : it.estimate;
  if (!(distance > 0) || !Number.isFinite(distance)) return null;
  const effect = distance / it.noise;
  if (look !== null) {
    const decides = ahead().find(
      ({ blocks, levels }) => detectableEffect(blocks, passing ? levels.pass : levels.fail(share)) <= effect,
    );
    return decides?.blocks ?? null;
  }
  const pairs = pairsNeeded(effect, passing ? alpha : share, MOST_PAIRS);
  return pairs === null ? null : Math.max(it.pairs + 1, pairs);
}
