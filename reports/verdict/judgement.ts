/** The judgement: everything a report shows, as plain JSON. Made once from evidence and conditions; every renderer reads only this. */
import { z } from "zod";
import { conditionFields } from "../../runner/record/condition.ts";
import { runStatus } from "../../runner/record/events.ts";
import { metricKinds } from "../../runner/record/metric.ts";
import { count, type Infer, number, orNull, text, texts, unit } from "../../runner/record/schema-parts.ts";
import { change } from "../analyses/charts.ts";
import { check, faultReport, section, tableRow, timeline } from "../analyses/parts.ts";
import { falseAlarms } from "./calibration/false-alarms.ts";
import { controls } from "./control.ts";
import { jsonSchemaText } from "./json-schema.ts";
import { searchSummary } from "./search/summary.ts";

const verdict = z.enum(["pass", "regressed", "failed", "inconclusive", "invalid"]);
export type Verdict = Infer<typeof verdict>;
const claimVerdict = z.enum(["supported", "refuted", "inconclusive", "not-testable"]);
export type ClaimVerdict = Infer<typeof claimVerdict>;

const condition = z
  .strictObject(conditionFields)
  .meta({ id: "condition", description: "As the scenario declares it, units resolved: ms, bytes, ratios of 1." });

/** Geometric mean on the ratio scale, mean otherwise, with two-sided 90 % bounds. */
const estimate = z.strictObject({ value: number, lower: number, upper: number, n: count }).meta({
  id: "estimate",
  description:
    "Center of the trials with two-sided bounds, in the metric's unit. A trial that is known as at least so much (worst, with a value) counts as that: then all of these are at least.",
});
export type Estimate = Infer<typeof estimate>;

const openEstimate = z
  .strictObject({ value: orNull(number), lower: orNull(number), upper: orNull(number), n: count })
  .meta({
    id: "openEstimate",
    description:
      "What a search found. An end that it did not see is null; without a value only an end is known: at least lower, or below upper.",
  });
export type OpenEstimate = Infer<typeof openEstimate>;

/** One condition on one arm. Numbers are in the metric's own unit; positive change = larger value, whatever is better. */
const finding = z.strictObject({
  id: text,
  title: text,
  /** `steady · checkout` */
  where: text,
  condition,
  metric: z.strictObject({
    name: text,
    title: text,
    unit,
    better: z.enum(["lower", "higher"]),
    scale: z.enum(["ratio", "difference"]),
    kind: z.enum(metricKinds),
  }),
  arm: text,
  versus: orNull(text),
  control: orNull(z.enum(controls)).meta({
    description: "How drift between the two sides is controlled; null for absolute conditions.",
  }),
  verdict,
  advisory: z.boolean(),
  /** Null without data. */
  baseline: orNull(estimate),
  candidate: orNull(z.union([estimate, openEstimate])),
  /** Bounds one-sided at alpha each. Null for absolute conditions. */
  change: orNull(change),
  /** It assumes no normal distribution and heeds no outlier; null where not every pair has values, or they are too few. */
  robust: orNull(change).meta({
    description: "The change by Hodges-Lehmann with a Walsh interval at the same levels; it decides nothing.",
  }),
  /** ratio margins as a ratio (0.1), the rest in the metric's unit. */
  bound: z.strictObject({ kind: z.enum(["margin", "max", "min"]), value: number, relative: z.boolean() }),
  p: orNull(z.strictObject({ raw: number, adjusted: number })),
  method: text,
  /** Against a stored session: trials on the smaller side. */
  pairs: count,
  /** Pairs that would decide it with 80 % power; null when decided, or out of reach. */
  pairsNeeded: orNull(count).meta({ description: "In all, those done included." }),
  mde: orNull(number).meta({
    description:
      "Minimum detectable effect at the level of passing, 80 % power: the smallest margin that passes without a change, as change; of a bound how far inside of it a value passes, in the metric's unit.",
  }),
  mdeFail: orNull(number).meta({
    description:
      "The same at the level of failing: the smallest true worsening that is called regressed, at Holm's strictest level and estimated at the margin or more; of a bound how far beyond it a value fails.",
  }),
  /** Ties one half; null unless both ran in turn. */
  a12: orNull(number).meta({ description: "Probability that a trial of the arm is worse than one of the other." }),
  /** One per trial of both arms: the dot strip. `value` null: see `note`. */
  trials: z.array(
    z.strictObject({
      trial: count,
      block: count,
      arm: text,
      value: orNull(number),
      worst: z.boolean(),
      note: orNull(text),
    }),
  ),
  /** improved, worse within tolerance, beyond margin proven, relies on normality, fragile, absorbed, one trial no error rate … */
  tags: texts,
  warnings: texts,
  /** A sentence: why this verdict. */
  because: text,
  /** A sentence: what would change it. Empty where nothing is to be said. */
  wouldChange: text,
});
export type Finding = Infer<typeof finding>;

const runSummary = z.strictObject({
  id: text,
  scenario: text,
  description: text,
  startedAt: text,
  durationMs: number,
  seed: number,
  status: runStatus,
  statusReason: orNull(text),
  arms: texts,
  blocks: z.strictObject({ planned: count, done: count }),
  /** Gates were given after the run. */
  postHoc: z.boolean(),
  shakedown: text,
});
export type RunSummary = Infer<typeof runSummary>;

const against = z.strictObject({
  run: text,
  arm: text,
  /** UTC, ISO 8601. */
  measuredAt: text,
  trials: count,
  /** Whether the reference arm ties it to this run. */
  bridged: z.boolean(),
});
export type AgainstSummary = Infer<typeof against>;

export const judgementSchema = z.strictObject({
  schema: z.literal(1),
  run: runSummary,
  verdict,
  /** One sentence in words: what happened, by how much. */
  headline: text,
  /** What decided, one line each. */
  reasons: texts,
  /** Sorted: regressed and failed, inconclusive, pass; advisory ones last. */
  gates: z.array(finding),
  claims: z.array(z.strictObject({ ...finding.shape, claim: claimVerdict, source: text })),
  against: orNull(against).meta({
    description: "The stored session that stands in for an arm that this run does not have.",
  }),
  trust: z.array(check),
  faults: z.array(faultReport),
  /** One per question, of those with something to say. */
  sections: z.array(section),
  timeline: orNull(timeline),
  /** Every metric by arm: the full table. */
  table: z.array(tableRow),
  environment: z.array(z.strictObject({ name: text, value: text, differs: orNull(text) })),
  reproduce: z.strictObject({ commands: texts, source: text }),
  /** How sure: in words (one-sided levels, Holm, pairs, what relies on normality). */
  errorRate: text,
  falseAlarms,
  /** How all of this was decided, for whoever has to act on it; empty when no gate was judged. */
  how: z.array(z.strictObject({ term: text, text })),
  next: orNull(text),
  /** Left out where trials are repeated. */
  search: searchSummary.exactOptional(),
});
export type Judgement = Infer<typeof judgementSchema>;

/** JSON Schema of judgement.json, as `templates/judgement.schema.json` holds it. */
export const judgementJsonSchema = (): string => jsonSchemaText("shakedown judgement", judgementSchema, "output");
