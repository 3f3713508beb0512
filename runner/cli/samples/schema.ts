/** The shape of a session of samples, as `shakedown judge` reads it. */
import { z } from "zod";
import { ALPHA, ALPHA_FAIL } from "../../../reports/verdict/inference/limits.ts";
import { jsonSchemaText } from "../../../reports/verdict/json-schema.ts";
import { type MetricKind, metrics } from "../../record/metrics.ts";
import { expecting } from "../../shared/quantity-fields.ts";

const kinds = [...new Set(metrics.map((it) => it.kind))] as [MetricKind, ...MetricKind[]];

/** Squares of larger ones are no doubles. */
const LARGEST = 1e100;
const value = z.number().min(-LARGEST).max(LARGEST);
const values = (description: string) => z.array(value).min(1).optional().meta({ description });
const level = (description: string) => z.number().min(1e-9).lt(0.5).meta({ description });
const amount = (description: string, example: string) =>
  z
    .union([z.string(), z.number()], expecting(`${example}, or a number in the metric's unit`))
    .optional()
    .meta({ description });

/** What a metric is, without its samples. */
export const headSchema = z.object({
  name: z
    .string()
    .regex(/^[^\p{Cc}\p{Cf}]{1,200}$/u, { error: "expected a name of 1 to 200 characters on one line" })
    .meta({ description: "Unique in the session. Of a latency without a margin it tells the quantile: latency.p99" }),
  unit: z
    .string()
    .regex(/^[^\p{Cc}\p{Cf}]{0,40}$/u, { error: "expected a unit of at most 40 characters on one line" })
    .default("")
    .meta({ description: "Any text. Shares are in ratio (0 to 1) or in %" }),
  better: z.enum(["lower", "higher"]).meta({ description: "Which direction is an improvement" }),
  kind: z.enum(kinds).optional().meta({ description: "What it measures: says which margin it has when none is given" }),
  margin: amount(
    'How much worse is still fine: a share of the baseline ("5%"), percentage points ("0.1pp"), an amount ("5ms"), or a number in the unit',
    'a margin such as "5%" or "0.1pp"',
  ),
  floor: amount(
    "Smallest change that matters: where a margin in percent comes to less, this is the margin",
    'an amount such as "2ms"',
  ),
  advisory: z.boolean().default(false).meta({ description: "Reported, never decides" }),
});

export const dataSchema = z.object({
  pairs: z
    .array(z.tuple([value, value]))
    .min(1)
    .optional()
    .meta({ description: "Baseline and candidate measured side by side: [baseline, candidate]" }),
  baseline: values("Independent samples, with candidate, instead of pairs"),
  candidate: values("Independent samples, with baseline, instead of pairs"),
});

/** The session without its metrics, which are read one by one so that no mistake in one hides those of another. */
export const levelsSchema = z.object({
  $schema: z.string().optional(),
  alpha: level("One-sided level of passing: the chance that a change as large as the margin passes").default(ALPHA),
  alphaFail: level("Family-wise level of failing: the chance that anything unchanged is called regressed").default(
    ALPHA_FAIL,
  ),
  looks: z
    .array(z.int().min(2).max(1_000), expecting("a list of growing numbers, such as [6, 10, 16, 24]"))
    .min(2)
    .refine((it) => it.every((at, i) => i === 0 || at > (it[i - 1] as number)), {
      error: "expected each look later than the one before, such as [6, 10, 16, 24]",
    })
    .optional()
    .meta({
      description: "Pairs at which the session was to be judged, fixed before it began: levels are spent over them",
    }),
});

const list = <S extends z.ZodType>(item: S) => z.array(item).min(1).max(10_000);
export const listSchema = z.object({ metrics: list(z.unknown()) });

export const fields = {
  session: [...Object.keys(levelsSchema.shape), "metrics"],
  metric: [...Object.keys(headSchema.shape), ...Object.keys(dataSchema.shape)],
};

export type Head = z.output<typeof headSchema>;
export type Data = z.output<typeof dataSchema>;

const whole = z.strictObject({
  ...levelsSchema.shape,
  metrics: list(z.strictObject({ ...headSchema.shape, ...dataSchema.shape })),
});

/** JSON Schema of the input, as `templates/samples.schema.json` holds it. */
export const samplesJsonSchema = (): string => jsonSchemaText("samples for shakedown judge", whole, "input");
