/** Samples that somebody else's harness took, judged as the trials of a run are: the same comparison, family, levels and words. */
import type { Metric, MetricKind } from "../../runner/record/metrics.ts";
import type { Margin } from "../../runner/record/scenario.ts";
import type { AnyUnit, Bound, Change } from "../../runner/shared/format.ts";
import { seeded } from "../../runner/shared/random.ts";
import { estimateOf } from "./estimate.ts";
import { type Comparison, type Known, reported } from "./inference/comparison.ts";
import { mdesOf } from "./inference/detectable.ts";
import { type Decision, decideAdvisory, decideFamily } from "./inference/family.ts";
import { fixedLevels, type Levels, type Look, levelsAt } from "./inference/levels.ts";
import { compare } from "./inference/paired.ts";
import { assumptionsOf, shapeOf } from "./inference/shape.ts";
import { type Asked, askedOf, lastDigitIn, RATIO_OF_NEGATIVES, stepIn } from "./inference/terms.ts";
import { compareSamples } from "./inference/unpaired.ts";
import type { Estimate } from "./judgement.ts";
import { worstOf } from "./order.ts";
import { becauseOfPairs, pairSides, sampleSides } from "./words/because.ts";
import { methodOf } from "./words/method.ts";
import { MENDED_FIRST, pairsWouldChange } from "./words/would-change.ts";

export interface SampledMetric {
  /** Unique in its session. */
  readonly name: string;
  /** Any text, shown as it is. */
  readonly unit: AnyUnit;
  readonly better: Metric["better"];
  /** Null: nothing is known of what it measures. */
  readonly kind: MetricKind | null;
  readonly margin: Margin;
  /** Smallest change that matters, in the unit; zero: none. */
  readonly floor: number;
  readonly advisory: boolean;
  /** The i-th of one side belongs to the i-th of the other: as many on both. */
  readonly paired: boolean;
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
  /** Keeps it undecided whatever the numbers say; a clause. */
  readonly obstacle: string | null;
}

export interface SampleSession {
  readonly alpha: number;
  readonly alphaFail: number;
  /** Pairs at each look, ascending; null without looks. */
  readonly looks: readonly number[] | null;
  readonly metrics: readonly SampledMetric[];
}

type SampleVerdict = "pass" | "regressed" | "inconclusive";

export interface SampleFinding {
  readonly name: string;
  /** As it was given. */
  readonly unit: AnyUnit;
  /** As it is shown. */
  readonly metric: { readonly unit: AnyUnit; readonly better: Metric["better"] };
  readonly advisory: boolean;
  readonly verdict: SampleVerdict;
  readonly scale: "ratio" | "difference";
  readonly bound: Bound;
  readonly baseline: Estimate | null;
  readonly candidate: Estimate | null;
  /** Ends may be infinite. Null below two values of each side. */
  readonly estimate: Change | null;
  /** The same for words and tables; null when any of its numbers is infinite. */
  readonly change: Change | null;
  readonly control: "interleaved" | "unbridged";
  readonly p: { readonly raw: number; readonly adjusted: number } | null;
  readonly method: string;
  /** Of independent samples the size of the smaller one. */
  readonly pairs: number;
  readonly pairsNeeded: number | null;
  readonly mde: number | null;
  readonly mdeFail: number | null;
  readonly tags: readonly string[];
  readonly warnings: readonly string[];
  readonly because: string;
  readonly wouldChange: string;
}

export interface SampleJudgement {
  readonly verdict: SampleVerdict;
  /** Null without looks. */
  readonly look: Look | null;
  readonly metrics: readonly SampleFinding[];
}

interface Prepared {
  readonly metric: SampledMetric;
  readonly asked: Asked;
  /** Null below two values of each side, where a ratio means nothing, and where something else stands in the way. */
  readonly comparison: Comparison | null;
}

export function judgeSamples(session: SampleSession): SampleJudgement {
  const levels = levelsOf(session);
  const prepared = session.metrics.map((it) => prepare(it, levels.pass));
  const [advisory, gating] = [true, false].map((it) => prepared.filter(({ metric }) => metric.advisory === it)) as [
    Prepared[],
    Prepared[],
  ];
  const decided = new Map([
    ...zip(gating, decideFamily(comparisonsOf(gating), levels)),
    ...zip(advisory, decideAdvisory(comparisonsOf(advisory), levels)),
  ]);
  const metrics = prepared.map((it) => findingOf(it, decided.get(it) ?? null, levels, gating.length));
  const deciding = metrics.filter((it) => !it.advisory).map((it) => it.verdict);
  return {
    // Where every metric is advisory nothing decides.
    verdict: deciding.length === 0 ? "inconclusive" : (worstOf(deciding) as SampleVerdict),
    look: levels.look,
    metrics,
  };
}

const comparisonsOf = (prepared: readonly Prepared[]): (Comparison | null)[] => prepared.map((it) => it.comparison);
const zip = (prepared: readonly Prepared[], decisions: readonly (Decision | null)[]): [Prepared, Decision | null][] =>
  prepared.map((it, i) => [it, decisions[i] ?? null]);

/** Pairs, or the size of the smaller of two independent samples. */
export const sizeOf = ({ baseline, candidate }: Pick<SampledMetric, "baseline" | "candidate">): number =>
  Math.min(baseline.length, candidate.length);

/** As in a run the look is that of the session: its metrics with most pairs say which. */
function levelsOf({ looks, alpha, alphaFail, metrics }: SampleSession): Levels {
  const done = Math.max(1, ...metrics.map(sizeOf));
  return looks === null ? fixedLevels(alpha, alphaFail) : levelsAt(looks, done, { alpha, alphaFail });
}

