/** What a center does not show of the trials behind it: a side that spreads wider, trials in two groups, differences that do not vary. */
import { type AnyUnit, counted, formatValue } from "../../../runner/shared/format.ts";
import { mean, standardDeviation } from "../../stats/describe.ts";
import { twoModes } from "../../stats/modes.ts";
import { pairedSpread, unpairedSpread } from "../../stats/spread.ts";
import type { Tag } from "./family.ts";

export interface Shape {
  /** What a pass must not hide. */
  readonly tags: readonly ShapeTag[];
  readonly warnings: readonly string[];
}

type ShapeTag = "wider spread" | "two groups";

/** Both sides; when paired, the i-th of one belongs to the i-th of the other. */
export interface Sides {
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
  readonly paired: boolean;
  readonly scale: "ratio" | "difference";
  /** Smallest step of the measurement, in the metric's unit; a share on the ratio scale. */
  readonly resolution: number;
}

/** A spread that is less than half as large again is no news, however surely it is larger. */
const WIDER = 1.5;
/** From so many times on it is told whatever the test says, of so many values a side. */
const TWICE = 2;
const ENOUGH = 6;
/** One-sided, for each metric a warning; for all metrics together (Bonferroni) the tag, which a headline repeats. */
const LEVEL = 0.05;

/** @param family metrics that are judged together */
export function shapeOf(sides: Sides, unit: AnyUnit, family: number): Shape {
  const { scale, baseline, candidate } = sides;
  const log = scale === "ratio";
  if (log && ![...baseline, ...candidate].every((it) => it > 0)) return { tags: [], warnings: [] };
  const there = (values: readonly number[]): readonly number[] => (log ? values.map(Math.log) : values);
  const points = { ...sides, baseline: there(baseline), candidate: there(candidate) };
  const shown = (point: number): string => formatValue(log ? Math.exp(point) : point, unit);
  const found = [spreadOf(points, family), groupsOf(points, shown), stillOf(points)];
  return { tags: found.flatMap((it) => it.tags), warnings: found.flatMap((it) => it.warnings) };
}

const nothing: Shape = { tags: [], warnings: [] };

function spreadOf({ baseline, candidate, paired, resolution }: Sides, family: number): Shape {
  if (baseline.length < 3 || candidate.length < 3) return nothing;
  const { p, ratio } = (paired ? pairedSpread : unpairedSpread)(baseline, candidate);
  const own = paired ? ownRatio(baseline, candidate) : ratio;
  // Beside a side that does not vary at all, one that varies by its last digit is no wider.
  const seen = ratio < Number.POSITIVE_INFINITY || standardDeviation(candidate) > resolution;
  const sure = p <= LEVEL && Math.max(ratio, own) >= WIDER;
  const twice = ratio >= TWICE && Math.min(baseline.length, candidate.length) >= ENOUGH;
  if (!((sure || twice) && seen)) return nothing;
  const wide = `the candidate's values ${inWords(ratio, own)}`;
  return {
    tags: sure && p <= LEVEL / family ? ["wider spread"] : [],
    warnings: [`${wide}: its center may be inside the margin, single trials of it need not be`],
  };
}

function inWords(ratio: number, own: number): string {
  if (ratio === Number.POSITIVE_INFINITY) return "vary, the baseline's do not";
  const times = (it: number): string =>
    it < 100 ? `spread ${it.toPrecision(2)} times as wide as the baseline's` : "spread far wider than the baseline's";
  return ratio >= WIDER ? times(ratio) : `${times(own)}, what both of a pair share aside`;
}

/** Of the standard deviations without what both of a pair share, which a drifting machine makes much of. */
function ownRatio(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [mean(x), mean(y)];
  const shared = x.reduce((sum, it, i) => sum + (it - mx) * ((y[i] as number) - my), 0) / (x.length - 1);
  const without = (values: readonly number[]): number => standardDeviation(values) ** 2 - Math.max(0, shared);
  return without(y) <= 0 ? 0 : Math.sqrt(without(y) / Math.max(0, without(x)));
}

function groupsOf({ baseline, candidate, resolution }: Sides, shown: (point: number) => string): Shape {
  const [theirs, own] = [baseline, candidate].map((it) => ({ modes: twoModes(it, resolution), n: it.length }));
  const told = (it: typeof own): string =>
    it?.modes == null
      ? ""
      : `around ${shown(it.modes.low)} and ${shown(it.modes.high)}, ${Math.round(it.modes.shareHigh * it.n)} of ${it.n} in the upper one`;
  if (own?.modes != null && theirs?.modes != null) {
    return {
      tags: [],
      warnings: [
        `the values of both sides fall into two groups (baseline ${told(theirs)}; candidate ${told(own)}): a change of the mean may be one of how many fall into which`,
      ],
    };
  }
  if (own?.modes != null) {
    return {
      tags: ["two groups"],
      warnings: [
        `the candidate's values fall into two groups (${told(own)}), the baseline's do not: its mean describes neither`,
      ],
    };
  }
  return theirs?.modes == null
    ? nothing
    : { tags: [], warnings: [`the baseline's values fall into two groups (${told(theirs)}), the candidate's do not`] };
}

/** Of pairs only: differences of exactly nothing. */
function stillOf({ baseline, candidate, paired }: Sides): Shape {
  if (!paired || baseline.length < 2) return nothing;
  const still = baseline.filter((it, i) => it === candidate[i]).length;
  return still * 2 < baseline.length
    ? nothing
    : {
        tags: [],
        warnings: [
          `${still} of ${counted(baseline.length, "pair")} do not differ at all: is it measured in steps that are too coarse for the margin?`,
        ],
      };
}

/** Of the arm under test, after its name; null when its trials are like the other's. */
export function unlikeWords(tags: readonly string[]): string | null {
  const wider = tags.includes("wider spread") ? ["spreads wider than the other arm's"] : [];
  const groups = tags.includes("two groups") ? ["falls into two groups"] : [];
  const words = [...wider, ...groups];
  return words.length === 0 ? null : words.join(" and ");
}

/** What a decision assumes, in words. */
export function assumptionsOf(tags: readonly Tag[], pairs: number, paired: boolean): string[] {
  const few = paired ? counted(pairs, "pair") : `${counted(pairs, "value")} of each side`;
  const words: Partial<Record<Tag, string>> = {
    "relies on normality": `${few} are too few for a test that assumes no distribution: it relies on normality`,
    "no spread": "no spread was seen: the step of the measurement stands in for it, where it is known",
    fragile: "a test that assumes no distribution does not agree: a few values carry the result",
    "by ranks": "a value is infinitely far from the others on this scale: only ranks were compared",
  };
  return tags.flatMap((it) => words[it] ?? []);
}
