/** Conditions: a metric with a margin or a bound. Gates decide, claims have a source, abort rules end a trial. */
import { z } from "zod";
import { liveMetrics, metrics, searchMetrics } from "../../record/metrics.ts";
import { expecting, positiveDuration } from "../../shared/quantity-fields.ts";
import { reference } from "./fields.ts";

/** Suggestions for editors; any other name is refused later, with the nearest one. */
const metric = (known: readonly string[]) =>
  z.string().meta({ description: "Dotted name of a metric", examples: [...known] });

const bound = (description: string) =>
  z
    .union([z.string(), z.number()], expecting('a value with its unit, such as "250ms"'))
    .optional()
    .meta({ description });

const bounds = {
  max: bound('At most this, in the unit of the metric: "250ms", "1%", "200MiB", 3'),
  min: bound("At least this, in the unit of the metric"),
};

export const gate = z.strictObject({
  name: z
    .string()
    .regex(/^[^\p{Cc}\p{Cf}]{1,100}$/u, { error: "expected a name of 1 to 100 characters on one line" })
    .optional()
    .meta({ description: "How reports call it; made of its parts when left out" }),
  metric: metric([...metrics, ...searchMetrics].map((it) => it.name)),
  request: reference("Only requests of this name").optional(),
  phase: reference("Measured in this phase. Default: all phases without faults that are no warm-up").optional(),
  fault: reference("The fault that recovery.time and effect.delay are about").optional(),
  target: reference(
    "The target measured, for its memory, CPU, GC and instances. Default: the target of the load",
  ).optional(),
  arm: reference("Only this arm. Default: all but baseline and reference").optional(),
  goal: reference("The goal of the search that capacity is about. Default: the first").optional(),
  versus: reference("The arm that a margin compares with. Default: baseline").optional(),
  margin: z
    .string(expecting('a margin such as "10%" or "0.1pp"'))
    .optional()
    .meta({ description: 'How much worse than the other arm is still fine: "10%", "0.1pp", "5ms"' }),
  floor: bound(
    'Smallest change that matters, in the unit of the metric: where a margin in percent comes to less, this is the margin ("2ms")',
  ),
  better: z.enum(["lower", "higher"]).optional().meta({
    description: "Which way is good, of a metric that a k6 script measures (k6.<metric>.<stat>): needed with a margin",
  }),
  ...bounds,
  advisory: z.boolean().default(false).meta({ description: "Reported, never decides" }),
});

export const claim = gate.omit({ advisory: true }).extend({
  source: z.string().min(1).max(500).meta({ description: "Where the claim was made" }),
});

/** What has to hold in a trial of a search for it to be a good one. */
export const whileCondition = z.strictObject({
  metric: metric(metrics.map((it) => it.name)),
  request: gate.shape.request,
  phase: gate.shape.phase,
  fault: gate.shape.fault,
  target: gate.shape.target,
  ...bounds,
});

export const abortRule = z.strictObject({
  metric: metric(liveMetrics),
  ...bounds,
  for: positiveDuration("How long the bound must be broken without a pause").default(5_000),
});

export const recovered = z
  .strictObject({ metric: metric(["errors.ratio", "latency.p99", "throughput"]), ...bounds })
  .meta({ description: "When the system counts as recovered. Default: as few bad requests as before the fault" });

export type GateInput = z.output<typeof gate>;
export type ClaimInput = z.output<typeof claim>;
export type WhileInput = z.output<typeof whileCondition>;
export type AbortInput = z.output<typeof abortRule>;
export type RecoveredInput = z.output<typeof recovered>;
