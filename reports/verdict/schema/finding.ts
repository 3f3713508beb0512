/** Zod schema of a finding: a gate or a claim with its numbers, its verdict and its words. */
import { z } from "zod";
import { conditionFields } from "../../../runner/record/condition.ts";
import { count, list, number, numberOrNull, text, textOrNull, unit } from "./parts.ts";

export const verdict = z.enum(["pass", "regressed", "failed", "inconclusive", "invalid"]);

const condition = z
  .strictObject(conditionFields)
  .meta({ id: "condition", description: "As the scenario declares it, units resolved: ms, bytes, ratios of 1." });

const estimate = z
  .strictObject({ value: number, lower: number, upper: number, n: count })
  .meta({ id: "estimate", description: "Center of the trials with two-sided bounds, in the metric's unit." });

const openEstimate = z.strictObject({ value: numberOrNull, lower: numberOrNull, upper: numberOrNull, n: count }).meta({
  id: "openEstimate",
  description:
    "What a search found. An end that it did not see is null; without a value only an end is known: at least lower, or below upper.",
});

export const change = z
  .strictObject({ scale: z.enum(["ratio", "difference"]), estimate: number, lower: number, upper: number })
  .meta({
    id: "change",
    description: "ratio: candidate / baseline - 1; difference: in the metric's unit. Positive: a larger value.",
  });

export const finding = z.strictObject({
  id: text,
  title: text,
  where: text,
  condition,
  metric: z.strictObject({
    name: text,
    title: text,
    unit,
    better: z.enum(["lower", "higher"]),
    scale: z.enum(["ratio", "difference"]),
    kind: z.enum([
      "latency",
      "throughput",
      "cpu",
      "errors",
      "recovery",
      "share",
      "memory",
      "slope",
      "count",
      "scaling",
      "gc",
      "script",
    ]),
  }),
  arm: text,
  versus: textOrNull,
  control: z.enum(["interleaved", "bridged", "unbridged"]).nullable().meta({
    description: "How drift between the two sides is controlled; null for absolute conditions.",
  }),
  verdict,
  advisory: z.boolean(),
  baseline: estimate.nullable(),
  candidate: z.union([estimate, openEstimate]).nullable(),
  change: change.nullable(),
  robust: change.nullable().meta({
    description: "The change by Hodges-Lehmann with a Walsh interval at the same levels; it decides nothing.",
  }),
  bound: z.strictObject({ kind: z.enum(["margin", "max", "min"]), value: number, relative: z.boolean() }),
  p: z.strictObject({ raw: number, adjusted: number }).nullable(),
  method: text,
  pairs: count,
  pairsNeeded: count.nullable().meta({ description: "In all, those done included." }),
  mde: numberOrNull.meta({
    description:
      "Minimum detectable effect at the level of passing, 80 % power: the smallest margin that passes without a change, as change; of a bound how far inside of it a value passes, in the metric's unit.",
  }),
  mdeFail: numberOrNull.meta({
    description:
      "The same at the level of failing: the smallest true worsening that is called regressed, at Holm's strictest level and estimated at the margin or more; of a bound how far beyond it a value fails.",
  }),
  a12: numberOrNull.meta({ description: "Probability that a trial of the arm is worse than one of the other." }),
  trials: list(
    z.strictObject({
      trial: count,
      block: count,
      arm: text,
      value: numberOrNull,
      worst: z.boolean(),
      note: textOrNull,
    }),
  ),
  tags: list(text),
  warnings: list(text),
  because: text,
  wouldChange: text,
});
