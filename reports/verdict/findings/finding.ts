/** One finding: the numbers of a hypothesis, its verdict, and the sentence that says why. */
import { absoluteBound } from "../../../runner/record/condition.ts";
import { leastOf } from "../../../runner/record/metric.ts";
import type { Bound } from "../../../runner/shared/format.ts";
import { changeOf, finite } from "../inference/comparison.ts";
import type { Decision } from "../inference/family.ts";
import { type Shape, shapeOf } from "../inference/shape.ts";
import { worseShare } from "../inference/superiority.ts";
import type { Finding } from "../judgement.ts";
import { failuresInWords } from "../prepare/failures.ts";
import type { Hypothesis } from "../prepare/hypotheses.ts";
import { absences, leastOfEach, otherSide, type Prepared, valuesOf } from "../prepare/prepare.ts";
import { robustOf } from "../prepare/robust.ts";
import { totalsInWords } from "../prepare/totals.ts";
import { controlTag } from "../words/stored.ts";
import { byBound } from "./by-bound.ts";
import { byPairs } from "./by-pairs.ts";
import { dots } from "./dots.ts";
import { estimateOf } from "./estimate.ts";
import { withExactBound } from "./none-failed.ts";
import { withOutcome } from "./outcome.ts";

/** @param family gates that are decided together */
export function findingOf(
  prepared: Prepared,
  decision: Decision | null,
  { alpha, family }: { readonly alpha: number; readonly family: number },
): Finding {
  const { hypothesis, samples, scale, comparison, control } = prepared;
  const { condition, metric, arm, versus } = hypothesis;
  const bound = boundOf(prepared);
  const { better } = metric;
  // Where no trial of either side has a value their ranks are alike, which is no change that anybody measured.
  const isMeasured = valuesOf(otherSide(prepared)).length + valuesOf(samples.candidate).length > 0;
  const least = leastOf(metric);
  const change = comparison === null || !isMeasured ? null : finite(changeOf(comparison, { scale, better }));
  const own = versus === null ? byBound(prepared, bound, alpha) : byPairs(prepared, decision, { bound, change }, alpha);
  const decided = withExactBound(withOutcome(own, prepared), prepared, bound, alpha);
  const shape = shapeIn(prepared, family);
  return {
    id: hypothesis.id,
    title: condition.label ?? metric.title,
    where: whereOf(hypothesis),
    condition,
    metric: {
      name: metric.name,
      title: metric.title,
      unit: metric.unit,
      better: metric.better,
      scale: metric.scale,
      kind: metric.kind,
    },
    arm,
    versus,
    verdict: decided.verdict,
    advisory: hypothesis.advisory,
    control,
    baseline: estimateOf(leastOfEach(otherSide(prepared)), scale, least),
    candidate: estimateOf(leastOfEach(samples.candidate), scale, least),
    change,
    robust: comparison === null ? null : robustOf(prepared, alpha),
    bound,
    p: decided.p,
    method: decided.method,
    pairs:
      versus === null
        ? samples.candidate.filter(({ scalar }) => scalar.kind !== "absent").length
        : prepared.stored.length > 0
          ? (comparison?.pairs ?? 0)
          : prepared.pairs.length,
    pairsNeeded: decided.pairsNeeded,
    mde: decided.mde,
    mdeFail: decided.mdeFail,
    a12: control === "interleaved" ? worseShare(samples.candidate, samples.baseline, metric.better) : null,
    trials: dots(prepared),
    tags: [
      ...decided.tags,
      ...shape.tags,
      ...(control === null ? [] : controlTag(control, prepared.sessions)),
      ...(prepared.absorbed ? ["absorbed"] : []),
      ...(prepared.asked?.floored ? ["absolute floor"] : []),
      ...(hypothesis.impliedBy === null ? [] : [`implied by ${hypothesis.impliedBy}`]),
    ],
    warnings: [...warningsOf(prepared), ...shape.warnings],
    because: [decided.because, failuresInWords(prepared), totalsInWords(prepared)].filter((it) => it !== "").join(" "),
    wouldChange: decided.wouldChange,
  };
}

function boundOf({ asked, hypothesis }: Prepared): Bound {
  if (asked !== null) return { kind: "margin", value: asked.margin, relative: asked.scale === "ratio" };
  return absoluteBound(hypothesis.condition);
}

const whereOf = ({ condition }: Hypothesis): string =>
  [condition.phase, condition.fault, condition.request, condition.target].filter((it) => it !== null).join(" · ") ||
  "phases without faults";

/** Of pairs where there are any: what both of a pair share does not blunt it then. */
function shapeIn({ asked, comparison, pairs, stored, samples, hypothesis }: Prepared, family: number): Shape {
  if (asked === null || comparison === null) return { tags: [], warnings: [] };
  const paired = stored.length === 0;
  const both = pairs.flatMap(({ baseline, candidate }) =>
    baseline.kind === "value" && candidate.kind === "value" ? [[baseline.value, candidate.value] as const] : [],
  );
  return shapeOf(
    {
      baseline: paired ? both.map(([it]) => it) : valuesOf(stored),
      candidate: paired ? both.map(([, it]) => it) : valuesOf(samples.candidate),
      paired,
      scale: asked.scale,
      resolution: asked.resolution,
    },
    hypothesis.metric.unit,
    family,
  );
}

function warningsOf(prepared: Prepared): string[] {
  const all = [...otherSide(prepared), ...prepared.samples.candidate];
  const worst = all.filter(({ scalar }) => scalar.kind === "worst").length;
  const absent = all.filter(({ scalar }) => scalar.kind === "absent").length;
  return [
    ...(worst > 0 ? [`${worst} of ${all.length} trials have no value of their own and rank worst`] : []),
    ...(absent > 0 && absent < all.length
      ? [`${absent} of ${all.length} trials were not measured: ${absences(all).join("; ")}`]
      : []),
    ...new Set(all.flatMap(({ scalar }) => (scalar.kind === "value" ? (scalar.warnings ?? []) : []))),
  ];
}
