/** The finding of one metric of somebody else's harness, with the words that a gate gets. */
import { type AnyUnit, type Bound, capitalized } from "../../../runner/shared/format.ts";
import { estimateOf } from "../findings/estimate.ts";
import { changeOf, finite } from "../inference/comparison.ts";
import { mdesOf } from "../inference/detectable.ts";
import type { Decision } from "../inference/family.ts";
import type { Levels } from "../inference/levels.ts";
import { assumptionsOf, shapeOf } from "../inference/shape.ts";
import { lastDigitIn, RATIO_OF_NEGATIVES } from "../inference/terms.ts";
import { becauseOfPairs, pairSides, sampleSides } from "../words/because.ts";
import { methodOf } from "../words/method.ts";
import { MENDED_FIRST, pairsWouldChange } from "../words/would-change.ts";
import type { SampledMetric, SampleFinding } from "./judgement.ts";
import { type Prepared, sizeOf } from "./prepare.ts";

export function findingOf(
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
  const change = finite(estimate);
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
      ...(change === null
        ? ["an end of the interval, or the estimate, is infinite at this level: it is null here"]
        : []),
      ...shape.warnings,
    ],
    because: becauseOfPairs(comparison, decision, change, { bound, unit, sides }),
    wouldChange: pairsWouldChange(decision, change, { better, unit }, sides.advice(decision.pairsNeeded())),
  };
}

/** Numbers in "points" would be taken for percentage points, hundredths. */
const shownUnit = (unit: AnyUnit): AnyUnit => (unit === "points" ? "pts" : unit);

function undecidable(
  metric: SampledMetric,
  alpha: number,
): Pick<SampleFinding, "because" | "wouldChange" | "pairsNeeded"> {
  if (metric.obstacle !== null || sizeOf(metric) >= 2)
    return {
      because: `${capitalized(metric.obstacle ?? RATIO_OF_NEGATIVES)}.`,
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
