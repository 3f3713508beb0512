/** A metric of somebody else's harness, compared as an arm with another: on the scale and with the margin that its values say. */
import { seeded } from "../../../runner/shared/random.ts";
import type { Comparison, Known } from "../inference/comparison.ts";
import { compare } from "../inference/paired.ts";
import { type Asked, askedOf, stepIn } from "../inference/terms.ts";
import { compareSamples } from "../inference/unpaired.ts";
import type { SampledMetric } from "./judgement.ts";

export interface Prepared {
  readonly metric: SampledMetric;
  readonly asked: Asked;
  /** Null below two values of each side, where a ratio means nothing, and where something else stands in the way. */
  readonly comparison: Comparison | null;
}

/** Pairs, or the size of the smaller of two independent samples. */
export const sizeOf = ({ baseline, candidate }: Pick<SampledMetric, "baseline" | "candidate">): number =>
  Math.min(baseline.length, candidate.length);

/** On which scale a metric is compared, and how large its margin is there. */
export const askedOfMetric = ({ margin, floor, baseline, candidate, ...metric }: SampledMetric): Asked =>
  askedOf(margin, metric, floor, baseline, (scale) => stepIn([...baseline, ...candidate], scale));

export function prepare(metric: SampledMetric, alpha: number): Prepared {
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