/** On which scale a metric is compared, and how large its margin is there. */
export const askedOfMetric = ({ margin, floor, baseline, candidate, ...metric }: SampledMetric): Asked =>
  askedOf(margin, metric, floor, baseline, (scale) => stepIn([...baseline, ...candidate], scale));

function prepare(metric: SampledMetric, alpha: number): Prepared {
  const asked = askedOfMetric(metric);
  const negative = asked.scale === "ratio" && [...metric.baseline, ...metric.candidate].some((it) => it < 0);
  // Equal constants are a change of nothing, zeros too: no ratio of them can be taken, but one of any others.
  const zeros = [...metric.baseline, ...metric.candidate].every((it) => it === 0);
  const known = (value: number): Known => ({ kind: "value", value: zeros && asked.scale === "ratio" ? 1 : value });
  const terms = { ...asked, alpha, stream: () => seeded(1, `sign-flip ${metric.name}`) };
  const [baseline, candidate] = [metric.baseline, metric.candidate].map((side) => side.map(known)) as [
    Known[],
    Known[],
  ];
  const comparison =
    sizeOf(metric) < 2 || negative || metric.obstacle !== null
      ? null
      : metric.paired
        ? compare(
            baseline.map((it, block) => ({ block, baseline: it, candidate: candidate[block] as Known })),
            terms,
          )
        : compareSamples(baseline, candidate, terms);
  return { metric, asked, comparison };
}

function findingOf(
  { metric, asked, comparison }: Prepared,
  decision: Decision | null,
  levels: Levels,
  family: number,
): SampleFinding {
  const { name, better, advisory, paired, baseline, candidate } = metric;
  const unit = shownUnit(metric.unit);
  const { scale } = asked;
  const bound: Bound = { kind: "margin", value: asked.margin, relative: scale === "ratio" };
  const common = {
    ...{ name, unit: metric.unit, metric: { unit, better }, advisory, scale, bound, pairs: sizeOf(metric) },
    baseline: estimateOf(baseline, scale),
    candidate: estimateOf(candidate, scale),
    control: paired ? ("interleaved" as const) : ("unbridged" as const),
  };
  const floored = asked.floored ? ["absolute floor"] : [];
  if (comparison === null || decision === null) {
    const none = {
      estimate: null,
      change: null,
      p: null,
      mde: null,
      mdeFail: null,
      method: "none",
      warnings: [],
      tags: floored,
    };
    return { ...common, ...none, verdict: "inconclusive", ...undecidable(metric, levels.alpha) };
  }
  const estimate = changeOf(comparison, { scale, better });
  const ends = [estimate.estimate, estimate.lower, estimate.upper].filter((it) => !Number.isFinite(it)).length;
  const change = ends === 0 ? estimate : null;
  const sides = paired ? pairSides(comparison) : sampleSides(baseline.length, candidate.length, comparison);
  // Not the smallest gap: two groups of equal values are as far apart as that.
  const resolution = lastDigitIn([...baseline, ...candidate], scale);
  const shape = shapeOf({ baseline, candidate, paired, scale, resolution }, unit, Math.max(1, family));
  return {
    ...common,
    estimate,
    change,
    verdict: decision.verdict,
    p: { raw: decision.p.raw, adjusted: decision.p.adjusted() },
    method: methodOf(comparison, scale, [candidate.length, baseline.length], "interleaved"),
    pairsNeeded: decision.pairsNeeded(),
    ...mdesOf(decision.detects(), { scale, better }),
    tags: [...decision.tags, ...shape.tags, ...floored],
    warnings: [
      ...assumptionsOf(decision.tags, comparison.pairs, paired),
      ...(ends > 0 ? ["an end of the interval, or the estimate, is infinite at this level: it is null here"] : []),
      ...shape.warnings,
    ],
    because: becauseOfPairs(comparison, decision, change, { bound, unit, sides }),
    wouldChange: pairsWouldChange(decision, change, { better, unit }, sides.advice(decision.pairsNeeded())),
  };
}

/** Numbers in "points" would be taken for percentage points, hundredths. */
const shownUnit = (unit: AnyUnit): AnyUnit => (unit === "points" ? "pts" : unit);

function changeOf(it: Comparison, terms: Pick<Asked, "scale" | "better">): Change {
  const [lower, upper] = [reported(it.lower, terms), reported(it.upper, terms)].sort((a, b) => a - b) as [
    number,
    number,
  ];
  return { scale: terms.scale, estimate: reported(it.estimate, terms), lower, upper };
}

function undecidable(
  metric: SampledMetric,
  alpha: number,
): Pick<SampleFinding, "because" | "wouldChange" | "pairsNeeded"> {
  if (metric.obstacle !== null || sizeOf(metric) >= 2)
    return {
      because: `${sentence(metric.obstacle ?? RATIO_OF_NEGATIVES)}.`,
      wouldChange: MENDED_FIRST,
      pairsNeeded: null,
    };
  const { paired, baseline, candidate } = metric;
  const needed = paired ? Math.ceil(Math.log2(1 / alpha)) : enoughOfEach(alpha);
  const have = paired
    ? `There is ${baseline.length === 1 ? "one pair" : "no pair"}`
    : `There are ${baseline.length} and ${candidate.length} values`;
  const because = `${have}: at least 2${paired ? "" : " of each"} are needed, ${needed} to assume nothing about their distribution.`;
  return {
    because,
    wouldChange: `At least ${needed} ${paired ? "pairs" : "values of each side"}.`,
    pairsNeeded: needed,
  };
}

/** Values of each side from which on two samples that do not overlap are less likely than alpha. */
function enoughOfEach(alpha: number): number {
  let each = 1;
  for (let ways = 2; 1 / ways > alpha; each++) ways = (ways * (2 * each + 2) * (2 * each + 1)) / (each + 1) ** 2;
  return each;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
